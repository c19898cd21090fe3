"""The clock at work: more time with reasons, questions to the person, reminders of what becomes due (Art. 12(3))."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from privacy import audit, clock
from privacy.actors import Actor
from rights_requests import notifications, rules, states
from rights_requests.deadlines import columns, extended, next_alert_at, pause_counts, stage, term_of
from rights_requests.errors import ReasonNeeded, WrongState
from rights_requests.models import CLOSED_STATES, Decision, RightsRequest, State
from rights_requests.states import Event
from rights_requests.subjects import address_of, known
from rights_requests.vocabulary import AskReason, DecisionKind, ExtensionReason


@transaction.atomic
def extend(*, request_id: UUID, actor: Actor, reason: ExtensionReason, text: str) -> RightsRequest:
    """Make the term longer, once and before it ends; the person gets the reason and the new day by mail.

    Raises NotFound, NotAllowed, OwnRequest, ReasonNeeded, WrongState for a closed request, and NoExtension,
    AlreadyExtended or ExtensionTooLate as the law of the request has it.
    """
    request = _for_staff(request_id, actor)
    if reason not in ExtensionReason.values or not text.strip():
        raise ReasonNeeded
    before, now = request.due_at, clock.now()
    longer = columns(extended(term_of(request), now), told=request.alerted)
    for name, value in {**longer, "extended_at": now, "extended_from": before}.items():
        setattr(request, name, value)
    request.save(update_fields=[*longer, "extended_at", "extended_from"])
    _decide(request, actor, DecisionKind.EXTENSION, reason, text)
    notifications.extended(request, to=address_of(request), reason=ExtensionReason(reason).label, text=text.strip())
    data = {"reason": ExtensionReason(reason).value}
    digest = request.subject_digest
    audit.record(event="request.extended", actor=actor, subject_digest=digest, about=request, data=data)
    return request


@transaction.atomic
def ask(*, request_id: UUID, actor: Actor, reason: AskReason, text: str) -> RightsRequest:
    """Ask the person something without which we cannot go on; a mail says that a question waits. The clock runs on.

    Raises NotFound, NotAllowed, OwnRequest, ReasonNeeded, WrongState.
    """
    request = _for_staff(request_id, actor)
    if reason not in {AskReason.CLARIFICATION, AskReason.MANDATE} or not text.strip():
        raise ReasonNeeded
    if not states.allows(request, Event.ASK):
        raise WrongState
    asked = _decide(request, actor, DecisionKind.ASK, reason, text)
    notifications.message_waits(request, asked.pk, to=address_of(request))
    return states.advance(request_id=request_id, event=Event.ASK, actor=actor)


def take_answer(request: RightsRequest, *, actor: Actor) -> None:
    """In the transaction that takes a message of the person: if we waited for their answer, this is it."""
    open_ones = questions(request).exclude(reason=AskReason.IDENTITY)
    if request.state == State.WAITING and open_ones.update(answered_at=clock.now()):
        states.advance(request_id=request.pk, event=Event.ANSWER, actor=actor)


def questions(request: RightsRequest) -> QuerySet[Decision, Decision]:
    """What we asked the person and they have not answered yet, oldest first."""
    return Decision.objects.filter(request=request, kind=DecisionKind.ASK, answered_at__isnull=True).order_by(
        "decided_at"
    )


def paused_from(request: RightsRequest, now: datetime) -> datetime | None:
    """Since when the clock stands still if the identity is asked for now; None where the law lets it run on."""
    return now if request.term and pause_counts(term_of(request), now) else None


def remind_due(*, at_most: int = 100) -> int:
    """Tell the team of requests whose term is half, three quarters, nine tenths or wholly gone; returns how many.

    Each stage is told once. Found by index; safe to run at any time and twice at once.
    """
    return sum(_remind() for _ in range(at_most))


@transaction.atomic
def _remind() -> bool:
    due = RightsRequest.objects.filter(alert_at__lte=Now(), closed_at__isnull=True)
    request = due.select_for_update(of=("self",), skip_locked=True).order_by("alert_at").first()
    if request is None:
        return False
    term = term_of(request)
    reached = stage(term, clock.now(), request.paused_at)
    if reached > request.alerted:
        notifications.term_runs(request, share=reached)
        request.alerted = reached
    # A clock that stands still is looked at again when it runs: the answer sets the next instant anew.
    request.alert_at = None if request.paused_at else next_alert_at(term, max(reached, request.alerted))
    request.save(update_fields=["alerted", "alert_at"])
    return True


def _for_staff(request_id: UUID, actor: Actor) -> RightsRequest:
    rules.require_staff(actor)
    request = states.locked(request_id)
    rules.require_other_person(request, actor)
    if request.state in CLOSED_STATES or not known(request):
        raise WrongState
    return request


def _decide(request: RightsRequest, actor: Actor, kind: DecisionKind, reason: str, text: str) -> Decision:
    return Decision.objects.create(
        request=request, kind=kind, reason=reason, text=text.strip(), decided_by_id=actor.user_id
    )
