"""A promotional message in its languages, and what became of it for each reader."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from consent.mailings.vocabulary import PROMOTIONAL, TOPIC_CHOICES, CopyState, MailingState

_STATES = (
    Q(state=MailingState.DRAFT, started_at__isnull=True, ended_at__isnull=True)
    | Q(state=MailingState.SENDING, started_at__isnull=False, ended_at__isnull=True)
    | Q(state__in=(MailingState.SENT, MailingState.STOPPED), started_at__isnull=False, ended_at__isnull=False)
)


class Mailing(models.Model):
    """One message to everybody who asked for its topic: a draft, then sent once and, by a trigger, never changed again.

    `texts` holds `{"subject": …, "text": …}` by language, always in settings.LANGUAGE_CODE. `counted` keeps how many
    readers met which end when the rows that said it one by one are gone.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    topic = models.CharField(_("about"), max_length=20, choices=TOPIC_CHOICES)
    state = models.CharField(_("state"), max_length=10, choices=MailingState.choices, default=MailingState.DRAFT)
    texts = models.JSONField(_("texts"))
    written_at = models.DateTimeField(_("written"), db_default=Now())
    started_at = models.DateTimeField(_("sent from"), null=True)
    ended_at = models.DateTimeField(_("sent until"), null=True)
    counted = models.JSONField(null=True)

    class Meta:
        """Newest first; to send is a permission of its own."""

        verbose_name = _("promotional message")
        verbose_name_plural = _("promotional messages")
        ordering = ("-written_at", "pk")
        permissions = (("send_mailing", "Can send promotional messages"),)
        constraints = (
            models.CheckConstraint(condition=Q(topic__in=PROMOTIONAL), name="mailing_promotes"),
            models.CheckConstraint(condition=_STATES, name="mailing_as_its_state_says"),
            models.CheckConstraint(condition=Q(texts__has_key=settings.LANGUAGE_CODE), name="mailing_in_our_language"),
        )

    def __str__(self) -> str:
        return f"promotional message {self.pk}"


class MailingCopy(models.Model):
    """That one reader is written to once: the key is made from message and subscription, so there is no second row."""

    id = models.UUIDField(primary_key=True, editable=False)
    mailing = models.ForeignKey(Mailing, on_delete=models.PROTECT, related_name="copies", db_index=False)
    subscription = models.ForeignKey("consent.Subscription", on_delete=models.CASCADE, related_name="+")
    state = models.CharField(_("what became of it"), max_length=10, choices=CopyState.choices)
    delayed = models.PositiveSmallIntegerField(_("notices of a delay"), default=0)
    changed_at = models.DateTimeField(_("since"), db_default=Now())

    class Meta:
        """One row for each reader of a message; counted by state."""

        verbose_name = _("copy of a promotional message")
        verbose_name_plural = _("copies of promotional messages")
        constraints = (models.UniqueConstraint(fields=("mailing", "subscription"), name="mailing_copy_once"),)
        indexes = (
            models.Index(fields=("mailing", "state"), name="mailing_copy_state"),
            models.Index(fields=("changed_at",), condition=Q(state=CopyState.BOUNCED), name="mailing_copy_bounced"),
        )

    def __str__(self) -> str:
        return f"copy {self.pk}"
