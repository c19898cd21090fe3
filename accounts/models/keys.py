"""The keys with which a Customer's own systems ask the API."""

import uuid
from collections.abc import Iterable

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models.customers import Customer
from accounts.vocabulary import Scope


class ApiKey(models.Model):
    """A key of a Customer, known by the digest of its secret; the secret itself was shown once and is nowhere.

    `hint` is its beginning, by which people tell their keys apart. `last_used_on` is a day, and nothing closer.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(_("name"), max_length=60)
    hint = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(_("what it may do"), default=list)
    made_at = models.DateTimeField(_("made"), db_default=Now())
    rotated_at = models.DateTimeField(_("renewed"), null=True)
    last_used_on = models.DateField(_("last used"), null=True)
    revoked_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        """Newest first; a key that may do nothing is none."""

        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ("-made_at", "pk")
        constraints = (models.CheckConstraint(condition=~Q(scopes=[]), name="api_key_may_do_something"),)

    def __str__(self) -> str:
        return f"API key {self.pk}"

    @property
    def scope_names(self) -> Iterable[str]:
        """What it may do, in words."""
        return [str(Scope(scope).label) for scope in self.scopes]
