"""What a request changes: proposals of rectification field by field, and transfers to a recipient of one's choice."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from rights_requests.models.request import RightsRequest
from rights_requests.vocabulary import Answer, TransferKind, TransferState


class Proposal(models.Model):
    """One value that the person says is wrong or missing, and what they say instead (Art. 16 GDPR).

    A refused proposal keeps the person's own statement beside the data.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(RightsRequest, on_delete=models.CASCADE, related_name="proposals")
    holding = models.CharField(max_length=100)
    field = models.CharField(max_length=100)
    row_key = models.CharField(max_length=64)
    old = models.TextField(blank=True)
    new = models.TextField(max_length=5000, blank=True)
    statement = models.TextField(max_length=2000, blank=True)
    decision = models.CharField(max_length=10, choices=Answer.choices, blank=True, default=Answer.OPEN)
    reason_text = models.TextField(max_length=1000, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)

    class Meta:
        """A field of a row is proposed once per request; only what was accepted is applied; a refusal has a reason."""

        ordering = ("holding", "field")
        constraints = (
            models.UniqueConstraint(fields=("request", "holding", "field", "row_key"), name="proposed_once"),
            models.CheckConstraint(
                condition=Q(applied_at__isnull=True) | Q(decision=Answer.ACCEPTED), name="applied_when_accepted"
            ),
            models.CheckConstraint(
                condition=~Q(decision=Answer.DECLINED) | ~Q(reason_text=""), name="declined_with_a_reason"
            ),
        )

    def __str__(self) -> str:
        return f"{self.holding}.{self.field}"


class Transfer(models.Model):
    """The way of a package to a recipient that the person named, with the proof that it arrived (Art. 20(2) GDPR)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.OneToOneField(RightsRequest, on_delete=models.CASCADE, related_name="transfer")
    kind = models.CharField(max_length=10, choices=TransferKind.choices)
    # An https address, or an e-mail address: the person's own words, blanked at an erasure. What follows the question
    # mark of an address may be a secret that is good for one upload; it goes when the transfer has ended.
    target = models.CharField(max_length=2048)
    token_hash = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=TransferState.choices, default=TransferState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    proof = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        """A link is found by the hash of its token."""

        constraints = (
            models.UniqueConstraint(fields=("token_hash",), condition=~Q(token_hash=""), name="transfer_token"),
            models.CheckConstraint(
                condition=~Q(state=TransferState.DELIVERED) | Q(delivered_at__isnull=False), name="delivered_when"
            ),
        )

    def __str__(self) -> str:
        return f"transfer {self.pk}"
