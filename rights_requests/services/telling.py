"""Tells each recipient what it must be told, and follows it until it has done it or shown that it cannot (Art. 19).

A notice waits for a machine while `next_at` is set, and for a member of staff while it is open without that.
"""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from privacy import audit, clock
from privacy.actors import SYSTEM, Actor
from privacy.data_map.subject import Subject
from privacy.digests import every_form
from privacy.jobs import engine
from privacy.package.seal import SealBroken
from rights_requests import letters_to_staff, rules
from rights_requests.errors import NamesThePerson, ProofNeeded, WrongState
from rights_requests.models import Recipient, RecipientNotice, RightsRequest
from rights_requests.recipients import adapters, retry
from rights_requests.recipients.notices import (
    DETAILS,
    ENDED,
    Correction,
    Detail,
    NotGenuine,
    Outcome,
    Received,
    identifiers_of,
    moves_on,
)
from rights_requests.recipients.sealing import opened, party, seal
from rights_requests.selectors import receiving_now
from rights_requests.vocabulary import Adapter, NoticeKind, NoticeState

# The step of a job after which it may wait for recipients; only a job that took it is hurried when one has answered.
STEP = "recipients"
# A worker that dies over a call is believed dead after this long: more than any call may take.
_CALL_TAKES_AT_MOST = timedelta(minutes=5)


@transaction.atomic
def notify(
    *,
    request: RightsRequest,
    kind: NoticeKind,
    subject: Subject,
    slugs: Collection[str],
    actor: Actor,
    corrections: Sequence[Correction] = (),
) -> int:
    """Note, in the caller's transaction, whom to tell: each recipient that gets data of these holdings now.

    Nothing leaves before that commits. Returns how many are new: a recipient is told a thing once per request, so this
    may be repeated. What identifies the person is sealed, and forgotten when the recipient has answered.
    """
    concerned = [found for found in receiving_now() if set(found.slugs) & set(slugs)]
    told = set(RecipientNotice.objects.filter(request=request, kind=kind).values_list("recipient_id", flat=True))
    new = [
        _planned(request, kind, recipient, subject, corrections) for recipient in concerned if recipient.pk not in told
    ]
    RecipientNotice.objects.bulk_create(new)
    for planned in new:
        if planned.next_at is None:
            letters_to_staff.recipient_needs_staff(planned)
    if new:
        audit.record(
            event="recipients.noted",
            actor=actor,
            subject_digest=request.subject_digest,
            about=request,
            data={"kind": kind.value, "count": len(new)},
        )
    return len(new)


def _planned(
    request: RightsRequest,
    kind: NoticeKind,
    recipient: Recipient,
    subject: Subject,
    corrections: Sequence[Correction],
) -> RecipientNotice:
    identifiers = identifiers_of(subject, party(recipient).known_by)
    planned = RecipientNotice(pk=uuid.uuid4(), request=request, recipient=recipient, kind=kind)
    if identifiers:
        planned.content_sealed = seal(identifiers, corrections, planned.pk)
        planned.next_at = clock.now()
    else:
        planned.next_at, planned.proof = None, {"detail": Detail.NOT_KNOWN_BY_THIS.value}
    return planned


def follow_due(*, at_most: int = 20) -> int:
    """Tell, or ask, the recipients whose time has come; returns how many. Safe to run at any time and twice at once."""
    for count in range(at_most):
        taken = _take()
        if taken is None:
            return count
        settle(notice_id=taken.pk, outcome=_called(taken), actor=SYSTEM, attempts=taken.attempts)
    return at_most


def _called(notice: RecipientNotice) -> Outcome:
    """Call the recipient, outside any transaction: tell it what it does not know yet, or ask how far it is."""
    adapter = Adapter(notice.recipient.adapter)
    if notice.state != NoticeState.PENDING:
        return adapters.check(adapter, party(notice.recipient), notice.pk, clock.now())
    try:
        return adapters.tell(adapter, party(notice.recipient), opened(notice), clock.now())
    except SealBroken:
        return Outcome(NoticeState.PENDING, Detail.UNREADABLE)


