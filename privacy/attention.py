"""Counts what does not go on by itself: jobs that wait for staff, and messages that no server took."""

from uuid import UUID

from django.db.models import Q, QuerySet
from post_office.models import STATUS, Email, RecipientDeliveryStatus

from privacy.models import Job, JobState, SentMessage


def jobs_needing_staff() -> int:
    """How many jobs stopped and wait for a person to resume them."""
    return Job.objects.filter(state=JobState.NEEDS_STAFF).count()


def failed_mail() -> int:
    """How many stored messages were given up; they are stored for settings.SENT_MAIL_RETENTION_DAYS.

    Without advertisements to addresses that do not exist: there is nothing to be done about those.
    """
    dead = Q(recipient_delivery_status=RecipientDeliveryStatus.HARD_BOUNCED)
    count: int = Email.objects.filter(status=STATUS.failed).exclude(dead).count()
    return count


def about_failed_mail() -> QuerySet[SentMessage, UUID]:
    """What the messages that were given up are about; only some of these ids are requests."""
    return SentMessage.objects.filter(email__status=STATUS.failed).values_list("about", flat=True)
