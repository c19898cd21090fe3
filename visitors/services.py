"""What is done with messages from visitors: received, told on, answered."""

import hashlib
import json
from dataclasses import asdict, astuple, dataclass
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from privacy import audit
from privacy.actors import Actor
from privacy.data_map.subject import Subject
from privacy.digests import keyed_digest
from privacy.mail.address import contact_address
from privacy.mail.language import in_our_language, in_their_language
from privacy.mail.queue import queue
from privacy.vocabulary import Purpose
from rights_requests.regimes import HOME
from visitors import drafts
from visitors.models import ContactMessage
from visitors.vocabulary import Topic

# Whoever stands behind a page that asks nobody who they are.
ANYBODY = Actor("subject", None, "visitor")


@dataclass(frozen=True)
class Written:
    """What somebody typed on the contact page, checked by its form; `email` is normalised."""

    name: str
    email: str
    topic: str
    text: str

    def on_form(self, key: UUID) -> UUID:
        """What names these words on this form: other words on it, such as after a step back, are another message."""
        content = json.dumps([str(key), *astuple(self)])
        return UUID(hashlib.sha256(content.encode()).hexdigest()[:32])


@transaction.atomic
def receive(*, actor: Actor, written: Written, language: str, form: UUID, draft: str = "") -> ContactMessage:
    """Store a message, tell our staff that there is one, and acknowledge it to the address (promise P1.2).

    `form` names the form that it stands on: the same words on the same form are one message, whatever is pressed how
    often. `draft` is the token of a draft that this message was; it is deleted. The acknowledgement quotes nothing and
    goes out once a day for each address: anyone can type any address, and must not make us carry their words to it.
    """
    drafts.delete(draft)
    message, created = ContactMessage.objects.get_or_create(
        form_key=written.on_form(form), defaults={**asdict(written), "language": language}
    )
    if not created:
        return message
    message.refresh_from_db(fields=["received_at"])
    _tell_staff(message)
    _acknowledge(message)
    audit.record(event="contact_message.received", actor=actor, subject_digest=_digest(message), about=message)
    return message


@transaction.atomic
def mark_answered(*, actor: Actor, message_id: UUID) -> ContactMessage:
    """Write down that the message was answered: from now on its time runs. Idempotent: the first time counts.

    Raises PermissionDenied for anyone but staff, and ContactMessage.DoesNotExist.
    """
    if actor.kind != "staff":
        raise PermissionDenied
    message = ContactMessage.objects.select_for_update().get(pk=message_id)
    if message.answered_at is None:
        message.answered_at = timezone.now()
        message.save(update_fields=["answered_at"])
        audit.record(event="contact_message.answered", actor=actor, subject_digest=_digest(message), about=message)
    return message


@transaction.atomic
def correct_name(*, actor: Actor, message_id: UUID, name: str) -> ContactMessage:
    """Write the name of whoever wrote, as they say it is, once staff accepted it (P5.2). Idempotent.

    Raises PermissionDenied for anyone but the system, and ContactMessage.DoesNotExist.
    """
    if actor.kind != "system":
        raise PermissionDenied
    message = ContactMessage.objects.select_for_update().get(pk=message_id)
    if message.name != name:
        message.name = name
        message.save(update_fields=["name"])
        audit.record(event="contact_message.corrected", actor=actor, subject_digest=_digest(message), about=message)
    return message


@in_our_language
def _tell_staff(message: ContactMessage) -> None:
    """Without anything of what was written: it would outlive the person's erasure in our own mailbox."""
    desk = reverse("admin:visitors_contactmessage_change", args=[message.pk])
    queue(
        to=contact_address(),
        template="visitors/message_arrived",
        context={
            "topic": Topic(message.topic).label,
            "privacy": message.topic == Topic.PRIVACY,
            "desk": f"{settings.SITE_URL}{desk}",
        },
        about=message.pk,
        purpose=Purpose.SUPPORT,
    )


@in_their_language
def _acknowledge(message: ContactMessage) -> None:
    today = timezone.localdate(message.received_at).isoformat()
    queue(
        to=message.email,
        template="visitors/message_received",
        context={
            "received_at": message.received_at,
            "privacy": message.topic == Topic.PRIVACY,
            "term_months": HOME.clock.answer.amount,
            "answer_days": settings.CONTACT_ANSWER_DAYS,
            "rights_url": f"{settings.SITE_URL}{reverse('visitors:privacy')}",
            "contact": contact_address(),
        },
        about=UUID(keyed_digest("acknowledgement", f"{message.email} {today}")[:32]),
        purpose=Purpose.SUPPORT,
    )


def _digest(message: ContactMessage) -> str:
    return Subject(emails=frozenset({message.email})).digest
