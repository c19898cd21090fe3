"""What happened to a legal hold, a disclosure or a breach: entries that can be added and never changed."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from privacy.case_words import EntryKind
from privacy.models.breaches import Breach
from privacy.models.disclosures import Disclosure
from privacy.models.holds import LegalHold


class CaseEntry(models.Model):
    """One thing that was done or learned about a case, by whom and when; a trigger refuses every change (Art. 33(5)).

    `data` holds what the case said from then on, as plain values. `by` is empty for what happened by itself.
    """

    hold = models.ForeignKey(LegalHold, null=True, on_delete=models.CASCADE, related_name="entries")
    disclosure = models.ForeignKey(Disclosure, null=True, on_delete=models.CASCADE, related_name="entries")
    breach = models.ForeignKey(Breach, null=True, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(_("what happened"), max_length=20, choices=EntryKind.choices)
    text = models.TextField(_("in words"), blank=True)
    data = models.JSONField(default=dict)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    at = models.DateTimeField(_("when"), db_default=Now())

    class Meta:
        """In the order in which it happened; each of one case."""

        ordering = ("at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(hold__isnull=False, disclosure__isnull=True, breach__isnull=True)
                | Q(hold__isnull=True, disclosure__isnull=False, breach__isnull=True)
                | Q(hold__isnull=True, disclosure__isnull=True, breach__isnull=False),
                name="entry_of_one_case",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
