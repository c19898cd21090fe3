"""What was thought about the dangers of each processing (Art. 35 GDPR): notes that are replaced, never changed."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from privacy.vocabulary import PROCESSINGS, AssessmentOutcome


class ImpactAssessment(models.Model):
    """One version of the note about one processing; the newest counts, a trigger (0012) keeps all as they were written.

    Who wrote it stands in the audit, and nobody is named in it.
    """

    processing = models.CharField(_("processing"), max_length=30, choices=PROCESSINGS)
    version = models.PositiveSmallIntegerField(_("version"))
    outcome = models.CharField(_("outcome"), max_length=20, choices=AssessmentOutcome.choices)
    necessity = models.TextField(_("why it is needed, and no more than needed"), max_length=4000)
    risks = models.TextField(_("what could happen to people"), max_length=4000, blank=True)
    measures = models.TextField(_("what we do against it"), max_length=4000, blank=True)
    reviewed_on = models.DateField(_("looked at on"))
    next_review_on = models.DateField(_("to be looked at again by"))
    written_at = models.DateTimeField(_("written"), db_default=Now())

    class Meta:
        """By processing, newest first; to look at the registers, and to write a note, are permissions of their own."""

        verbose_name = _("impact-assessment note")
        verbose_name_plural = _("impact-assessment notes")
        ordering = ("processing", "-version")
        default_permissions = ("add", "view")
        permissions = (("view_register", "Can see and export the registers"),)
        constraints = (
            models.UniqueConstraint(fields=("processing", "version"), name="assessment_version_once"),
            models.CheckConstraint(condition=~Q(necessity=""), name="assessment_says_why"),
            models.CheckConstraint(
                condition=Q(outcome=AssessmentOutcome.NOT_NEEDED) | (~Q(risks="") & ~Q(measures="")),
                name="assessment_names_risks_and_measures",
            ),
            models.CheckConstraint(
                condition=Q(next_review_on__gt=F("reviewed_on")), name="assessment_reviewed_before_the_next"
            ),
        )

    def __str__(self) -> str:
        return f"{self.processing} {self.version}"
