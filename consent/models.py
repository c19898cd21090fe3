"""Who gets which of our messages, and the words with which they were asked."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from consent.mailings.models import Mailing, MailingCopy
from consent.vocabulary import State, Topic

__all__ = ["Mailing", "MailingCopy", "Subscription", "Wording"]


class Wording(models.Model):
    """The words under which somebody agreed, as they stood on the page: its number is the version.

    Made when they are agreed to for the first time; never changed, which a trigger sees to.
    """

    language = models.CharField(_("language"), max_length=10)
    text = models.TextField(_("text"))
    sha256 = models.CharField(_("SHA-256 of the text"), max_length=64, unique=True)
    since = models.DateTimeField(_("in use since"), db_default=Now())

    class Meta:
        """Newest first."""

        verbose_name = _("wording of the consent")
        verbose_name_plural = _("wordings of the consent")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"wording {self.pk}"


_STATES = (
    Q(state=State.PENDING, email__isnull=False, asked_at__isnull=False, confirmed_at__isnull=True)
    | Q(state=State.CONFIRMED, email__isnull=False, confirmed_at__isnull=False, ended_at__isnull=True)
    | Q(state=State.ENDED, email__isnull=True, ended_at__isnull=False)
    & Q(asked_at__isnull=True, confirmed_at__isnull=True, wording__isnull=True)
)


class Subscription(models.Model):
    """That an address gets the messages about one topic, is asked whether it wants to, or wanted them no more.

    Anyone can type any address: only one that was confirmed by a link sent there is written to. Of what ended the keyed
    digest, the topic and the day are left, so that an old list never brings the address back; a trigger blanks the rest
    whoever ends it, an erasure included.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    digest = models.CharField(max_length=64)
    topic = models.CharField(_("about"), max_length=20, choices=Topic.choices)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PENDING)
    email = models.EmailField(_("e-mail address"), null=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    wording = models.ForeignKey(Wording, verbose_name=_("wording of the consent"), null=True, on_delete=models.PROTECT)
    asked_at = models.DateTimeField(_("asked for"), null=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        """One row for each address and topic; what is sent is read by key."""

        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints = (
            models.UniqueConstraint(fields=("digest", "topic"), name="subscription_once"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="subscription_lower_case"),
            models.CheckConstraint(condition=_STATES, name="subscription_as_its_state_says"),
        )
        indexes = (
            models.Index(fields=("email",), name="subscription_email"),
            models.Index(fields=("topic", "id"), condition=Q(state=State.CONFIRMED), name="subscription_confirmed"),
        )

    def __str__(self) -> str:
        return f"subscription {self.pk}"
