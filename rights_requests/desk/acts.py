"""The table of everything that staff can do with a request, the act to do first in front."""

from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from privacy.actors import Actor
from privacy.vocabulary import Right
from rights_requests.desk import identity, recipients, routing
from rights_requests.desk.act import Act, Given, Staff, always, on
from rights_requests.desk.acts_doubting import AGREE, DOUBT, DROP
from rights_requests.desk.acts_merging import LINK_DUPLICATE
from rights_requests.desk.acts_parting import GRANT_PART, KEEP, LEAVE_OUT, UPHOLD_PART
from rights_requests.desk.acts_stopping import ANNOUNCE_END
from rights_requests.desk.acts_terms import TERMS
from rights_requests.desk.answering import ANSWERING, HEARD
from rights_requests.desk.correcting import ACCEPT_ALL, DECIDE, NOTE
from rights_requests.desk.forms import CopyForm, PlanForm, RefusalForm, TickForm
from rights_requests.models import CLOSED_STATES, RefusalReason, RightsRequest, State
from rights_requests.rules import APPROVE_ERASURE
from rights_requests.services import acknowledging, assigning, deciding, resuming, ticking
from rights_requests.states import Event, allows, takes_two
from rights_requests.subjects import known
from rights_requests.vocabulary import HandStep


def _prepare(request_id: UUID, actor: Actor, given: Given) -> RightsRequest:
    return deciding.prepare(request_id=request_id, actor=actor, plan_hash=given["plan_hash"] or None)


def _approve(request_id: UUID, actor: Actor, given: Given) -> RightsRequest:
    return deciding.approve(request_id=request_id, actor=actor, plan_hash=given["plan_hash"] or None)


def _approve_copy(request_id: UUID, actor: Actor, given: Given) -> RightsRequest:
    return deciding.approve(request_id=request_id, actor=actor, left_out=given["left_out"] or None)


def _refuse(request_id: UUID, actor: Actor, given: Given) -> RightsRequest:
    reason = RefusalReason(given["reason"])
    return deciding.refuse(request_id=request_id, actor=actor, reason=reason, text=given["text"])


def _ask_second(request_id: UUID, actor: Actor, _given: Given) -> RightsRequest:
    return deciding.ask_second(request_id=request_id, actor=actor)


def _acknowledge(request_id: UUID, actor: Actor, _given: Given) -> RightsRequest:
    return acknowledging.note_posted(request_id=request_id, actor=actor)


def _tick(request_id: UUID, actor: Actor, given: Given) -> RightsRequest:
    return ticking.tick(request_id=request_id, actor=actor, step=HandStep(given["step"]))


def _resume(request_id: UUID, actor: Actor, _given: Given) -> RightsRequest:
    return resuming.resume(request_id=request_id, actor=actor)


def _take(request_id: UUID, actor: Actor, _given: Given) -> RightsRequest:
    return assigning.assign(request_id=request_id, actor=actor, to=actor.user_id)


def _give_back(request_id: UUID, actor: Actor, _given: Given) -> RightsRequest:
    return assigning.assign(request_id=request_id, actor=actor, to=None)


def _owes_a_letter(filed: RightsRequest, _user: Staff) -> bool:
    return acknowledging.is_owed(filed)


def _is_second(filed: RightsRequest, user: Staff) -> bool:
    """Where two decide, whoever recommended it cannot be the second."""
    return allows(filed, Event.APPROVE) and not (takes_two(filed) and filed.prepared_by_id == user.pk)


def _can_ask_second(filed: RightsRequest, _user: Staff) -> bool:
    return filed.state == State.RECEIVED and not takes_two(filed) and known(filed)


def _can_tick(filed: RightsRequest, _user: Staff) -> bool:
    return filed.state in {State.RECEIVED, State.PREPARED} and filed.right != Right.RECTIFICATION


def _is_free(filed: RightsRequest, user: Staff) -> bool:
    return filed.state not in CLOSED_STATES and filed.assignee_id != user.pk


def _is_mine(filed: RightsRequest, user: Staff) -> bool:
    return filed.state not in CLOSED_STATES and filed.assignee_id == user.pk


