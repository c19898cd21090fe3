"""What the pages of a request and the staff's queue show."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal
from uuid import UUID

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacy.models import Job
from privacy.vocabulary import Right
from rights_requests import rules, words
from rights_requests.errors import NotFound
from rights_requests.follow import request_id_of
from rights_requests.models import (
    CLOSED_STATES,
    Decision,
    Message,
    Recipient,
    RecipientNotice,
    RightsRequest,
    State,
    Transition,
)
from rights_requests.people import Party
from rights_requests.references import normalised
from rights_requests.states import Event
from rights_requests.vocabulary import OWN_CORRECTION, DecisionKind, MessageKind, RequesterRole


@dataclass(frozen=True)
class TimelineEntry:
    """One thing that happened; `kind` is the event's word, by which a page may style it."""

    at: datetime
    title: Any
    text: Any
    kind: str


@dataclass(frozen=True)
class NextStep:
    """What happens next, and on whom it waits; `by_when` is None where nothing more will or the clock stands still."""

    title: Any
    text: Any
    by_when: datetime | None
    who: Literal["us", "you", "nobody"] = "us"


# For each event what the person reads; that a step failed and was resumed is told without the machine's words.
_TOLD = MappingProxyType(
    {
        Event.FILE: (_("You sent your request"), _("It is on record, and we wrote to you.")),
        Event.PREPARE: (_("A first person agreed"), _("They checked what will be deleted and what must stay.")),
        Event.APPROVE: (_("We approved your request"), _("The work begins by itself.")),
        Event.REFUSE: (_("We refused your request"), _("The reason is on this page, and what you can do.")),
        Event.WITHDRAW: (_("You withdrew your request"), _("We stopped working on it.")),
        Event.LAPSE: (_("Your request ended"), _("You asked us to delete your data, so no copy can be made any more.")),
        Event.START: (_("The work began"), ""),
        Event.FULFIL: (_("Done"), ""),
        Event.FAIL: (_("Something went wrong on our side"), _("Your request is safe. One of our people looks at it.")),
        Event.RESUME: (_("The work goes on"), ""),
        Event.REAPPLY: (
            _("Deleted once more"),
            _("We had to put back an older copy of our records. Your data was deleted from it before anyone used it."),
        ),
        Event.PLAN_CHANGED: (
            _("What we hold about you has changed"),
            _("So our people check again what will be deleted. You see the new list on this page."),
        ),
        Event.ASK: (_("We asked for something"), _("It stands on the page of the request.")),
        Event.ANSWER: (_("We have an answer"), _("The work on the request goes on.")),
        Event.HAND_OVER: (_("We handed your request over"), _("Whoever decides about this data answers you.")),
        Event.MERGE: (_("Your request goes on with an earlier one"), _("It said the same. We told you which.")),
        Event.APPEAL: (_("You appealed our refusal"), _("Somebody else of our people looks at it.")),
        Event.UPHOLD: (_("A second person upheld the refusal"), _("The reason is on this page.")),
        Event.OVERTURN: (_("A second person overturned the refusal"), _("We work on your request after all.")),
        Event.APPEAL_PART: (_("You appealed that a part stays"), _("Somebody who did not keep it looks at it.")),
        Event.UPHOLD_PART: (_("A second person looked at the part"), _("It stays. We wrote to you why.")),
        Event.GRANT_PART: (_("A second person looked at the part"), _("It goes too.")),
        Event.END_HOLD: (_("We need not keep it any more"), _("What had stayed is deleted too.")),
        Event.LAPSE_PART: (_("The appeal ended"), _("Your data was deleted once more, by another request.")),
    }
)
_LAPSED_FOR_ANOTHER = (_("The request ended"), _("It can no longer be carried out. Nothing more is done about it."))
_ASKED_BY_ANOTHER = (_("The request was made by somebody else"), _("It is on record, and we wrote to the person."))
_LONGER = (_("We need more time"), _("The reason and the new date stand on the page of the request."))
_FULFILLED = {
    Right.ACCESS: _("Your copy is ready to download."),
    Right.RECTIFICATION: _("What we accepted is corrected, and those who have the data from us are told."),
    Right.ERASURE: _("Your data is deleted, and the receipt is signed."),
    Right.RESTRICTION: _("From now on we only store your data."),
    Right.PORTABILITY: _("Your data is ready to take with you."),
    Right.OBJECTION: _("We have ended the use that you objected to."),
}

