"""Deciding on a request: prepared by one person, approved by another where data will die, or refused with a reason."""

from uuid import UUID

from django.db import transaction

from privacy import audit
from privacy.actors import Actor
from privacy.jobs import engine
from privacy.vocabulary import Right
from rights_requests import letters_to_subject, notifications, rules, states
from rights_requests.contact import seal_contact
from rights_requests.errors import PlanChanged, ReasonNeeded, WrongState
from rights_requests.models import RefusalReason, RightsRequest, State
from rights_requests.services import correcting, evidence, redacting, stopping
from rights_requests.services.planning import replanned
from rights_requests.services.waiting import not_before
from rights_requests.states import Event
from rights_requests.subjects import address_of, addresses_to_tell, known
from rights_requests.vocabulary import EvidenceKind


def prepare(*, request_id: UUID, actor: Actor, plan_hash: str | None = None) -> RightsRequest:
    """First pair of eyes where two decide; of an erasure the person is told, and how to stop it.

    Raises NotFound, NotAllowed, OwnRequest, NotIdentified, WrongState, for corrections what `approve` does; and
    PlanChanged, after the new plan was stored, when an erasure would now do something else than what was shown.
    """
    with transaction.atomic():
        request = rules.locked_for_staff(request_id, actor)
        _require(request, Event.PREPARE)
        rules.require_identified(request)
        _require_corrections_decided(request)
        if request.right != Right.ERASURE or not replanned(request, plan_hash):
            if request.right == Right.ERASURE:
                notifications.erasure_scheduled(request, to=address_of(request), not_before=not_before(request))
            changes = {"prepared_by_id": actor.user_id}
            return states.advance(request_id=request_id, event=Event.PREPARE, actor=actor, changes=changes)
    raise PlanChanged


def approve(
    *, request_id: UUID, actor: Actor, plan_hash: str | None = None, left_out: str | None = None
) -> RightsRequest:
    """Approve a request and start its job, in one transaction; an erasure, and what is `by_two`, needs a second person.

    It does not begin before the time is over in which the person may change their mind or stop it (`waiting`).

    The address for the last message is sealed on the request, since the erasure takes every other copy of it.
    `left_out` is the fingerprint of what was seen to be left out of a copy (`redacting`), None where nobody looked.

    Raises NotFound, NotAllowed, OwnRequest, SameEyes, NotIdentified, WrongState, for a copy RedactionsChanged, for
    corrections NothingProposed, Undecided and AllDeclined; and PlanChanged, after the new plan was stored and the
    request went back to be prepared, when the erasure would now do something else than what was shown.
    """
    with transaction.atomic():
        request = rules.locked_for_staff(request_id, actor)
        _require(request, Event.APPROVE)
        rules.require_identified(request)
        redacting.require_seen(request_id, left_out)
        changes: dict[str, object] = {"approved_by_id": actor.user_id}
        changed = False
        rules.require_second_person(request, actor)
        if request.right == Right.ERASURE:
            rules.require_staff(actor, rules.APPROVE_ERASURE)
            rules.require_second_person(request, actor)
            changes["contact_sealed"] = seal_contact("\n".join(addresses_to_tell(request)), request_id)
            changed = replanned(request, plan_hash)
        _require_corrections_decided(request)
        if not changed:
            begins_at = not_before(request)
            letters_to_subject.soon(request, begins_at)
            engine.enqueue(kind=request.right, about=request_id, not_before=begins_at)
            return states.advance(request_id=request_id, event=Event.APPROVE, actor=actor, changes=changes)
    raise PlanChanged


@transaction.atomic
def ask_second(*, request_id: UUID, actor: Actor) -> RightsRequest:
    """Have a second person approve this one, whatever its right; from then on nobody approves it alone. Idempotent.

    Raises NotFound, NotAllowed, OwnRequest, and WrongState once it was decided on.
    """
    request = rules.locked_for_staff(request_id, actor)
    if request.state != State.RECEIVED or not known(request):
        raise WrongState
    if request.by_two:
        return request
    request.by_two = True
    request.save(update_fields=["by_two"])
    audit.record(event="request.second_asked", actor=actor, subject_digest=request.subject_digest, about=request)
    return request


@transaction.atomic
def refuse(*, request_id: UUID, actor: Actor, reason: RefusalReason, text: str) -> RightsRequest:
    """Refuse a request with a reason of the list and a text for the person, who is told both (Art. 12(4)).

    Raises NotFound, NotAllowed, OwnRequest, ReasonNeeded, WrongState, and SomeAccepted for corrections.
    """
    request = rules.locked_for_staff(request_id, actor)
    _require(request, Event.REFUSE)
    correcting.require_none_accepted(request)
    if reason not in RefusalReason.values or not text.strip():
        raise ReasonNeeded
    request.refusal_reason, request.refusal_text = RefusalReason(reason), text.strip()
    notifications.refused(request, to=address_of(request))
    stopping.end_of_weighing(request, actor=actor)
    stopping.end_of_block(request, actor=actor)
    evidence.destroy_of(request_id=request_id, actor=actor, reason="decided", kinds=[EvidenceKind.IDENTITY])
    changes = {
        "refusal_reason": request.refusal_reason,
        "refusal_text": request.refusal_text,
        "refused_by_id": actor.user_id,
        "appeal_decided_by_id": None,
    }
    return states.advance(
        request_id=request_id, event=Event.REFUSE, actor=actor, reason=request.refusal_reason, changes=changes
    )


def _require_corrections_decided(request: RightsRequest) -> None:
    if request.right == Right.RECTIFICATION:
        correcting.require_decided(request)


def _require(request: RightsRequest, event: Event) -> None:
    # Without an account there is nobody left to answer: an erasure of the same person ended this request or will.
    if not known(request) or not states.allows(request, event):
        raise WrongState