@transaction.atomic
def _take() -> RecipientNotice | None:
    """The next notice whose time has come, put off so that nobody else takes it while the recipient is called.

    What a recipient was to be told before about the same request comes first: an end told before its beginning would
    leave a restriction there for ever.
    """
    now = clock.now()
    untold = RecipientNotice.objects.filter(
        request=OuterRef("request"),
        recipient=OuterRef("recipient"),
        state=NoticeState.PENDING,
        created_at__lt=OuterRef("created_at"),
    )
    due = RecipientNotice.objects.select_for_update(skip_locked=True, of=("self",)).filter(next_at__lte=now)
    notice = due.filter(~Exists(untold)).select_related("recipient").order_by("next_at").first()
    if notice is not None:
        notice.attempts += 1
        notice.next_at = now + _CALL_TAKES_AT_MOST
        notice.save(update_fields=["attempts", "next_at"])
    return notice


@transaction.atomic
def settle(*, notice_id: UUID, outcome: Outcome, actor: Actor, attempts: int = 1, proof: str = "") -> RecipientNotice:
    """Write down what came of a notice, and when to go on with it; tells staff when only a person can.

    It only ever moves on, so repeating an outcome, or hearing of an older one, changes nothing. `proof` are the words
    of a member of staff. Raises RecipientNotice.DoesNotExist.
    """
    notice = RecipientNotice.objects.select_for_update(of=("self",)).select_related("request").get(pk=notice_id)
    if notice.state in ENDED:
        return notice
    moved = moves_on(notice.state, outcome.state)
    if moved:
        notice.state, notice.attempts = outcome.state, 0
        # That it is impossible staff can say of a recipient that nobody told, and so can we.
        if outcome.state != NoticeState.IMPOSSIBLE or (actor == SYSTEM and outcome.detail != Detail.ERASED):
            notice.told_at = notice.told_at or clock.now()
        notice.external_reference = outcome.reference or notice.external_reference
    said = {"detail": outcome.detail.value, "status": outcome.status, "words": proof}
    notice.proof = {name: value for name, value in said.items() if value}
    decision = retry.after(outcome, 1 if moved else attempts)
    _go_on(notice, outcome, decision, proof)
    if isinstance(decision, retry.AskStaff) and actor == SYSTEM:
        letters_to_staff.recipient_needs_staff(notice)
    notice.save()
    if moved:
        data = {"kind": notice.kind, "to": notice.state, "detail": outcome.detail.value}
        digest = notice.request.subject_digest
        audit.record(event="recipient.moved", actor=actor, subject_digest=digest, about=notice, data=data)
    return notice


def _go_on(notice: RecipientNotice, outcome: Outcome, decision: retry.Decision, words: str) -> None:
    now = clock.now()
    match decision:
        case retry.Over():
            notice.ended_at, notice.next_at, notice.content_sealed = now, None, None
            if outcome.state == NoticeState.IMPOSSIBLE:
                notice.reason = words or str(DETAILS[outcome.detail])
            engine.hasten(about=notice.request_id, after_step=STEP)
        case retry.Again(seconds=seconds):
            notice.next_at = now + timedelta(seconds=seconds)
        case retry.AskStaff():
            notice.next_at = None
            notice.proof["since"] = now.isoformat()


@transaction.atomic
def end_others(*, request_id: UUID, digests: Collection[str]) -> int:
    """After an erasure: what recipients were still to be told about the person's other requests; returns how many.

    There is nothing left to restrict or correct, and what was sealed for it goes. Idempotent.
    """
    others = RecipientNotice.objects.filter(request__subject_digest__in=every_form(digests), ended_at__isnull=True)
    ending = others.exclude(request_id=request_id).order_by("pk").values_list("pk", flat=True)
    outcome = Outcome(NoticeState.IMPOSSIBLE, Detail.ERASED)
    return len([settle(notice_id=notice_id, outcome=outcome, actor=SYSTEM) for notice_id in list(ending)])