_FIRST_AGREED = (_("A first person agreed"), _("A second one looks at it before we act."))
# Where a word of _TOLD would speak of something else.
_TOLD_OF_CORRECTIONS = MappingProxyType(
    {
        Event.PLAN_CHANGED: (
            _("What we hold about you has changed"),
            _("So our people look again at what you asked to have corrected."),
        ),
    }
)
# What the person corrected by themselves: they asked for nothing, and nobody decides.
_TOLD_OF_OWN = MappingProxyType(
    {
        Event.FILE: (_("You corrected this yourself"), _("We tell those who have the data from us.")),
        Event.APPROVE: (_("We looked up whom to tell"), ""),
    }
)

_WAITING = (
    _("We need something from you"),
    _("You find it on the page of your request. Your answer lets us go on."),
)
# Where one asks for another, both read this, and only one of them has the question.
_WAITING_FOR_ASKER = (
    _("We need something from whoever made the request"),
    _("They find it on the page of the request. Their answer lets us go on."),
)
_APPEALED = (_("A second person looks at our refusal"), _("It is somebody who did not decide the first time."))
_PART_APPEALED = (
    _("A second person looks at the part that stays"),
    _("It is somebody who did not keep it. All the rest is deleted already."),
)
_OTHERS = (
    _("Others have to act on it too"),
    _("They had data about you from us. We told them, and wait until each of them confirms. You see below who has."),
)
_WEIGHED = (_("One of our people checks your request"), _("Then we act on it and write to you."))
_ACTING = (_("We carry out your request"), _("This takes minutes. We write to you when it is done."))
_WAITS = (
    _("It begins soon"),
    _("It cannot be taken back once it is done. So we wait until %(when)s: until then it can still be stopped."),
)
_CHECKED = (_("One of our people checks your request"), _("Then we make your copy and write to you."))
_COPYING = (_("We make your copy"), _("This takes minutes. We write to you when it is ready."))
_NEXT: MappingProxyType[tuple[str, str], tuple[Any, Any]] = MappingProxyType(
    {
        (Right.ACCESS, State.RECEIVED): _CHECKED,
        (Right.ACCESS, State.APPROVED): _COPYING,
        (Right.ACCESS, State.RUNNING): _COPYING,
        (Right.ERASURE, State.RECEIVED): (
            _("Two of our people check your request"),
            _("Nothing is deleted before both agree. Until then you can withdraw it."),
        ),
        (Right.ERASURE, State.PREPARED): (
            _("A second person checks your request"),
            _("When they agree, we delete your data. Until then you can withdraw it."),
        ),
        (Right.ERASURE, State.APPROVED): (
            _("We delete your data"),
            _("It begins within seconds. Your account then ends."),
        ),
        (Right.ERASURE, State.RUNNING): (
            _("We delete your data"),
            _("It cannot be stopped any more. We write to you when it is done, and give you a receipt."),
        ),
    }
)
# For every right that has no words of its own above.
_ANY = {
    State.RECEIVED: _WEIGHED,
    State.PREPARED: (
        _("A second person checks your request"),
        _("When they agree, we act on it and write to you. Until then you can withdraw it."),
    ),
    State.WAITING: _WAITING,
    State.APPROVED: _ACTING,
    State.RUNNING: _ACTING,
    State.APPEALED: _APPEALED,
    State.PART_APPEALED: _PART_APPEALED,
}
_ATTENTION = (
    _("One of our people looks at your request"),
    _("Something went wrong on our side. You need not do anything."),
)
_REFUSED = (_("Nothing more happens"), _("You can write to us, complain to the authority, or make a new request."))
_WITHDRAWN = (_("Nothing more happens"), _("You can make a new request at any time."))
_HANDED_OVER = (_("Whoever decides about this data answers you"), _("We passed your request on and told you to whom."))
_ENDED = {State.REFUSED: _REFUSED, State.WITHDRAWN: _WITHDRAWN, State.HANDED_OVER: _HANDED_OVER}
_STAYS_SO = {
    Right.RECTIFICATION: _("Below you see what was changed, and why if something was not."),
    Right.RESTRICTION: _("We only store your data. We write to you before that ends."),
    Right.OBJECTION: _("It stays so until you say otherwise."),
}
_ERASED = (_("Nothing more happens"), _("Keep the receipt if you may want to show that your data was deleted."))
_DESTROYED = (
    _("Nothing more happens"),
    _("Your copy was destroyed when its time was over. You can ask for a new one."),
)