# The act that stands at the steps of the checklist, once for each that is done by hand.
TICK = "tick"
_COPIES = frozenset({Right.ACCESS, Right.PORTABILITY})
_BY_ONE = frozenset(Right) - {Right.ERASURE}
_APPROVED = _("You approved the request. The work has begun; the person is told when it is done.")
_ALL = (
    *ANSWERING[:2],
    GRANT_PART,
    UPHOLD_PART,
    TERMS[0],
    Act(
        "acknowledge",
        _("I have told the person that it is here"),
        _acknowledge,
        _("It is on record that the person was told."),
        _owes_a_letter,
    ),
    identity.ACCEPT,
    identity.FAIL,
    routing.HAND_OVER,
    routing.NAME,
    AGREE,
    DROP,
    DOUBT,
    Act(
        "prepare",
        _("Recommend the erasure"),
        _prepare,
        _("You recommended the erasure. A second person now decides."),
        on(Event.PREPARE),
        PlanForm,
        rights=frozenset({Right.ERASURE}),
        claims=True,
    ),
    Act(
        "prepare",
        _("Recommend it to a second person"),
        _prepare,
        _("You recommended it. A second person now decides."),
        on(Event.PREPARE),
        PlanForm,
        rights=_BY_ONE,
        claims=True,
    ),
    ACCEPT_ALL,
    DECIDE,
    Act(
        "approve",
        _("Approve and start"),
        _approve,
        _APPROVED,
        _is_second,
        PlanForm,
        step_up=takes_two,
        rights=_BY_ONE - _COPIES,
        claims=True,
    ),
    Act(
        "approve",
        _("Approve and start"),
        _approve_copy,
        _APPROVED,
        _is_second,
        CopyForm,
        step_up=takes_two,
        rights=_COPIES,
        claims=True,
    ),
    Act(
        "approve",
        _("Approve the erasure"),
        _approve,
        _APPROVED,
        _is_second,
        PlanForm,
        kind="danger",
        step_up=always,
        rights=frozenset({Right.ERASURE}),
        claims=True,
        permission=APPROVE_ERASURE,
    ),
    LEAVE_OUT,
    KEEP,
    Act(
        "resume",
        _("Resume the work"),
        _resume,
        _("The work goes on from the step where it stopped."),
        on(Event.RESUME),
        claims=True,
    ),
    Act(
        "refuse",
        _("Refuse the request"),
        _refuse,
        _("You refused the request. The person gets your reason by mail."),
        on(Event.REFUSE),
        RefusalForm,
        button=_("Refuse and tell the person"),
        kind="danger",
        key="r",
        claims=True,
    ),
    Act(
        "recipient",
        _("Tick off a recipient"),
        recipients.settle,
        _("It is on record how far the recipient is."),
        recipients.waits,
        recipients.RecipientForm,
        button=_("Put it on record"),
    ),
    ANNOUNCE_END,
    *TERMS[1:],
    *ANSWERING[2:],
    NOTE,
    *HEARD,
    LINK_DUPLICATE,
    Act("take", _("Assign to me"), _take, _("The request is yours."), _is_free, kind="quiet", in_front=False, key="a"),
    Act(
        "give-back",
        _("Give it back"),
        _give_back,
        _("The request is free for a colleague."),
        _is_mine,
        kind="quiet",
        in_front=False,
        key="a",
    ),
    Act(
        "ask-second",
        _("Have a second person approve it"),
        _ask_second,
        _("From now on a second person has to approve it. Recommend it when you are done."),
        _can_ask_second,
        kind="quiet",
        rights=_BY_ONE,
    ),
    Act(
        TICK,
        _("I have done this"),
        _tick,
        _("It is on record that you did this step."),
        _can_tick,
        TickForm,
        kind="quiet",
        in_front=False,
        rights=frozenset(Right) - {Right.RECTIFICATION},
    ),
)
# By right and name, the one to do first in front.
ACTS: Mapping[Right, Mapping[str, Act]] = MappingProxyType(
    {right: MappingProxyType({act.name: act for act in _ALL if right in act.rights}) for right in Right}
)
