"""Who asks: how we became sure of it, and what was uploaded for it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from rights_requests.models.request import RightsRequest
from rights_requests.vocabulary import EvidenceKind, IdentityMethod, Outcome, ProofPurpose


class IdentityCheck(models.Model):
    """One way in which we became sure, or not, who asks: method, time, outcome, and for a document why it was needed.

    A document is asked for only on a recorded doubt, and only when a second person agrees (promise P7.2).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(RightsRequest, on_delete=models.CASCADE, related_name="identity_checks")
    method = models.CharField(max_length=20, choices=IdentityMethod.choices)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True, default=Outcome.OPEN)
    doubt = models.TextField(max_length=1000, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    asked_at = models.DateTimeField(db_default=Now())
    agreed_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        """Asking for a document takes two people and a reason."""

        ordering = ("asked_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True) | ~Q(agreed_by=F("asked_by")), name="document_asked_by_two"
            ),
            models.CheckConstraint(
                condition=~Q(method=IdentityMethod.DOCUMENT) | ~Q(doubt="") | Q(decided_at__isnull=False),
                name="document_on_recorded_doubt",
            ),
        )

    def __str__(self) -> str:
        return f"{self.method} {self.outcome}"


class Evidence(models.Model):
    """An uploaded file, made anew and sealed; gone with its key, at the decision or at the latest in its time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(RightsRequest, on_delete=models.CASCADE, related_name="evidence")
    check_of = models.ForeignKey(IdentityCheck, null=True, on_delete=models.SET_NULL, related_name="evidence")
    message = models.ForeignKey("Message", null=True, on_delete=models.SET_NULL, related_name="attachments")
    kind = models.CharField(max_length=20, choices=EvidenceKind.choices)
    file_name = models.CharField(max_length=120, unique=True)
    wrapped_key = models.BinaryField(null=True)
    media_type = models.CharField(max_length=60)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.CharField(max_length=100)
    uploaded_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        """The sweep finds what has expired by index; a destroyed file has no key."""

        ordering = ("uploaded_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(destroyed_at__isnull=True, wrapped_key__isnull=False)
                | Q(destroyed_at__isnull=False, wrapped_key__isnull=True),
                name="evidence_key_gone_when_destroyed",
            ),
        )
        indexes = (
            models.Index(fields=("expires_at",), condition=Q(destroyed_at__isnull=True), name="evidence_expiry"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class EmailProof(models.Model):
    """A one-time code that was sent to an address; known by digest only, so nothing is learnt from the row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=10, choices=ProofPurpose.choices)
    address_digest = models.CharField(max_length=64)
    code_hash = models.CharField(max_length=128)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        """Looked up by its id; counted by address, so that nobody's mailbox is flooded; swept when it is over."""

        indexes = (
            models.Index(fields=("address_digest", "created_at"), name="proof_address"),
            models.Index(fields=("expires_at",), name="proof_expiry"),
        )

    def __str__(self) -> str:
        return f"proof {self.pk}"