def requests_of(who: Party) -> QuerySet[RightsRequest]:
    """The requests about this person, and those they made for someone else, newest first.

    `has_news` on each says whether a message of ours was not read yet.
    """
    digests = who.subject.digests()
    mine = rules.about(who.user_id, digests) | rules.asked_by(who.user_id, digests)
    new = Message.objects.filter(request=OuterRef("pk"), kind=MessageKind.TO_PERSON, read_at__isnull=True)
    found = RightsRequest.objects.filter(mine).annotate(has_news=Exists(new))
    return found.order_by("-received_at").select_related("package")


def open_now(who: Party) -> tuple[int, datetime | None]:
    """How many of these requests are open, and by when the next one has our answer; one query."""
    waiting = requests_of(who).exclude(state__in=CLOSED_STATES).order_by()
    found = waiting.aggregate(count=Count("pk"), due=Min("due_at", filter=Q(paused_at__isnull=True)))
    return found["count"], found["due"]


def request_of(who: Party, reference: str) -> RightsRequest:
    """The person's request of this reference, however it was typed; raises NotFound alike for unknown and foreign."""
    mine = requests_of(who)
    request = mine.filter(reference__in={reference, normalised(reference)}).select_related("package", "receipt").first()
    if request is None:
        named = RightsRequest.objects.filter(reference__in={reference, normalised(reference)}, right=Right.ERASURE)
        request = named.select_related("package", "receipt").first()
        if request is None or not rules.is_answered_at(request, who.actor):
            raise NotFound
    return request


def by_follow_token(token: str) -> RightsRequest:
    """The request that a follow link names; raises NotFound."""
    named = RightsRequest.objects.select_related("package", "receipt")
    request = named.filter(pk=request_id_of(token)).first()  # type: ignore[misc] # None finds nothing
    if request is None:
        raise NotFound
    return request


def takes_proofs(request: RightsRequest) -> bool:
    """Whether a file that shows something is still of use to whoever decides."""
    return request.right == Right.RECTIFICATION and request.state in {State.RECEIVED, State.WAITING, State.APPEALED}


def open_question(request: RightsRequest) -> Decision | None:
    """The question or the proposed fee that waits for the person's answer; None where nothing does.

    It is what was asked last: what a refusal left open waits no more. A document that two people agreed to ask for is
    no question: it is shown, not answered.
    """
    if request.state != State.WAITING:
        return None
    last = [made for made in request.decisions.all() if made.kind in {DecisionKind.ASK, DecisionKind.FEE}][-1:]
    return next((made for made in last if made.answered_at is None and made.second_by_id is None), None)


def extension(request: RightsRequest) -> Decision | None:
    """Why the term of the request is longer than the first one; None where it is not."""
    return _first(request, DecisionKind.EXTENSION)


def fee_of(request: RightsRequest) -> Decision | None:
    """The fee that was proposed, with the person's answer; None where none was."""
    return _first(request, DecisionKind.FEE)


def nothing_charged(request: RightsRequest) -> bool:
    """Whether the request ended without our answer: a fee is asked for an answer, never beside a refusal."""
    return request.state in CLOSED_STATES and request.state != State.COMPLETED


def _first(request: RightsRequest, kind: DecisionKind) -> Decision | None:
    return next((made for made in request.decisions.all() if made.kind == kind), None)


def timeline(request: RightsRequest) -> list[TimelineEntry]:
    """What happened to the request, oldest first, in words for the person; one query."""
    longer = Decision.objects.filter(request=OuterRef("request_id"), kind=DecisionKind.EXTENSION)
    steps = list(request.transitions.annotate(longer_at=Subquery(longer.values("decided_at")[:1])))
    found = [_entry(request, transition) for transition in steps]
    if steps and (at := steps[0].longer_at):
        found.append(TimelineEntry(at, *_LONGER, DecisionKind.EXTENSION))
    return sorted(found, key=lambda entry: entry.at)


