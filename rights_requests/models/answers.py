"""What is said on the way to an answer: messages, decisions with their reasons, and templates of replies."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from privacy.vocabulary import Right
from rights_requests.models.request import RightsRequest
from rights_requests.vocabulary import Answer, AskReason, DecisionKind, ExtensionReason, MessageKind, RefusalReason


class Message(models.Model):
    """One message on a request, read in the portal; a mail only says that there is one. Notes are for staff alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(RightsRequest, on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=20, choices=MessageKind.choices)
    author = models.CharField(max_length=100)
    text = models.TextField(max_length=5000)
    sent_at = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True)

    class Meta:
        """In the order they were sent; what waits to be read has an index of its own."""

        ordering = ("sent_at",)
        indexes = (
            models.Index(
                fields=("request",),
                condition=Q(kind=MessageKind.FROM_PERSON, read_at__isnull=True),
                name="message_unread",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


REASONS = tuple(AskReason.choices) + tuple(ExtensionReason.choices) + tuple(RefusalReason.choices)


class Decision(models.Model):
    """What staff decided on the way: an extension, a question, a fee, a partial refusal; reason from a closed list."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(RightsRequest, on_delete=models.CASCADE, related_name="decisions")
    kind = models.CharField(max_length=20, choices=DecisionKind.choices)
    reason = models.CharField(max_length=30, choices=REASONS)
    text = models.TextField(max_length=2000)
    # A partial refusal is about one holding (named by its slug); a fee has an amount in cents of the euro.
    holding = models.CharField(max_length=100, blank=True)
    amount_cents = models.PositiveIntegerField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    second_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    decided_at = models.DateTimeField(db_default=Now())
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True, default=Answer.OPEN)
    answered_at = models.DateTimeField(null=True)
    # Of a part that an erasure keeps: the person's appeal, which `second_by` accepted or declined, and since when the
    # part is kept no more.
    appealed_at = models.DateTimeField(null=True)
    appeal_text = models.TextField(max_length=2000, blank=True)
    lifted_at = models.DateTimeField(null=True)
    # Of a part that a legal hold keeps (privacy.models.LegalHold): which one.
    hold_id = models.BigIntegerField(null=True)

    class Meta:
        """One extension a request; two people are two people; a fee has an amount, a part has a name."""

        ordering = ("decided_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("request",), condition=Q(kind=DecisionKind.EXTENSION), name="one_extension"
            ),
            models.UniqueConstraint(
                fields=("request", "holding"), condition=Q(kind=DecisionKind.PARTIAL), name="part_refused_once"
            ),
            models.CheckConstraint(
                condition=Q(second_by__isnull=True) | ~Q(second_by=F("decided_by")), name="decision_by_two"
            ),
            models.CheckConstraint(
                condition=~Q(kind=DecisionKind.FEE) | Q(amount_cents__gt=0), name="fee_has_an_amount"
            ),
            models.CheckConstraint(condition=~Q(kind=DecisionKind.PARTIAL) | ~Q(holding=""), name="part_has_a_name"),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | Q(answer=Answer.ACCEPTED), name="part_lifted_when_granted"
            ),
        )
        indexes = (
            models.Index(
                fields=("hold_id",), condition=Q(hold_id__isnull=False, lifted_at__isnull=True), name="part_under_hold"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind}: {self.reason}"


class ReplyTemplate(models.Model):
    """A wording that staff start from: `{reference}`, `{name}` and `{due}` are filled in; the same for everyone."""

    title = models.CharField(_("title"), max_length=100)
    right = models.CharField(_("right"), max_length=20, choices=Right.choices, blank=True)
    language = models.CharField(_("language"), max_length=10)
    text = models.TextField(_("text"), max_length=5000)

    class Meta:
        """One wording of a title per right and language."""

        verbose_name = _("reply template")
        verbose_name_plural = _("reply templates")
        ordering = ("title",)
        constraints = (models.UniqueConstraint(fields=("title", "right", "language"), name="template_once"),)

    def __str__(self) -> str:
        return self.title