@transaction.atomic
def remind_staff() -> int:
    """Write to the team once a week of each recipient that waits for them; how many letters. Safe to run at any time.

    Their request may be closed long since, so that no term reminds anybody of them.
    """
    waiting = RecipientNotice.objects.filter(ended_at__isnull=True, next_at__isnull=True)
    return sum(_remind(notice) for notice in waiting.select_related("request", "recipient").order_by("pk"))


def _remind(notice: RecipientNotice) -> bool:
    since = notice.proof.get("since")
    began = datetime.fromisoformat(since) if since else notice.created_at
    weeks = (clock.now() - began) // timedelta(weeks=1)
    return weeks > 0 and letters_to_staff.recipient_still_waits(notice, weeks=weeks)


def receive(*, received: Received) -> RecipientNotice:
    """Take what a recipient says by itself; raises NotGenuine, also for a notice that does not exist.

    Believed is only what its own key signed; a repeated or late word changes nothing.
    """
    notice = RecipientNotice.objects.select_related("recipient").filter(pk=received.notice_id).first()
    if notice is None:
        raise NotGenuine("no such notice")
    adapter = Adapter(notice.recipient.adapter)
    outcome = adapters.read_callback(adapter, party(notice.recipient), received, clock.now())
    return settle(notice_id=notice.pk, outcome=outcome, actor=SYSTEM)


@transaction.atomic
def tick(*, notice_id: UUID, actor: Actor, state: NoticeState, words: str = "") -> RecipientNotice:
    """A member of staff says how far a recipient is: told, done, or impossible, the last two with what proves it.

    Raises NotAllowed, OwnRequest, ProofNeeded, NamesThePerson for words that would keep an address beyond an erasure,
    and WrongState when the notice has ended or was further already.
    """
    notice = _for_staff(notice_id, actor)
    words = words.strip()
    if _names_the_person(notice, words):
        raise NamesThePerson
    if state in ENDED and not words:
        raise ProofNeeded
    if not moves_on(notice.state, state):
        raise WrongState
    return settle(notice_id=notice.pk, outcome=Outcome(state, _TICKED[state]), actor=actor, proof=words)


@transaction.atomic
def try_again(*, notice_id: UUID, actor: Actor) -> RecipientNotice:
    """A member of staff has put right what stood in the way: the recipient is told, or asked, at once.

    Raises NotAllowed, OwnRequest, and WrongState when the notice has ended or nothing is known any more to tell.
    """
    notice = _for_staff(notice_id, actor)
    if notice.state in ENDED or notice.content_sealed is None:
        raise WrongState
    notice.next_at, notice.attempts = clock.now(), 0
    notice.save(update_fields=["next_at", "attempts"])
    digest = notice.request.subject_digest
    audit.record(event="recipient.tried_again", actor=actor, subject_digest=digest, about=notice)
    return notice


_TICKED = {
    NoticeState.SENT: Detail.STAFF_TASK,
    NoticeState.ACKNOWLEDGED: Detail.TAKEN_IN,
    NoticeState.COMPLETED: Detail.DONE,
    NoticeState.IMPOSSIBLE: Detail.OUR_FINDING,
}


def _names_the_person(notice: RecipientNotice, words: str) -> bool:
    """Whether the words hold what the recipient was told to find the person by."""
    if notice.content_sealed is None:
        return False
    try:
        told = opened(notice).identifiers
    except SealBroken:
        return False
    return any(found.value.lower() in words.lower() for found in told)


def _for_staff(notice_id: UUID, actor: Actor) -> RecipientNotice:
    rules.require_staff(actor)
    notice = RecipientNotice.objects.select_for_update(of=("self",)).select_related("request").get(pk=notice_id)
    rules.require_other_person(notice.request, actor)
    return notice
