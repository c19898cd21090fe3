"""Work that must be finished, its steps, signs of life, and what is sent or answered once only."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from privacy.vocabulary import Purpose


class JobState(models.TextChoices):
    """Where a job is; `needs_staff` waits for a person, everything else moves by itself."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    NEEDS_STAFF = "needs_staff", _("Needs staff")
    CANCELLED = "cancelled"


class Job(models.Model):
    """Work that must be finished, whatever dies: the row is the truth, the queue only wakes someone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    about = models.UUIDField()
    state = models.CharField(max_length=20, choices=JobState.choices, default=JobState.QUEUED)
    fence = models.BigIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    not_before = models.DateTimeField(db_default=Now())
    rung_at = models.DateTimeField(null=True)
    failed_step = models.CharField(max_length=120, blank=True)
    failure = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta:
        """One job of a kind about a thing; the sweeper's index covers unfinished jobs only."""

        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = (models.UniqueConstraint(fields=("kind", "about"), name="job_once"),)
        indexes = (
            models.Index(
                fields=("not_before",), condition=models.Q(state__in=("queued", "running")), name="job_unfinished"
            ),
            models.Index(fields=("about",), name="job_about"),
            # What waits for a person is counted for whoever watches, also among millions that are done.
            models.Index(fields=("kind",), condition=models.Q(state="needs_staff"), name="job_needing_staff"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class JobStep(models.Model):
    """The marker of one step: written in the same transaction as the step's effect."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="steps")
    name = models.CharField(max_length=120)
    count = models.BigIntegerField(default=0)
    detail = models.JSONField(default=dict)
    fence = models.BigIntegerField()
    started_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True)

    class Meta:
        """A step happens once per job."""

        constraints = (models.UniqueConstraint(fields=("job", "name"), name="job_step_once"),)

    def __str__(self) -> str:
        return self.name


class Heartbeat(models.Model):
    """When a part of the system last showed that it lives (worker, scheduler)."""

    part = models.CharField(max_length=40, primary_key=True)
    beat_at = models.DateTimeField()
    detail = models.JSONField(default=dict)

    class Meta:
        """What staff call it."""

        verbose_name = _("sign of life")
        verbose_name_plural = _("signs of life")

    def __str__(self) -> str:
        return self.part


class ChoreRun(models.Model):
    """How a chore of the scheduler went the last time (privacy.jobs.chore_runs): numbers and a class of errors only.

    `count` and `runs` are what was done in how many rounds since the note before. `finished_at` is the end of the last
    round that went well, `failed_at` that of the last one that did not.
    """

    name = models.CharField(max_length=80, primary_key=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    count = models.BigIntegerField(default=0)
    runs = models.PositiveIntegerField(default=0)
    failed_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=120, blank=True)

    class Meta:
        """Whoever may see these rows sees on the desk how the work goes, and whether the promises are kept."""

        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.name


class SentMessage(models.Model):
    """The key under which a message was queued, so that it is queued once: `about` and `template` name it.

    `purpose` is what it was queued for: the gate is asked again when it leaves.
    """

    about = models.UUIDField()
    template = models.CharField(max_length=80)
    purpose = models.CharField(max_length=30, choices=Purpose.choices)
    email = models.ForeignKey("post_office.Email", null=True, on_delete=models.SET_NULL)
    queued_at = models.DateTimeField(db_default=Now())

    class Meta:
        """One message per thing and template."""

        constraints = (models.UniqueConstraint(fields=("about", "template"), name="message_once"),)

    def __str__(self) -> str:
        return self.template


class KeptAnswer(models.Model):
    """What an app was answered under a key of its own, kept for a day (privacy.repeats); no `status` while it waits."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(_("status of the answer"), null=True)
    body = models.JSONField(_("answer"), null=True)
    begun_at = models.DateTimeField(_("asked"), db_default=Now())

    class Meta:
        """A key stands once for each account; what is old is found by index."""

        constraints = (models.UniqueConstraint(fields=("user", "key"), name="answer_kept_once"),)
        indexes = (models.Index(fields=("begun_at",), name="answer_age"),)

    def __str__(self) -> str:
        return f"answer {self.pk}"
