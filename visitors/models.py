"""What people wrote to us with the form of the contact page, and what they asked us to keep until they send it."""

import uuid

from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from visitors.audience.models import (
    AudienceBatch,
    AudienceDaily,
    AudienceDepth,
    AudiencePath,
    AudienceStep,
    AudienceTransition,
    AudienceVisit,
)
from visitors.vocabulary import Topic

__all__ = [
    "AudienceBatch",
    "AudienceDaily",
    "AudienceDepth",
    "AudiencePath",
    "AudienceStep",
    "AudienceTransition",
    "AudienceVisit",
    "ContactDraft",
    "ContactMessage",
]

LONGEST_TEXT = 10_000
LONGEST_NAME = 120


class ContactMessage(models.Model):
    """One message. Nobody has shown that the address is the writer's: anyone can type any address."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Names the form together with what was written on it: the same form posted again is the same message.
    form_key = models.UUIDField(unique=True, null=True, editable=False)
    name = models.CharField(_("name"), max_length=LONGEST_NAME, blank=True)
    email = models.EmailField(_("e-mail address"), db_index=True)
    topic = models.CharField(_("about"), max_length=10, choices=Topic.choices)
    text = models.TextField(_("message"), max_length=LONGEST_TEXT)
    language = models.CharField(_("language"), max_length=10)
    received_at = models.DateTimeField(_("received"), db_default=Now(), db_index=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        """Addresses in the one form in which they are compared."""

        verbose_name = _("message from a visitor")
        verbose_name_plural = _("messages from visitors")
        constraints = (models.CheckConstraint(condition=models.Q(email=Lower("email")), name="contact_lower_case"),)

    def __str__(self) -> str:
        return f"message {self.pk}"


class ContactDraft(models.Model):
    """A message that is not sent yet, kept because its writer asked for that; only their browser finds it again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # The browser's cookie holds the token that this is the digest of.
    token_digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=LONGEST_NAME, blank=True)
    email = models.CharField(_("e-mail address"), max_length=254, blank=True, db_index=True)
    topic = models.CharField(_("about"), max_length=10, choices=Topic.choices, blank=True)
    text = models.TextField(_("message"), max_length=LONGEST_TEXT, blank=True)
    kept_at = models.DateTimeField(_("kept since"), db_index=True)

    class Meta:
        """Addresses in the one form in which they are compared, however much of one was typed."""

        verbose_name = _("draft of a message")
        verbose_name_plural = _("drafts of messages")
        constraints = (models.CheckConstraint(condition=models.Q(email=Lower("email")), name="draft_lower_case"),)

    def __str__(self) -> str:
        return f"draft {self.pk}"
