"""What retention leaves on record: each run with its counts, and what staff hold back from it."""

import uuid
from datetime import timedelta

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from privacy.vocabulary import HeldBackReason, Profile, RunState

LONGEST_HOLD_BACK = timedelta(days=366)


class RetentionRun(models.Model):
    """One sweep: of a `night`, or begun by hand. It takes what was over when it began; a job of the engine does it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    night = models.DateField(_("night"), null=True, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=RunState.choices, default=RunState.RUNNING)
    started_at = models.DateTimeField(_("begun"), db_default=Now())
    finished_at = models.DateTimeField(_("ended"), null=True)
    rules = models.PositiveSmallIntegerField(_("rules applied"), default=0)

    class Meta:
        """Newest first; one at a time."""

        verbose_name = _("run of retention")
        verbose_name_plural = _("runs of retention")
        ordering = ("-started_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("state",), condition=models.Q(state=RunState.RUNNING), name="retention_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=models.Q(state=RunState.DONE, finished_at__isnull=False)
                | ~models.Q(state=RunState.DONE) & models.Q(finished_at__isnull=True),
                name="retention_done_has_an_end",
            ),
        )
        indexes = (models.Index(fields=("-started_at",), name="retention_newest"),)

    def __str__(self) -> str:
        return f"{self.night or 'by hand'} {self.state}"


class RetentionCount(models.Model):
    """What one run did with one holding of which rows were over: each went, stays for a reason, or is left."""

    run = models.ForeignKey(RetentionRun, on_delete=models.CASCADE, related_name="counts")
    holding = models.CharField(_("what"), max_length=100)
    profile = models.CharField(_("of whom"), max_length=30, choices=Profile.choices)
    deleted = models.PositiveBigIntegerField(_("deleted"))
    kept = models.JSONField(_("kept back, by reason"), default=dict)
    kept_back = models.PositiveBigIntegerField(_("kept back"), default=0)
    left = models.PositiveBigIntegerField(_("left"))
    ended_at = models.DateTimeField(_("ended"), db_default=Now())

    class Meta:
        """Each holding once per run."""

        verbose_name = _("count of a run")
        verbose_name_plural = _("counts of a run")
        ordering = ("-deleted", "holding")
        constraints = (models.UniqueConstraint(fields=("run", "holding"), name="retention_counted_once"),)

    def __str__(self) -> str:
        return f"{self.holding}: {self.deleted}"


class HeldBack(models.Model):
    """That staff hold a deletion back for a while: of a holding, or of one person in one holding or in all.

    The person stands here by keyed digests only (`digests`); without any, everybody's rows of the holding stay. Whoever
    did it stands in the audit. To end it early is to bring `until` forward to that moment.
    """

    holding = models.CharField(_("what"), max_length=100, blank=True)
    subject_digest = models.CharField(_("whose, as a code"), max_length=64, blank=True)
    reason = models.CharField(_("reason"), max_length=20, choices=HeldBackReason.choices)
    since = models.DateTimeField(_("since"), db_default=Now())
    until = models.DateTimeField(_("until"))
    ended_early = models.BooleanField(_("ended early"), default=False)

    class Meta:
        """It says what or whom, and it ends: after a year it must be thought over."""

        verbose_name = _("deletion that is held back")
        verbose_name_plural = _("deletions that are held back")
        ordering = ("-since", "-pk")
        permissions = (("hold_back", _("Can hold deletions back")),)
        constraints = (
            models.CheckConstraint(condition=models.Q(until__gt=models.F("since")), name="held_back_ends_later"),
            models.CheckConstraint(
                condition=models.Q(until__lte=models.F("since") + LONGEST_HOLD_BACK), name="held_back_a_year_at_most"
            ),
            models.CheckConstraint(
                condition=~models.Q(holding="") | ~models.Q(subject_digest=""), name="held_back_names_something"
            ),
        )
        indexes = (models.Index(fields=("until",), name="held_back_until"),)

    def __str__(self) -> str:
        return f"held back {self.pk}"


class HeldBackDigest(models.Model):
    """One identifier, as a keyed digest, of the person whose deletion is held back."""

    held_back = models.ForeignKey(HeldBack, on_delete=models.CASCADE, related_name="digests")
    digest = models.CharField(max_length=64)

    class Meta:
        """Each identifier once; looked up by digest."""

        constraints = (models.UniqueConstraint(fields=("digest", "held_back"), name="held_back_digest_once"),)

    def __str__(self) -> str:
        return f"digest of held back {self.held_back_id}"
