"""How the work stands: what waits and since when, what needs a person, and what mail is left."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q
from django.db.models.functions import Coalesce, Greatest, Now
from post_office.models import STATUS, Email

from privacy import attention
from privacy.models import Job, JobState

# Whatever is due and has nobody is run within seconds; what waits longer than this many seconds is stuck.
MOST_JOB_SECONDS = 300
MOST_MAIL_SECONDS = 900
_UNSENT = Q(status__in=(STATUS.queued, STATUS.requeued)) | Q(status=None)


@dataclass(frozen=True)
class Waiting:
    """How many things wait, and since when the oldest one could have been done; None where nothing waits."""

    count: int
    oldest: datetime | None

    def is_stuck(self, now: datetime, most_seconds: int) -> bool:
        """Whether the oldest one has waited for longer than this."""
        return self.oldest is not None and (now - self.oldest).total_seconds() > most_seconds


@dataclass(frozen=True)
class Jobs:
    """The unfinished jobs: those that are due and that nobody holds, those that run, those that wait for a person."""

    waiting: Waiting
    running: int
    needing_staff: int


def jobs() -> Jobs:
    """How the jobs stand; two queries, both over what is unfinished only."""
    held = Q(lease_until__gte=Now())
    due = Q(not_before__lte=Now()) & ~(Q(lease_until__isnull=False) & held)
    since = Greatest("not_before", Coalesce("lease_until", "not_before"))
    counted = Job.objects.filter(state__in=(JobState.QUEUED, JobState.RUNNING)).aggregate(
        waiting=Count("pk", filter=due), oldest=Min(since, filter=due), running=Count("pk", filter=held)
    )
    waiting = Waiting(counted["waiting"], counted["oldest"])
    return Jobs(waiting, counted["running"], attention.jobs_needing_staff())


def unsent_mail() -> Waiting:
    """The messages that nobody handed over yet and that may leave now; one query."""
    due = Email.objects.filter(_UNSENT).filter(Q(scheduled_time=None) | Q(scheduled_time__lte=Now()))
    counted = due.aggregate(count=Count("pk"), oldest=Min(Coalesce("scheduled_time", "created")))
    return Waiting(counted["count"], counted["oldest"])
