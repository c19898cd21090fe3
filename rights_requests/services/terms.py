"""What staff do with the clock of a request: a longer term, a question that may stop it, a fee told beforehand."""

from uuid import UUID

from django.db import transaction

from privacy import audit, clock
from privacy.actors import Actor
from privacy.uploads.clean import Cleaned
from rights_requests import deadlines, letters_to_staff, notifications, rules, states
from rights_requests.deadlines import UnreadableTerm, term_of
from rights_requests.errors import (
    AlreadyExtended,
    ClockStands,
    FeeProposed,
    FeeTooHigh,
    FreeByLaw,
    NotFound,
    ReasonNeeded,
    TermUnreadable,
    WordsNeeded,
    WrongState,
)
from rights_requests.models import CLOSED_STATES, Decision, Message, RightsRequest
from rights_requests.selectors import extension, fee_of, open_question
from rights_requests.services import answers, messaging
from rights_requests.states import Event
from rights_requests.subjects import address_of, known
from rights_requests.vocabulary import (
    Answer,
    AskReason,
    DecisionKind,
    ExtensionReason,
    MessageKind,
    RefusalReason,
)

# What may be asked here; a document is asked by services.doubting, a fee by `propose_fee`.
ASKED = (AskReason.IDENTITY, AskReason.MANDATE, AskReason.CLARIFICATION)
# The clock stands still only while we cannot be sure who asks.
STOPS_THE_CLOCK = frozenset({AskReason.IDENTITY})
FEE_REASONS = (RefusalReason.UNFOUNDED, RefusalReason.EXCESSIVE)
# More than that is no reasonable fee (Art. 12(5)(a)), and most likely a slip of the pen.
HIGHEST_FEE_CENTS = 10_000


@transaction.atomic
def extend(*, request_id: UUID, actor: Actor, reason: ExtensionReason, text: str) -> RightsRequest:
    """Take the longer term that the law allows, once, and write to the person why and until when (Art. 12(3)).

    Idempotent: the same reason and words by the same person change nothing more. Raises NotFound, NotAllowed,
    OwnRequest, ReasonNeeded, AlreadyExtended, NoExtension, ExtensionTooLate, ClockStands while it stands still for a
    question, TermUnreadable, WrongState.
    """
    request = rules.locked_for_staff(request_id, actor)
    if reason not in ExtensionReason.values or not text.strip():
        raise ReasonNeeded
    earlier = extension(request)
    if earlier is not None:
        return _same(request, earlier, actor, reason, text, otherwise=AlreadyExtended())
    if request.state in CLOSED_STATES or not known(request):
        raise WrongState
    if request.paused_at is not None:
        raise ClockStands
    now, before = clock.now(), request.due_at
    try:
        term = deadlines.extended(term_of(request), now)
    except UnreadableTerm as error:
        raise TermUnreadable from error
    told = deadlines.stage(term, now)
    changes = {**deadlines.columns(term, told=told), "extended_at": now, "extended_from": before}
    for name, value in changes.items():
        setattr(request, name, value)
    request.save(update_fields=changes)
    decision = _decide(request, actor, DecisionKind.EXTENSION, ExtensionReason(reason), text)
    notifications.extended(request, decision, before=before, to=address_of(request))
    data = {"reason": decision.reason}
    audit.record(event="request.extended", actor=actor, subject_digest=request.subject_digest, about=request, data=data)
    return request


@transaction.atomic
def ask(*, request_id: UUID, actor: Actor, reason: AskReason, text: str) -> RightsRequest:
    """Ask the person for what we need before we can go on; a mail says that a question waits.

    The clock stands still only for a question about the identity that was asked promptly, where the law knows pauses.
    Idempotent: the same question by the same person, still open, changes nothing more. Raises NotFound, NotAllowed,
    OwnRequest, ReasonNeeded, WrongState when the request is past its first look or nobody can be asked any more.
    """
    request = rules.locked_for_staff(request_id, actor)
    if reason not in ASKED or not text.strip():
        raise ReasonNeeded
    earlier = open_question(request)
    if earlier is not None:
        return _same(request, earlier, actor, reason, text, otherwise=WrongState())
    if not known(request):
        raise WrongState
    changes = deadlines.columns_of_question(request, clock.now()) if reason in STOPS_THE_CLOCK else {}
    decision = _decide(request, actor, DecisionKind.ASK, AskReason(reason), text)
    Message.objects.create(request=request, kind=MessageKind.TO_PERSON, author=str(actor), text=decision.text)
    notifications.question_waits(request, decision, stops=bool(changes), to=address_of(request))
    return states.advance(request_id=request_id, event=Event.ASK, actor=actor, reason=reason, changes=changes)


