"""The register of recipients, and what each was told about whose request (Art. 19 GDPR, promise P7.4)."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Left, Now
from django.db.models.lookups import In
from django.utils.translation import gettext_lazy as _

from privacy.policy.transfers import REGULATION
from privacy.vocabulary import PartyRole, Safeguard
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
    role = models.CharField(_("role"), max_length=20, choices=PartyRole.choices, default=PartyRole.PROCESSOR)
    safeguard = models.CharField(_("safeguard"), max_length=20, choices=Safeguard.choices, blank=True)
    sub_processor_of = models.ForeignKey(
        "self",
        verbose_name=_("works for another recipient"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="sub_processors",
    )
    contact = models.CharField(_("how to reach it about privacy"), max_length=200, blank=True)
    security_note = models.TextField(_("how it keeps data safe"), max_length=1000, blank=True)
    agreement_signed_on = models.DateField(_("agreement signed on"), null=True, blank=True)
    agreement_ends_on = models.DateField(_("agreement ends on"), null=True, blank=True)
    agreement_reference = models.CharField(_("number of the agreement"), max_length=100, blank=True)
    agreement_kept_at = models.CharField(_("where the agreement is kept"), max_length=200, blank=True)

    class Meta:
        """By name; nobody receives data outside the Regulation's reach without a safeguard that we can name."""

        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                condition=Q(country="") | Q(In(Left("country", 2), sorted(REGULATION))) | ~Q(safeguard=""),
                name="recipient_abroad_has_a_safeguard",
                violation_error_message=_("Say what protects the data in that country (Art. 44 GDPR)."),
            ),
            models.CheckConstraint(
                condition=Q(agreement_ends_on__isnull=True)
                | Q(agreement_signed_on__isnull=False, agreement_ends_on__gte=F("agreement_signed_on")),
                name="recipient_agreement_in_order",
                violation_error_message=_("Enter when the agreement was signed too; it ends after that day."),
            ),
            models.CheckConstraint(
                condition=Q(sub_processor_of__isnull=True) | ~Q(sub_processor_of=F("pk")),
                name="recipient_works_for_another",
                violation_error_message=_("A recipient works for another one, not for itself."),
            ),
        )

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
        indexes = (
            models.Index(fields=("next_at",), condition=Q(next_at__isnull=False), name="notice_next"),
            models.Index(
                fields=("request",), condition=Q(ended_at__isnull=True, next_at__isnull=True), name="notice_for_staff"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
