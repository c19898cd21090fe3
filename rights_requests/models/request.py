"""Requests of data subjects and each step they took."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from privacy.vocabulary import Right
from rights_requests.vocabulary import (
    CLOSED_STATES,
    UNREADABLE,
    Channel,
    HandStep,
    RefusalReason,
    RequesterRole,
    State,
)

OPEN = ~Q(state__in=CLOSED_STATES)
CLOSED = Q(state__in=CLOSED_STATES)
# Whose turn it is. Terms end with a day, so many are due at one instant: of those, who asked first comes first.
TURN = ("due_at", "received_at", "id")
# The work stopped, or nobody can say how much of the term is gone.
ATTENTION = Q(state=State.NEEDS_ATTENTION) | (OPEN & Q(alerted=UNREADABLE))


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
    # The verified identifiers of a person without an account, and how to reach who asks for someone else: sealed.
    subject_sealed = models.BinaryField(null=True)
    requester_sealed = models.BinaryField(null=True)
    requester_digest = models.CharField(max_length=64, blank=True)
    requester_role = models.CharField(
        _("asks"), max_length=20, choices=RequesterRole.choices, default=RequesterRole.SELF
    )
    channel = models.CharField(_("reached us by"), max_length=20, choices=Channel.choices, default=Channel.PORTAL)
    language = models.CharField(_("language"), max_length=10, blank=True)
    message = models.TextField(_("what the person added"), max_length=2000, blank=True)
    # The legal ground (a word of ErasureGround, RestrictionGround or ObjectionGround by right), and for an objection
    # or a restriction the purposes (privacy.vocabulary.Purpose) it is about; none means all.
    ground = models.CharField(_("ground"), max_length=30, blank=True)
    purposes = models.JSONField(default=list)
    minor = models.BooleanField(_("about a person under 18"), default=False)
    plan = models.JSONField(default=dict)
    plan_hash = models.CharField(max_length=64, blank=True)
    idempotency_key = models.UUIDField(unique=True, null=True)
    # Whether a second person approves what a first one recommended; of an erasure always, whatever stands here.
    by_two = models.BooleanField(_("two persons decide"), default=False, db_default=False)
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
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    refusal_reason = models.CharField(max_length=30, choices=RefusalReason.choices, blank=True)
    refusal_text = models.TextField(max_length=2000, blank=True)
    appealed_at = models.DateTimeField(_("appealed"), null=True)
    appeal_text = models.TextField(max_length=2000, blank=True)
    appeal_decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    duplicate_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="duplicates"
    )
    handed_to = models.CharField(_("handed over to"), max_length=200, blank=True)
    # The clock, frozen at filing (rights_requests.deadlines): a later change of the rules moves no running term.
    country = models.CharField(_("country"), max_length=6, blank=True)
    regime = models.CharField(_("regime"), max_length=20, blank=True)
    rule_version = models.CharField(max_length=64, blank=True)
    term = models.JSONField(default=dict)
    received_at = models.DateTimeField(_("received"), db_default=Now())
    ack_due_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(_("due"))
    extended_at = models.DateTimeField(null=True)
    extended_from = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    cooling_until = models.DateTimeField(null=True)
    # When staff are next to be told how much of the term is gone, and which share they were told of last (percent, or
    # UNREADABLE).
    alert_at = models.DateTimeField(null=True)
    alerted = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(_("closed"), null=True)

    class Meta:
        """Oldest due date first; a second open request of the same kind by one asker cannot exist."""

        verbose_name = _("rights request")
        verbose_name_plural = _("rights requests")
        ordering = ("due_at",)
        permissions = (
            ("approve_erasure", "Can approve an erasure that a colleague recommended"),
            ("see_evidence", "Can open the files that go with a request"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("subject_digest", "right", "requester_digest"),
                condition=~Q(state__in=CLOSED_STATES),
                name="one_open_request_per_right",
            ),
            models.CheckConstraint(
                condition=~(Q(right=Right.ERASURE) | Q(by_two=True))
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
            models.CheckConstraint(
                condition=Q(appeal_decided_by__isnull=True)
                | Q(refused_by__isnull=True)
                | ~Q(appeal_decided_by=F("refused_by")),
                name="appeal_by_another_person",
            ),
            models.CheckConstraint(
                condition=Q(extended_at__isnull=True) | Q(extended_at__lte=F("extended_from")),
                name="extended_before_the_term_ended",
            ),
            models.CheckConstraint(
                condition=Q(paused_at__isnull=True) | Q(state=State.WAITING), name="paused_only_while_waiting"
            ),
        )
        indexes = (
            models.Index(fields=("state", "due_at"), name="request_queue"),
            models.Index(fields=("subject_digest",), name="request_subject"),
            models.Index(fields=("requester_digest",), name="request_requester"),
            models.Index(
                fields=("alert_at",), condition=Q(alert_at__isnull=False, closed_at__isnull=True), name="request_alert"
            ),
            # One for each tab and each order of the queue (rights_requests.desk.queue), so that none of them ever
            # reads, or sorts, the whole table. The first one has all that the desk's figures count by, too.
            models.Index(
                fields=TURN,
                include=("right", "regime", "state", "paused_at", "assignee", "alerted"),
                condition=OPEN,
                name="open_in_turn",
            ),
            models.Index(fields=TURN, condition=OPEN & Q(assignee__isnull=True), name="open_in_turn_of_nobody"),
            models.Index(fields=("assignee", *TURN), condition=OPEN, name="open_in_turn_by_assignee"),
            models.Index(fields=("right", *TURN), condition=OPEN, name="open_in_turn_by_right"),
            models.Index(fields=("state", *TURN), condition=OPEN, name="open_in_turn_by_state"),
            models.Index(fields=("received_at",), condition=OPEN, name="open_by_age"),
            models.Index(fields=TURN, condition=ATTENTION, name="attention_in_turn"),
            models.Index(fields=("closed_at", "id"), condition=CLOSED, name="closed_by_day"),
            models.Index(fields=("right", "closed_at", "id"), condition=CLOSED, name="closed_by_right"),
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


class Tick(models.Model):
    """A step of the checklist that only a person can do: who said that it is done, when, and beside which plan.

    It counts only as long as the plan of the request is that one.
    """

    request = models.ForeignKey(RightsRequest, on_delete=models.CASCADE, related_name="ticks")
    step = models.CharField(max_length=30, choices=HandStep.choices)
    plan_hash = models.CharField(max_length=64, blank=True)
    ticked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    ticked_at = models.DateTimeField(db_default=Now())

    class Meta:
        """A step is ticked once beside one plan: the first who did it stands there."""

        ordering = ("ticked_at",)
        constraints = (models.UniqueConstraint(fields=("request", "step", "plan_hash"), name="ticked_once"),)

    def __str__(self) -> str:
        return self.step
