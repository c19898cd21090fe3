"""Queues one message to many people, and takes back what of it has not left, in as many statements as for one."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction
from post_office.models import PRIORITY, STATUS, Email

from privacy import restriction
from privacy.data_map.subject import Subject
from privacy.mail.queue import Letter, Outcome
from privacy.models import SentMessage
from privacy.vocabulary import Purpose

WAITING = (STATUS.queued, STATUS.requeued)
# So many messages are locked and taken back together.
AT_ONCE = 500


@dataclass(frozen=True)
class Copy:
    """The message for one person. `about` names the copy, `sender` is the address to which it comes back."""

    about: UUID
    to: str
    letter: Letter
    headers: Mapping[str, str]
    message_id: str
    sender: str


@transaction.atomic
def queue_many(*, copies: Sequence[Copy], template: str, purpose: Purpose) -> dict[UUID, Outcome]:
    """Queue each copy once per (about, template), in the caller's transaction; what became of each, by `about`.

    As privacy.mail.queue.queue: the gate is asked for every address, now and again when its copy leaves. They leave
    after everything that is written to one person. Two that queue the same copies at once are the caller's to keep
    apart: the database refuses the second.
    """
    people = {copy.about: Subject(emails=frozenset({copy.to})) for copy in copies}
    willing = set(restriction.allowed(people.values(), purpose))
    known = set(SentMessage.objects.filter(template=template, about__in=people).values_list("about", flat=True))
    outcomes = {
        about: Outcome.KNOWN if about in known else Outcome.ACCEPTED if person in willing else Outcome.STOPPED
        for about, person in people.items()
    }
    fresh = [copy for copy in copies if outcomes[copy.about] is Outcome.ACCEPTED]
    emails = Email.objects.bulk_create(_row(copy) for copy in fresh)
    SentMessage.objects.bulk_create(
        SentMessage(about=copy.about, template=template, purpose=purpose, email=email)
        for copy, email in zip(fresh, emails, strict=True)
    )
    return outcomes


def take_back_many(*, abouts: Collection[UUID], template: str) -> set[UUID]:
    """Delete the copies that have not left, in the caller's transaction; which they were. Who leaves now is out."""
    taken: set[UUID] = set()
    for some in _chunks(sorted(abouts)):
        sent = SentMessage.objects.filter(template=template, about__in=some, email__status__in=WAITING)
        by_email = dict(sent.values_list("email_id", "about"))
        # Whoever delivers one of them has it locked: it is waited for, and looked at again then.
        locked = Email.objects.select_for_update().filter(pk__in=by_email, status__in=WAITING).order_by("pk")
        waiting = list(locked.values_list("pk", flat=True))
        Email.objects.filter(pk__in=waiting).only("pk").delete()
        taken |= {by_email[pk] for pk in waiting}
    return taken


def _chunks(abouts: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(abouts), AT_ONCE):
        yield abouts[start : start + AT_ONCE]


def _row(copy: Copy) -> Email:
    return Email(
        from_email=copy.sender,
        to=[copy.to],
        subject=copy.letter.subject,
        message=copy.letter.text,
        html_message=copy.letter.html,
        status=STATUS.queued,
        priority=PRIORITY.low,
        message_id=copy.message_id,
        # What people see as the sender; the address to which it comes back need not be the same.
        headers={**copy.headers, "From": settings.DEFAULT_FROM_EMAIL},
    )
