"""The register of recipients, and what each was told about whose request (Art. 19 GDPR, promise P7.4)."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from rights_requests.models.request import RightsRequest
from rights_requests.vocabulary import Adapter, NoticeKind, NoticeState


class Recipient(models.Model):
    """A processor or another recipient of personal data, what it gets, and how it is told of changes."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    what_for = models.CharField(_("what it does for us"), max_length=300)
    country = models.CharField(_("country"), max_length=6, blank=True)
    adapter = models.CharField(_("is told"), max_length=20, choices=Adapter.choices, default=Adapter.MANUAL)
    address = models.CharField(_("address"), max_length=500, blank=True)
    # Slugs of the holdings of which it receives data (privacy.data_map).
    slugs = models.JSONField(_("what it receives"), default=list)
    # What its adapter needs: a pinned certificate (PEM), an authority, a domain; nothing secret.
    settings = models.JSONField(default=dict, blank=True)
    active = models.BooleanField(_("receives data now"), default=True)

    class Meta:
        """By name."""

        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class RecipientNotice(models.Model):
    """One thing a recipient must be told, until it is done or is shown to be impossible."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(RightsRequest, on_delete=models.CASCADE, related_name="notices")
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=20, choices=NoticeKind.choices)
    state = models.CharField(max_length=20, choices=NoticeState.choices, default=NoticeState.PENDING)
    reason = models.TextField(max_length=1000, blank=True)
    # What the recipient needs to find the person, sealed; blanked as soon as the notice has ended.
    content_sealed = models.BinaryField(null=True)
    external_reference = models.CharField(max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    proof = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())
    next_at = models.DateTimeField(null=True, db_default=Now())
    told_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Each recipient is told each thing once per request; what ended is forgotten; impossible has a reason."""

        ordering = ("created_at",)
        constraints = (
            models.UniqueConstraint(fields=("request", "recipient", "kind"), name="notice_once"),
            models.CheckConstraint(
                condition=~Q(state=NoticeState.IMPOSSIBLE) | ~Q(reason=""), name="impossible_with_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(content_sealed__isnull=True, next_at__isnull=True),
                name="ended_notice_is_forgotten",
            ),
        )
        indexes = (models.Index(fields=("next_at",), condition=Q(next_at__isnull=False), name="notice_next"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
