"""What each member of staff read on a day, in figures, and what came of it when it was unusual."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy.vocabulary import ReadingFlag, ReadingVerdict


class ReadingDay(models.Model):
    """One day of one member of staff: how many people they looked at, why, and what of it was unusual.

    Counted from the audit when the day is over (privacy.reading); nobody looked at stands in it. `usual` is the middle
    of their own days before, as people; None while there are too few. `reasons` counts looks by word of LookReason.
    """

    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("member of staff")
    )
    day = models.DateField(_("day"))
    looks = models.PositiveIntegerField(_("looks"))
    people = models.PositiveIntegerField(_("people"))
    lists = models.PositiveIntegerField(_("lists"), default=0)
    in_an_hour = models.PositiveIntegerField(_("people within an hour"), default=0)
    outside = models.PositiveIntegerField(_("looks outside working hours"), default=0)
    needless = models.PositiveIntegerField(_("people with nothing open"), default=0)
    near = models.PositiveIntegerField(_("themselves or people they know"), default=0)
    usual = models.PositiveIntegerField(_("usual number of people"), null=True)
    reasons = models.JSONField(_("reasons"), default=dict)
    flags = models.JSONField(_("what was unusual"), default=list)
    looked_into_at = models.DateTimeField(_("looked into"), null=True)
    looked_into_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    verdict = models.CharField(_("verdict"), max_length=20, choices=ReadingVerdict.choices, blank=True)

    class Meta:
        """One row a day and colleague; nobody looks into their own reading."""

        verbose_name = _("day of reading")
        verbose_name_plural = _("days of reading")
        ordering = ("-day", "staff")
        constraints = (
            models.UniqueConstraint(fields=("staff", "day"), name="reading_day_once"),
            models.CheckConstraint(
                condition=models.Q(looked_into_by__isnull=True) | ~models.Q(looked_into_by=models.F("staff")),
                name="reading_looked_into_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(looked_into_at__isnull=True, looked_into_by__isnull=True, verdict="")
                | models.Q(
                    looked_into_at__isnull=False, looked_into_by__isnull=False, verdict__in=ReadingVerdict.values
                ),
                name="reading_verdict_whole",
            ),
        )
        indexes = (
            models.Index(
                fields=("-day",),
                condition=models.Q(looked_into_at__isnull=True) & ~models.Q(flags=[]),
                name="reading_to_look_into",
            ),
            models.Index(fields=("day",), name="reading_by_day"),
        )

    def __str__(self) -> str:
        return f"day of reading {self.pk}"

    @property
    def flags_in_words(self) -> list[str]:
        """What was unusual, in words."""
        return [str(ReadingFlag(flag).label) for flag in self.flags if flag in ReadingFlag.values]
