"""The audit: entries chained by hash, and the seal of each day."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """One fact that cannot be altered: no clear personal data, chained by hash (see privacy.audit)."""

    seq = models.BigAutoField(primary_key=True)
    occurred_at = models.DateTimeField()
    event = models.CharField(max_length=80)
    actor = models.CharField(max_length=100)
    subject_digest = models.CharField(max_length=64, blank=True)
    object_type = models.CharField(max_length=80, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    data = models.JSONField(default=dict)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        """Newest last; looked up by object and by subject."""

        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ("seq",)
        indexes = (
            models.Index(fields=("object_type", "object_id"), name="audit_object"),
            models.Index(fields=("subject_digest",), name="audit_subject"),
            # The looks alone, by when: what somebody read on a day is found without the rest.
            models.Index(fields=("occurred_at",), condition=models.Q(event__endswith=".viewed"), name="audit_looks"),
        )

    def __str__(self) -> str:
        return f"{self.seq} {self.event}"


class AuditSeal(models.Model):
    """A day's signature over the last hash of the chain, so that the chain cannot be rewritten from a point on."""

    day = models.DateField(primary_key=True)
    last_seq = models.BigIntegerField()
    last_hash = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)
    key_id = models.CharField(max_length=32)
    sealed_at = models.DateTimeField(db_default=Now())

    class Meta:
        """What staff call it."""

        verbose_name = _("seal of the audit")
        verbose_name_plural = _("seals of the audit")

    def __str__(self) -> str:
        return f"seal of {self.day}"
