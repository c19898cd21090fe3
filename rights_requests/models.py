"""Requests of data subjects, each step they took, and what answers them: packages and receipts."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from privacy.vocabulary import Right


class State(models.TextChoices):
    """Where a request is; which event leads from one to the next is the table in rights_requests.states."""

    RECEIVED = "received", _("Received")
    PREPARED = "prepared", _("Waiting for a second person")
    APPROVED = "approved", _("Approved")
    RUNNING = "running", _("In progress")
    NEEDS_ATTENTION = "needs_attention", _("Needs attention")
    COMPLETED = "completed", _("Completed")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


CLOSED_STATES = (State.COMPLETED, State.REFUSED, State.WITHDRAWN)


class RefusalReason(models.TextChoices):
    """Why a request may be refused; each names its article, free text explains it to the person."""

    UNFOUNDED = "unfounded", _("The request is manifestly unfounded (Art. 12(5) GDPR)")
    EXCESSIVE = "excessive", _("The request repeats an earlier one (Art. 12(5) GDPR)")
    NOT_IDENTIFIED = "not_identified", _("We cannot be sure who is asking (Art. 12(2) and 12(6) GDPR)")
    LEGAL_OBLIGATION = "legal_obligation", _("The law obliges us to keep the data (Art. 17(3)(b) GDPR)")
    LEGAL_CLAIMS = "legal_claims", _("We need the data for legal claims (Art. 17(3)(e) GDPR)")
    RIGHTS_OF_OTHERS = "rights_of_others", _("A copy would harm the rights of others (Art. 15(4) GDPR)")


class RightsRequest(models.Model):
    """What a data subject asked of us, until it is answered."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(_("reference"), max_length=16, unique=True)
    right = models.CharField(_("right"), max_length=20, choices=Right.choices)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.RECEIVED)
    subject_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="requests_about_me"
    )
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="requests_filed"
    )
    subject_digest = models.CharField(max_length=64)
    contact_sealed = models.BinaryField(null=True)
    message = models.TextField(_("what the person added"), max_length=2000, blank=True)
    plan = models.JSONField(default=dict)
    plan_hash = models.CharField(max_length=64, blank=True)
    idempotency_key = models.UUIDField(unique=True, null=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="requests_assigned"
    )
    # Who decided stays on record as a number even when that account is gone: no database constraint, nothing cascades.
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    refusal_reason = models.CharField(max_length=30, choices=RefusalReason.choices, blank=True)
    refusal_text = models.TextField(max_length=2000, blank=True)
    received_at = models.DateTimeField(_("received"), db_default=Now())
    due_at = models.DateTimeField(_("due"))
    closed_at = models.DateTimeField(_("closed"), null=True)

    class Meta:
        """Oldest due date first; a second open request of the same kind by one person cannot exist."""

        verbose_name = _("rights request")
        verbose_name_plural = _("rights requests")
        ordering = ("due_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("subject_digest", "right"),
                condition=~Q(state__in=("completed", "refused", "withdrawn")),
                name="one_open_request_per_right",
            ),
            models.CheckConstraint(
                condition=~Q(right=Right.ERASURE)
                | Q(approved_by__isnull=True)
                | (Q(prepared_by__isnull=False) & ~Q(prepared_by=F("approved_by"))),
                name="four_eyes",
            ),
            models.CheckConstraint(
                condition=(
                    Q(approved_by__isnull=True) | Q(subject_user__isnull=True) | ~Q(approved_by=F("subject_user"))
                )
                & (Q(prepared_by__isnull=True) | Q(subject_user__isnull=True) | ~Q(prepared_by=F("subject_user"))),
                name="never_ones_own_request",
            ),
        )
        indexes = (
            models.Index(fields=("state", "due_at"), name="request_queue"),
            models.Index(fields=("subject_digest",), name="request_subject"),
        )

    def __str__(self) -> str:
        return self.reference


class Transition(models.Model):
    """One change of state, kept for ever as it happened; a trigger refuses changes."""

    request = models.ForeignKey(RightsRequest, on_delete=models.PROTECT, related_name="transitions")
    event = models.CharField(max_length=30)
    from_state = models.CharField(max_length=20, blank=True)
    to_state = models.CharField(max_length=20)
    actor = models.CharField(max_length=100)
    reason = models.CharField(max_length=60, blank=True)
    occurred_at = models.DateTimeField(db_default=Now())

    class Meta:
        """In the order they happened."""

        ordering = ("occurred_at", "id")

    def __str__(self) -> str:
        return f"{self.event} → {self.to_state}"


class Package(models.Model):
    """An encrypted answer to an access request; gone when its key row is gone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.OneToOneField(RightsRequest, on_delete=models.PROTECT, related_name="package")
    file_name = models.CharField(max_length=120, unique=True)
    size = models.BigIntegerField()
    sealed_size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    manifest = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        """The sweep finds what has expired by index."""

        indexes = (models.Index(fields=("expires_at",), condition=Q(destroyed_at__isnull=True), name="package_expiry"),)

    def __str__(self) -> str:
        return f"package {self.pk}"


class PackageKey(models.Model):
    """The package's own key, wrapped by a key outside the database; deleting this row destroys the package."""

    package = models.OneToOneField(Package, on_delete=models.CASCADE, primary_key=True, related_name="key")
    wrapped = models.BinaryField()

    def __str__(self) -> str:
        return "package key"


class Download(models.Model):
    """One download of a package: who, when; the nonce makes a download token good for one use."""

    package = models.ForeignKey(Package, on_delete=models.CASCADE, related_name="downloads")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    nonce = models.CharField(max_length=64, unique=True)
    downloaded_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"download {self.pk}"


class Receipt(models.Model):
    """The signed statement of what an erasure found, erased, masked and kept."""

    request = models.OneToOneField(RightsRequest, on_delete=models.PROTECT, primary_key=True, related_name="receipt")
    content = models.JSONField()
    signature = models.CharField(max_length=128)
    key_id = models.CharField(max_length=32)
    issued_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"receipt of {self.request_id}"
