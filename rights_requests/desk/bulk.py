"""What staff can do with many requests at once: hand them to somebody, take the longer term, remind. Nothing else.

Erasing, approving and refusing are decided one by one, on the page of each request.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.backends import ModelBackend
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from privacy import clock
from privacy.actors import Actor
from privacy.desk.acts import Pill
from privacy.vocabulary import Right
from rights_requests import deadlines
from rights_requests.deadlines import UnreadableTerm, term_of
from rights_requests.desk.acts_terms import ExtensionForm
from rights_requests.desk.person import person
from rights_requests.desk.queue import RIGHTS, due, state
from rights_requests.errors import AlreadyExtended, ClockStands, RequestError, TermUnreadable, TooManyChosen, WrongState
from rights_requests.models import CLOSED_STATES, RightsRequest
from rights_requests.rules import DECIDE
from rights_requests.services import assigning, reminding_by_hand, terms
from rights_requests.services.many import MOST_AT_ONCE, Chosen, seen_as
from rights_requests.vocabulary import ExtensionReason, ReminderTo
from rights_requests.words import in_words

NOBODY = "nobody"
# More colleagues than that decide on requests nowhere.
MOST_COLLEAGUES = 200
Do = Callable[[UUID, Actor], Any]


def colleagues() -> list[tuple[str, str]]:
    """Who may decide on requests, by number and address; one query."""
    may = ModelBackend().with_perm(DECIDE).filter(is_staff=True).order_by("email")
    return [(str(pk), email) for pk, email in may.values_list("pk", "email")[:MOST_COLLEAGUES]]


class BulkForm(forms.Form):
    """What is asked once for all that were chosen."""

    use_required_attribute = False


class AssignForm(BulkForm):
    """Who shall have them."""

    to = forms.ChoiceField(
        label=gettext_lazy("Who shall have them?"),
        error_messages={"required": gettext_lazy("Choose who shall have them.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        free = (NOBODY, _("Nobody: give them back"))
        self.fields["to"].choices = [("", _("Choose a colleague")), free, *colleagues()]  # type: ignore[attr-defined]


class ExtendForm(BulkForm):
    """Why it takes longer, for each of them alike."""

    reason = ExtensionForm.base_fields["reason"]
    text = ExtensionForm.base_fields["text"]


@dataclass(frozen=True)
class BulkAct:
    """One thing that is done to many; `foretell` says what it will do to one, or raises why it will not.

    `done` says in the answer that it is done.
    """

    name: str
    label: Any
    title: Any
    says: Any
    button: Any
    done: Any
    form: type[BulkForm]
    foretell: Callable[[RightsRequest, Actor], str]
    doing: Callable[[Mapping[str, Any]], Do]


@dataclass(frozen=True)
class Line:
    """One chosen request before it is done: how it stands, and what will happen, or why nothing will."""

    filed: RightsRequest
    chosen: Chosen
    right: Any
    person: str
    due: Pill
    state: Pill
    will: Any
    possible: bool


def few(requests: QuerySet[RightsRequest]) -> list[RightsRequest]:
    """The chosen requests with what a bulk act has to know of each; raises TooManyChosen beyond MOST_AT_ONCE.

    Two queries for all of them.
    """
    found = list(requests.select_related("subject_user", "assignee").prefetch_related("decisions")[: MOST_AT_ONCE + 1])
    if len(found) > MOST_AT_ONCE:
        raise TooManyChosen(MOST_AT_ONCE)
    return found


def as_seen(requests: Iterable[RightsRequest]) -> list[Chosen]:
    """The requests as they stand now."""
    return [Chosen(filed.pk, filed.reference, seen_as(filed)) for filed in requests]


def lines(act: BulkAct, requests: Iterable[RightsRequest], actor: Actor) -> list[Line]:
    """The chosen requests, from `few`, each with what will happen to it; no query."""
    return [_line(act, filed, actor) for filed in requests]


def _line(act: BulkAct, filed: RightsRequest, actor: Actor) -> Line:
    try:
        will, possible = act.foretell(filed, actor), True
    except RequestError as error:
        will, possible = error.message, False
    (chosen,) = as_seen([filed])
    right = RIGHTS[Right(filed.right)]
    return Line(filed, chosen, right, person(filed), due(filed), state(filed), will, possible)


def _will_have(filed: RightsRequest, _actor: Actor) -> str:
    if filed.state in CLOSED_STATES:
        raise WrongState
    return _("%(who)s has it in hand now") % {"who": filed.assignee} if filed.assignee else _("free")


def _until(filed: RightsRequest, _actor: Actor) -> str:
    if filed.state in CLOSED_STATES:
        raise WrongState
    if filed.extended_at is not None:
        raise AlreadyExtended
    if filed.paused_at is not None:
        raise ClockStands
    try:
        longer = deadlines.extended(term_of(filed), clock.now())
    except UnreadableTerm as error:
        raise TermUnreadable from error
    return _("until %(day)s") % {"day": in_words(longer.due_at)}


def _to_whom(filed: RightsRequest, actor: Actor) -> str:
    if reminding_by_hand.waits_for(filed, actor) == ReminderTo.ASKER:
        return _("whoever made the request, of our question")
    return _("%(who)s, who has it in hand") % {"who": filed.assignee}


def _assign(given: Mapping[str, Any]) -> Do:
    to = None if given["to"] == NOBODY else UUID(given["to"])
    return lambda request_id, actor: assigning.assign(request_id=request_id, actor=actor, to=to)


def _extend(given: Mapping[str, Any]) -> Do:
    reason, text = ExtensionReason(given["reason"]), given["text"]
    return lambda request_id, actor: terms.extend(request_id=request_id, actor=actor, reason=reason, text=text)


def _remind(_given: Mapping[str, Any]) -> Do:
    return lambda request_id, actor: reminding_by_hand.remind(request_id=request_id, actor=actor)


BULK: Mapping[str, BulkAct] = MappingProxyType(
    {
        act.name: act
        for act in (
            BulkAct(
                "assign",
                gettext_lazy("Assign…"),
                gettext_lazy("Assign these requests"),
                gettext_lazy("Look who has them now before you take something out of a colleague’s hands."),
                gettext_lazy("Assign them"),
                gettext_lazy("Assigned."),
                AssignForm,
                _will_have,
                _assign,
            ),
            BulkAct(
                "extend",
                gettext_lazy("Take the longer term…"),
                gettext_lazy("Take the longer term for these requests"),
                gettext_lazy(
                    "The law allows it once for each request, for a reason that holds for it. Each person is told why,"
                    " until when, and how to complain."
                ),
                gettext_lazy("Tell each person and take longer"),
                gettext_lazy("The term is longer, and the person is told."),
                ExtendForm,
                _until,
                _extend,
            ),
            BulkAct(
                "remind",
                gettext_lazy("Remind…"),
                gettext_lazy("Remind whoever these requests wait for"),
                gettext_lazy(
                    "Where a question of ours is open, whoever made the request is reminded of it; elsewhere the"
                    " colleague who has it in hand. Once a day for each request at most."
                ),
                gettext_lazy("Send the reminders"),
                gettext_lazy("The reminder is on its way."),
                BulkForm,
                _to_whom,
                _remind,
            ),
        )
    }
)