def next_step(request: RightsRequest) -> NextStep:
    """What happens next, who does it and until when."""
    state = State(request.state)
    if state == State.COMPLETED:
        return _after_completion(request)
    if state in CLOSED_STATES:
        title, text = _ENDED[state]
        return NextStep(title, text, None, "nobody")
    if state == State.APPROVED and (begins := begins_at(request)):
        return NextStep(_WAITS[0], _WAITS[1] % {"when": words.in_words(begins)}, request.due_at, "us")
    title, text = _NEXT.get((request.right, state)) or _ANY.get(state, _ATTENTION)
    if state == State.RUNNING and open_notices(request.pk).filter(told_at__isnull=False).exists():
        title, text = _OTHERS
    if state == State.WAITING and rules.stands_in(request):
        title, text = _WAITING_FOR_ASKER
    by_when = None if request.paused_at else request.due_at
    return NextStep(title, text, by_when, "you" if state == State.WAITING else "us")


def queue(*, state: str = "", right: str = "", open_only: bool = True) -> QuerySet[RightsRequest]:
    """Requests for the staff's queue, the one due first on top; empty `state` and `right` mean any."""
    found = RightsRequest.objects.select_related("subject_user", "assignee", "package").order_by(
        "due_at", "received_at"
    )
    if state:
        found = found.filter(state=state)
    elif open_only:
        found = found.exclude(state__in=CLOSED_STATES)
    return found.filter(right=right) if right else found


def job_of(request: RightsRequest) -> Job | None:
    """The job that carries the request out, with `failed_step` and `failure` for staff; None before approval."""
    return Job.objects.filter(about=request.pk, kind=request.right).first()


def begins_at(request: RightsRequest) -> datetime | None:
    """The instant before which approved work does not begin; None when nothing makes it wait."""
    job = job_of(request)
    return job.not_before if job is not None and job.not_before > timezone.now() else None


def _entry(request: RightsRequest, transition: Transition) -> TimelineEntry:
    event = Event(transition.event)
    title, text = _TOLD[event]
    if event == Event.FILE and request.requester_role != RequesterRole.SELF:
        title, text = _ASKED_BY_ANOTHER
    if event in {Event.LAPSE, Event.LAPSE_PART} and rules.stands_in(request):
        title, text = _LAPSED_FOR_ANOTHER
    if request.right == Right.RECTIFICATION:
        own = request.requester_digest == OWN_CORRECTION
        title, text = (_TOLD_OF_OWN if own else _TOLD_OF_CORRECTIONS).get(event, (title, text))
    if event == Event.PREPARE and request.right != Right.ERASURE:
        title, text = _FIRST_AGREED
    if transition.event == Event.FULFIL:
        text = _FULFILLED[Right(request.right)]
    return TimelineEntry(transition.occurred_at, title, text, transition.event)


def _after_completion(request: RightsRequest) -> NextStep:
    package = getattr(request, "package", None)
    if request.right == Right.ERASURE:
        return NextStep(*_ERASED, None, "nobody")
    if request.right not in {Right.ACCESS, Right.PORTABILITY}:
        return NextStep(_("Nothing more happens"), _STAYS_SO[Right(request.right)], None, "nobody")
    # The scheduler destroys it within a minute of its time; the person cannot download it from that instant on.
    if package is None or package.destroyed_at is not None or package.expires_at <= timezone.now():
        return NextStep(*_DESTROYED, None, "nobody")
    return NextStep(_("Download your copy"), _("After this day we destroy it."), package.expires_at, "you")


def open_notices(request_id: UUID) -> QuerySet[RecipientNotice]:
    """What recipients still have to be told, or have not answered yet, about a request."""
    return RecipientNotice.objects.filter(request_id=request_id, ended_at__isnull=True)


def notices(request_id: UUID) -> list[RecipientNotice]:
    """Every recipient that is told about a request, by name."""
    found = RecipientNotice.objects.filter(request_id=request_id).select_related("recipient")
    return list(found.order_by("recipient__name", "created_at"))


def receiving_now() -> list[Recipient]:
    """Everyone of the register to whom we pass data now, by name."""
    return list(Recipient.objects.filter(active=True))


def every_recipient() -> list[Recipient]:
    """The whole register of recipients, by name, each with whom it works for; one query."""
    return list(Recipient.objects.select_related("sub_processor_of"))


def references(request_ids: Iterable[UUID]) -> dict[str, str]:
    """The references of these requests by their number, as text."""
    found = RightsRequest.objects.filter(pk__in=list(request_ids)).values_list("pk", "reference")
    return {str(pk): reference for pk, reference in found}
