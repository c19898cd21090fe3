"""Promotional messages of the tests: begun, worked off, delivered."""

from typing import Any

from django.core import mail
from post_office.models import Email

from consent.mailings import sending
from consent.mailings.models import Mailing
from consent.mailings.reach import progress, reach
from consent.mailings.texts import hash_of
from privacy import restriction
from privacy.actors import SYSTEM, Actor
from privacy.data_map.subject import Subject
from privacy.jobs import engine
from privacy.mail.deliver import deliver_due
from privacy.models import Job, JobState
from privacy.vocabulary import Purpose, StopGround
from tests.factories import make_mailing

WRITER = ("view_mailing", "add_mailing", "change_mailing", "delete_mailing", "send_mailing")
WRITER_PERMS = [f"consent.{name}" for name in WRITER]


def started(mailing: Mailing | None = None, *, actor: Actor = SYSTEM, **said: Any) -> Mailing:
    """A message that somebody has sent; nothing is queued yet."""
    mailing = mailing or make_mailing(**said)
    agreed = sending.Agreed(hash_of(mailing.topic, mailing.texts), reach(mailing.topic).people)
    return sending.start(actor=actor, mailing_id=mailing.pk, agreed=agreed)


def run(mailing: Mailing) -> bool:
    """Let its job run now, whenever it wanted to be woken; whether it is finished."""
    Job.objects.filter(about=mailing.pk, state=JobState.QUEUED).update(not_before="2026-01-01T00:00Z")
    return engine.run(Job.objects.get(about=mailing.pk).pk)


def sent(mailing: Mailing) -> Mailing:
    """Queue it, deliver it, and let its job see that."""
    run(mailing)
    deliver_due()
    assert run(mailing)
    mailing.refresh_from_db()
    return mailing


def states(mailing: Mailing) -> dict[str, int]:
    """How many readers are in which state now, without those where nobody is."""
    return {state: count for state, count in progress(mailing).states.items() if count}


def objects(address: str, ground: StopGround = StopGround.MARKETING) -> None:
    """Somebody wants no advertising, or has the use of their data stopped."""
    who = Subject(emails=frozenset({address}))
    purpose = Purpose.PROMOTIONAL_MESSAGES if ground is StopGround.MARKETING else None
    restriction.impose(actor=SYSTEM, subject_digest=who.digest, digests=who.digests(), ground=ground, purpose=purpose)


def waiting() -> list[str]:
    """Who stands in the queue of messages, in order."""
    return sorted(email.to[0] for email in Email.objects.all())


def reached() -> list[str]:
    """Whom the mail server took a message for, in order."""
    return sorted(address for message in mail.outbox for address in message.recipients())
