"""Messages on a request: read in the portal, never in a mail, which only says that there is one."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from privacy import audit, clock
from privacy.actors import Actor
from privacy.uploads.clean import Cleaned
from rights_requests import letters_to_staff, notifications, rules, states
from rights_requests.errors import TooManyMessages, WordsNeeded, WrongState
from rights_requests.models import CLOSED_STATES, Message, RightsRequest
from rights_requests.services import answers, evidence
from rights_requests.subjects import address_of, known
from rights_requests.vocabulary import EvidenceKind, MessageKind


@transaction.atomic
def write_to_person(*, request_id: UUID, actor: Actor, text: str, file: Cleaned | None = None) -> Message:
    """Write to whoever asks, with a cleaned file if there is one; a mail says that there is a message.

    What they wrote before counts as read. Not idempotent: twice is two messages. Raises NotFound, NotAllowed,
    OwnRequest, WordsNeeded, TooManyFiles, OSError, and WrongState when nobody can be reached any more.
    """
    request = rules.locked_for_staff(request_id, actor)
    if not known(request):
        raise WrongState
    mark_read(request=request, actor=actor)
    written = _write(request, actor, MessageKind.TO_PERSON, text)
    _attach(written, actor, file)
    notifications.message_waits(request, written, to=address_of(request))
    return written


@transaction.atomic
def write_to_us(*, request_id: UUID, actor: Actor, text: str, file: Cleaned | None = None) -> Message:
    """Take a message of whoever asked or whom it is about, with a cleaned file if there is one; the team is told.

    While a question is open, it is the answer.

    Not idempotent. Raises NotFound for an unknown or foreign request alike, WordsNeeded, WrongState when the request is
    closed for longer than settings.APPEAL_DAYS, TooManyMessages after settings.MESSAGES_PER_DAY in 24 hours,
    TooManyFiles, OSError.
    """
    request = states.locked(request_id)
    rules.require_requester(request, actor)
    if not may_write(request):
        raise WrongState
    since = clock.now() - timedelta(days=1)
    lately = Message.objects.filter(request=request, kind=MessageKind.FROM_PERSON, sent_at__gt=since)
    if lately.count() >= settings.MESSAGES_PER_DAY:
        raise TooManyMessages
    written = _write(request, actor, MessageKind.FROM_PERSON, text)
    _attach(written, actor, file)
    letters_to_staff.message_arrived(request, written.pk)
    answers.take(request, actor=actor)
    return written


@transaction.atomic
def note(*, request_id: UUID, actor: Actor, text: str) -> Message:
    """Note something for colleagues; the person gets it with a copy of their data, like all that is held about them.

    Not idempotent. Raises NotFound, NotAllowed, OwnRequest, WordsNeeded.
    """
    return _write(rules.locked_for_staff(request_id, actor), actor, MessageKind.NOTE, text)


@transaction.atomic
def read_all(*, request_id: UUID, actor: Actor) -> RightsRequest:
    """Say that what the person wrote was read and needs no answer. Idempotent. Raises as `note` does."""
    request = rules.locked_for_staff(request_id, actor)
    mark_read(request=request, actor=actor)
    return request


def mark_read(*, request: RightsRequest, actor: Actor) -> int:
    """Mark what the person wrote as read, in the caller's transaction; returns how many messages were new."""
    return _mark(unread(request), request, actor)


@transaction.atomic
def mark_seen(*, request_id: UUID, actor: Actor) -> int:
    """Mark what we wrote as read by whoever asked, who has it before them now; returns how many were new. Idempotent.

    Nothing is marked for the data subject whom somebody else asked for: they read along. Raises NotFound for an unknown
    or foreign request alike.
    """
    request = states.locked(request_id)
    rules.require_requester(request, actor)
    return _mark(unseen(request), request, actor) if rules.is_asker(request, actor) else 0


def unseen(request: RightsRequest) -> QuerySet[Message, Message]:
    """What we wrote and whoever asked has not had before them yet."""
    return Message.objects.filter(request=request, kind=MessageKind.TO_PERSON, read_at__isnull=True)


def with_news(requests: Collection[RightsRequest]) -> set[UUID]:
    """Which of these requests have a message of ours that whoever asked has not had before them yet; one query."""
    new = Message.objects.filter(request__in=requests, kind=MessageKind.TO_PERSON, read_at__isnull=True)
    return set(new.values_list("request_id", flat=True))


def _mark(which: QuerySet[Message, Message], request: RightsRequest, actor: Actor) -> int:
    new = which.update(read_at=clock.now())
    if new:
        audit.record(
            event="messages.read",
            actor=actor,
            subject_digest=request.subject_digest,
            about=request,
            data={"count": new},
        )
    return new


def unread(request: RightsRequest) -> QuerySet[Message, Message]:
    """What the person wrote and nobody of the team has dealt with yet."""
    return Message.objects.filter(request=request, kind=MessageKind.FROM_PERSON, read_at__isnull=True)


def may_write(request: RightsRequest) -> bool:
    """Whether the person can still write: while the request is open, and as long as a refusal can be appealed."""
    if request.state not in CLOSED_STATES:
        return True
    return request.closed_at is not None and clock.now() - request.closed_at <= timedelta(days=settings.APPEAL_DAYS)


def _attach(written: Message, actor: Actor, file: Cleaned | None) -> None:
    if file is not None:
        kind = EvidenceKind.ATTACHMENT
        evidence.keep(request_id=written.request_id, actor=actor, kind=kind, file=file, message=written)


def _write(request: RightsRequest, actor: Actor, kind: MessageKind, text: str) -> Message:
    if not text.strip():
        raise WordsNeeded
    written = Message.objects.create(request=request, kind=kind, author=str(actor), text=text.strip())
    audit.record(
        event="message.written",
        actor=actor,
        subject_digest=request.subject_digest,
        about=request,
        data={"kind": kind.value},
    )
    return written
