"""The codes with which somebody shows that an enrolled work address is theirs, beside the one they sign in with."""

import uuid

from django.db import models
from django.db.models.functions import Now

from accounts.models.people import User


class ClaimCode(models.Model):
    """A code that an account asked to have sent to a work address; the address is known by its digest only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="claim_codes")
    address_digest = models.CharField(max_length=64)
    code_hash = models.CharField(max_length=128)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        """Counted by address, so that nobody's mailbox is flooded; swept when it is over."""

        indexes = (
            models.Index(fields=("address_digest", "created_at"), name="claim_code_address"),
            models.Index(fields=("expires_at",), name="claim_code_expiry"),
        )

    def __str__(self) -> str:
        return f"claim code {self.pk}"
