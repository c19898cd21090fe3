"""Drafts of promotional messages: written, changed and deleted by staff, tried on oneself."""

from uuid import UUID, uuid4

from django.db import transaction

from consent.mailings.errors import NotADraft, StoppedByTheGate
from consent.mailings.letter import PURPOSE, TEMPLATE, copy_for
from consent.mailings.models import Mailing
from consent.mailings.texts import Texts, hash_of
from consent.mailings.vocabulary import MailingState
from privacy import audit, clock
from privacy.actors import Actor
from privacy.mail.bulk import queue_many
from privacy.mail.queue import Outcome


@transaction.atomic
def write(*, actor: Actor, topic: str, texts: Texts) -> Mailing:
    """Begin a draft; `texts` as Mailing has them, checked by the form. Not idempotent."""
    mailing = Mailing.objects.create(topic=topic, texts=texts)
    _record("mailing.written", actor, mailing)
    return mailing


@transaction.atomic
def change(*, actor: Actor, mailing_id: UUID, topic: str, texts: Texts) -> Mailing:
    """Put other words into a draft; raises NotADraft. Idempotent: the same words leave no entry in the audit."""
    mailing = draft(mailing_id)
    if (mailing.topic, mailing.texts) != (topic, texts):
        mailing.topic, mailing.texts, mailing.written_at = topic, texts, clock.now()
        mailing.save(update_fields=["topic", "texts", "written_at"])
        _record("mailing.changed", actor, mailing)
    return mailing


@transaction.atomic
def discard(*, actor: Actor, mailing_id: UUID) -> None:
    """Delete a draft; raises NotADraft."""
    mailing = draft(mailing_id)
    _record("mailing.discarded", actor, mailing)
    mailing.delete()


@transaction.atomic
def try_out(*, actor: Actor, mailing_id: UUID, to: str) -> int:
    """Send each language to whoever writes the message, at their own address; how many copies.

    They come as they would to a reader, but their links lead to nothing. Raises StoppedByTheGate for somebody who wants
    no advertising. Not idempotent.
    """
    mailing = Mailing.objects.get(pk=mailing_id)
    copies = [copy_for(mailing, key=uuid4(), to=to, language=language) for language in mailing.texts]
    outcomes = queue_many(copies=copies, template=TEMPLATE, purpose=PURPOSE)
    if Outcome.STOPPED in outcomes.values():
        raise StoppedByTheGate
    _record("mailing.tried_out", actor, mailing)
    return len(copies)


def draft(mailing_id: UUID) -> Mailing:
    """The draft of this number, locked in the caller's transaction; raises NotADraft."""
    mailing = Mailing.objects.select_for_update().filter(pk=mailing_id, state=MailingState.DRAFT).first()
    if mailing is None:
        raise NotADraft
    return mailing


def _record(event: str, actor: Actor, mailing: Mailing) -> None:
    said: dict[str, int | bool | str] = {"topic": mailing.topic, "sha256": hash_of(mailing.topic, mailing.texts)}
    audit.record(event=event, actor=actor, about=mailing, data=said)
