"""What staff leave out of one copy, value by value, with the reason that the person is told."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from rights_requests.models.request import RightsRequest
from rights_requests.vocabulary import RedactionReason

_NOWHERE = Q(holding="", row_key="", field="")
_A_PLACE = ~Q(holding="") & ~Q(row_key="") & ~Q(field="")


class Redaction(models.Model):
    """One thing left out of a copy: a field of a row, a term within it, or a term wherever it stands.

    The place is a holding (by its slug), a row (by its key as text) and a field; a term without one stands for all.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(RightsRequest, on_delete=models.CASCADE, related_name="redactions")
    holding = models.CharField(max_length=100, blank=True)
    row_key = models.CharField(max_length=128, blank=True)
    field = models.CharField(max_length=100, blank=True)
    term = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=30, choices=RedactionReason.choices)
    text = models.TextField(max_length=2000)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        """A thing is left out once, has a place or a term, and the person is told why."""

        ordering = ("made_at", "holding", "row_key", "field", "id")
        constraints = (
            models.UniqueConstraint(fields=("request", "holding", "row_key", "field", "term"), name="left_out_once"),
            models.CheckConstraint(condition=_A_PLACE | (_NOWHERE & ~Q(term="")), name="left_out_somewhere"),
            models.CheckConstraint(
                condition=Q(reason__in=RedactionReason.values) & ~Q(text=""), name="left_out_with_a_reason"
            ),
        )

    def __str__(self) -> str:
        return f"redaction {self.pk}"
