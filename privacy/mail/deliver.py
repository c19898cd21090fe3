"""Hands queued messages over to the mail server, again and again until it takes them or the gate says no."""

import logging
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from post_office.models import STATUS, Email, RecipientDeliveryStatus

from privacy.mail.queue import Letter, Outcome, may_write
from privacy.mail.refusals import refused_for_good
from privacy.models import SentMessage
from privacy.staging.mark import is_copy
from privacy.vocabulary import Purpose

logger = logging.getLogger(__name__)

FIRST_DELAY_SECONDS = 5
LONGEST_DELAY_SECONDS = 600
# A server that refuses a message for four days will not take it on the fifth (RFC 5321, 4.5.4.1).
GIVE_UP_AFTER = timedelta(days=4)
AT_ONCE = 100
SENDS_NOTHING = "django.core.mail.backends.dummy.EmailBackend"


def deliver_due(*, limit: int = AT_ONCE) -> int:
    """Send what is due, one message a transaction; returns how many the server took. Safe to run twice at once."""
    backend = server()
    sent = 0
    try:
        for _round in range(limit):
            taken = _deliver_one(backend)
            if taken is None:
                break
            sent += taken
    finally:
        backend.close()
    return sent


def send_now(*, to: str, letter: Letter, message_id: str, purpose: Purpose) -> Outcome:
    """Send one message past the queue; raises OSError when the server does not take it (smtplib's errors are OSErrors).

    For the one message that must not be stored: the last word to a person whose data is gone. STOPPED, and nothing is
    sent, when the gate does not let the purpose through to this address.
    """
    if not may_write(to, purpose):
        return Outcome.STOPPED
    message = EmailMultiAlternatives(
        letter.subject, letter.text, settings.DEFAULT_FROM_EMAIL, [to], headers={"Message-ID": message_id}
    )
    message.attach_alternative(letter.html, "text/html")
    backend = server()
    try:
        backend.send_messages([message])
    finally:
        backend.close()
    return Outcome.ACCEPTED


def server() -> BaseEmailBackend:
    """The server behind the queue (POST_OFFICE["BACKENDS"]["default"]); behind a copy for trying out is none."""
    backends: dict[str, str] = settings.POST_OFFICE["BACKENDS"]  # type: ignore[assignment] # a mapping of mappings
    named = SENDS_NOTHING if settings.STAGING_COPY or is_copy() else backends["default"]
    backend: BaseEmailBackend = get_connection(named)
    return backend


@transaction.atomic
def _deliver_one(backend: BaseEmailBackend) -> bool | None:
    """Send the next message; None when none is due, False when the gate or the server did not take it."""
    due = Email.objects.filter(
        Q(scheduled_time__isnull=True) | Q(scheduled_time__lte=Now()), status__in=(STATUS.queued, STATUS.requeued)
    )
    email = due.select_for_update(skip_locked=True).order_by(F("priority").desc(nulls_last=True), "id").first()
    if email is None:
        return None
    purposes = _purposes(email)
    if not all(may_write(address, purpose) for address in email.to for purpose in purposes):
        # Who objected at noon gets nothing that was queued in the morning; and what is not sent is not kept either.
        email.delete()
        return False
    try:
        backend.send_messages([email.email_message()])
    except Exception as error:  # noqa: BLE001 - one message that cannot be sent must not hold up the others
        # The class only: a server's answer quotes the recipient, and logs must not hold personal data.
        logger.warning("message %s was not taken: %s", email.pk, type(error).__name__)
        if Purpose.PROMOTIONAL_MESSAGES in purposes and refused_for_good(error):
            _give_up(email)
        else:
            _put_off(email)
        return False
    Email.objects.filter(pk=email.pk).update(status=STATUS.sent, last_updated=Now())
    return True


def _purposes(email: Email) -> list[Purpose]:
    """What the message was queued for: the gate may have closed since."""
    return [Purpose(found) for found in SentMessage.objects.filter(email=email).values_list("purpose", flat=True)]


def _give_up(email: Email) -> None:
    """Try an advertisement no more when there is no such address; who sent it learns that from the row."""
    bounced = RecipientDeliveryStatus.HARD_BOUNCED
    Email.objects.filter(pk=email.pk).update(
        status=STATUS.failed, recipient_delivery_status=bounced, last_updated=Now()
    )


def _put_off(email: Email) -> None:
    retries = email.number_of_retries or 0
    delay = timedelta(seconds=min(FIRST_DELAY_SECONDS * 2 ** min(retries, 16), LONGEST_DELAY_SECONDS))
    Email.objects.filter(pk=email.pk).update(
        status=STATUS.requeued, number_of_retries=retries + 1, scheduled_time=Now() + delay, last_updated=Now()
    )
    Email.objects.filter(pk=email.pk, created__lt=Now() - GIVE_UP_AFTER).update(status=STATUS.failed)