@transaction.atomic
def answer_question(*, request_id: UUID, actor: Actor, text: str, file: Cleaned | None = None) -> RightsRequest:
    """Take the person's answer to the open question; the work goes on, and the term is longer by the pause.

    Idempotent: the same words again, after they were taken, change nothing more. Raises NotFound for an unknown or
    foreign request alike, WordsNeeded, WrongState when no question is open, TooManyMessages, TooManyFiles, OSError.
    """
    request = states.locked(request_id)
    _require_asker(request, actor)
    question = open_question(request)
    if question is None or question.kind != DecisionKind.ASK:
        if _is_answered_by(request, actor, text):
            return request
        raise WrongState
    messaging.write_to_us(request_id=request_id, actor=actor, text=text, file=file)
    return states.locked(request_id)


@transaction.atomic
def propose_fee(
    *, request_id: UUID, actor: Actor, amount_cents: int, reason: RefusalReason, text: str
) -> RightsRequest:
    """Tell the person of a reasonable fee before anything is charged; they accept, decline or withdraw (Art. 12(5)).

    Once a request; the clock runs on. Idempotent: the same fee with the same words by the same person changes nothing
    more. Raises NotFound, NotAllowed, OwnRequest, FreeByLaw, ReasonNeeded, FeeTooHigh, FeeProposed, WrongState.
    """
    request = rules.locked_for_staff(request_id, actor)
    if rules.free_by_law(request) is not None:
        raise FreeByLaw
    if reason not in FEE_REASONS or not text.strip():
        raise ReasonNeeded
    if not 0 < amount_cents <= HIGHEST_FEE_CENTS:
        raise FeeTooHigh
    earlier = fee_of(request)
    if earlier is not None:
        if earlier.amount_cents != amount_cents:
            raise FeeProposed
        return _same(request, earlier, actor, reason, text, otherwise=FeeProposed())
    if not known(request):
        raise WrongState
    decision = _decide(request, actor, DecisionKind.FEE, RefusalReason(reason), text, amount_cents)
    notifications.fee_proposed(request, decision, to=address_of(request))
    return states.advance(request_id=request_id, event=Event.ASK, actor=actor, reason=AskReason.FEE)


@transaction.atomic
def answer_fee(*, request_id: UUID, actor: Actor, accepted: bool) -> RightsRequest:
    """Take the person's yes or no to a fee; the team is told and the work goes on. Nothing is charged here.

    Idempotent: the same answer again changes nothing more. Raises NotFound for an unknown or foreign request alike,
    WrongState when no fee is open or the other answer was given.
    """
    request = states.locked(request_id)
    _require_asker(request, actor)
    answer = Answer.ACCEPTED if accepted else Answer.DECLINED
    fee = open_question(request)
    if fee is None or fee.kind != DecisionKind.FEE:
        if Decision.objects.filter(request=request, kind=DecisionKind.FEE, answer=answer).exists():
            return request
        raise WrongState
    letters_to_staff.fee_answered(request, fee)
    return answers.close(fee, actor=actor, answer=answer)


@transaction.atomic
def note_answer(*, request_id: UUID, actor: Actor, text: str, accepted: bool | None = None) -> RightsRequest:
    """A member of staff writes down what the person answered by another way than the page; the work goes on.

    `accepted` is the answer to a fee. Raises NotFound, NotAllowed, OwnRequest, WordsNeeded, ReasonNeeded for a fee
    without an answer, WrongState when nothing is open.
    """
    request = rules.locked_for_staff(request_id, actor)
    question = open_question(request)
    if question is None:
        raise WrongState
    if not text.strip():
        raise WordsNeeded
    if question.kind == DecisionKind.FEE and accepted is None:
        raise ReasonNeeded
    Message.objects.create(request=request, kind=MessageKind.NOTE, author=str(actor), text=text.strip())
    answer = Answer.OPEN
    if question.kind == DecisionKind.FEE:
        answer = Answer.ACCEPTED if accepted else Answer.DECLINED
    return answers.close(question, actor=actor, answer=answer)


def _require_asker(request: RightsRequest, actor: Actor) -> None:
    """Raise NotFound, as for an unknown request, unless the actor is whoever asked: what we ask is theirs to answer."""
    if not rules.is_asker(request, actor):
        raise NotFound


def _decide(
    request: RightsRequest,
    actor: Actor,
    kind: DecisionKind,
    reason: AskReason | ExtensionReason | RefusalReason,
    text: str,
    amount_cents: int | None = None,
) -> Decision:
    words, user_id = text.strip(), actor.user_id
    return Decision.objects.create(
        request=request, kind=kind, reason=reason, text=words, amount_cents=amount_cents, decided_by_id=user_id
    )


def _same(
    request: RightsRequest, earlier: Decision, actor: Actor, reason: str, text: str, *, otherwise: Exception
) -> RightsRequest:
    """The request as it is when this very decision was made before, by a button pressed twice; raises `otherwise`."""
    if (earlier.reason, earlier.text, earlier.decided_by_id) == (reason, text.strip(), actor.user_id):
        return request
    raise otherwise


def _is_answered_by(request: RightsRequest, actor: Actor, text: str) -> bool:
    last = Message.objects.filter(request=request, kind=MessageKind.FROM_PERSON).order_by("-sent_at").first()
    return last is not None and (last.author, last.text) == (str(actor), text.strip())
