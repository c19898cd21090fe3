"""Sending a promotional message: begun once, by somebody who knows to how many; stopped; gone on with."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from consent.mailings import copies
from consent.mailings.composing import draft
from consent.mailings.errors import Changed, NobodyToWriteTo, NothingToStop, OtherCount
from consent.mailings.models import Mailing
from consent.mailings.reach import progress, reach
from consent.mailings.texts import hash_of
from consent.mailings.vocabulary import MailingState
from privacy import audit, clock
from privacy.actors import SYSTEM, Actor
from privacy.jobs import engine
from privacy.models import Job, JobState

KIND = "mailing"


@dataclass(frozen=True)
class Agreed:
    """What a member of staff said yes to: this text, by its hash, to so many people."""

    sha256: str
    people: int


@transaction.atomic
def start(*, actor: Actor, mailing_id: UUID, agreed: Agreed) -> Mailing:
    """Send a draft: from now on it cannot be changed, and a job queues it for one batch of readers after the other.

    Of two that press at once one is told NotADraft. Raises Changed, NobodyToWriteTo and OtherCount too; nothing is done
    then. Who comes after the count and before their batch gets it as well; who ends meanwhile does not.
    """
    mailing = draft(mailing_id)
    found, sha256 = reach(mailing.topic), hash_of(mailing.topic, mailing.texts)
    if agreed.sha256 != sha256:
        raise Changed
    if not found.people:
        raise NobodyToWriteTo
    if agreed.people != found.people:
        raise OtherCount
    mailing.state, mailing.started_at = MailingState.SENDING, clock.now()
    mailing.save(update_fields=["state", "started_at"])
    engine.enqueue(kind=KIND, about=mailing.pk)
    said: dict[str, int | bool | str] = {"topic": mailing.topic, "sha256": sha256, "people": found.people}
    audit.record(event="mailing.started", actor=actor, about=mailing, data=said)
    return mailing


@transaction.atomic
def stop(*, actor: Actor, mailing_id: UUID) -> int:
    """Stop a message that is being sent, and take back what has not left; how many copies. Raises NothingToStop."""
    engine.cancel(kind=KIND, about=mailing_id)
    mailing = _being_sent(mailing_id)
    taken = copies.take_back(mailing)
    _end(mailing, MailingState.STOPPED, actor, "mailing.stopped")
    return taken


@transaction.atomic
def end(mailing_id: UUID) -> None:
    """Put down that all has left, or will not; in the job's transaction. Raises NothingToStop when it was stopped."""
    _end(_being_sent(mailing_id), MailingState.SENT, SYSTEM, "mailing.sent")


def go_on(*, actor: Actor, mailing_id: UUID) -> bool:
    """Let a sending go on that an error stopped; False when none did."""
    job = Job.objects.filter(kind=KIND, about=mailing_id).first()
    return job is not None and engine.resume(job_id=job.pk, actor=actor)


def stuck(mailing_id: UUID) -> Job | None:
    """The job of a message, when an error stopped it so that it waits for staff."""
    return Job.objects.filter(kind=KIND, about=mailing_id, state=JobState.NEEDS_STAFF).first()


def _being_sent(mailing_id: UUID) -> Mailing:
    found = Mailing.objects.select_for_update().filter(pk=mailing_id, state=MailingState.SENDING).first()
    if found is None:
        raise NothingToStop
    return found


def _end(mailing: Mailing, state: MailingState, actor: Actor, event: str) -> None:
    mailing.state, mailing.ended_at = state, clock.now()
    mailing.save(update_fields=["state", "ended_at"])
    audit.record(event=event, actor=actor, about=mailing, data=dict(progress(mailing).states))
