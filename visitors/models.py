"""What people wrote to us with the form of the contact page."""

import uuid

from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from visitors.vocabulary import Topic

LONGEST_TEXT = 5_000


class ContactMessage(models.Model):
    """One message. Nobody has shown that the address is the writer's: anyone can type any address."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=120, blank=True)
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
