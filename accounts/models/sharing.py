"""Cards that people let others see: to which address, which parts, until when, and each time somebody looked."""

import uuid
from datetime import timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User
from accounts.vocabulary import LONGEST_SHARE, CardPart, GrantEnd


class SharingGrant(models.Model):
    """That a person lets whoever has confirmed an address see parts of their profile, until a day (promise P8.1).

    It is given to an address: there may be no account yet. When the one who has it leaves it, the grant ends and
    `reached_email` is empty, so that whoever has the address next neither sees the card nor learns that it was shared.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="cards_given")
    viewer_email = models.EmailField(_("who may see it"))
    address_left_at = models.DateTimeField(null=True, blank=True)
    reached_email = models.GeneratedField(
        expression=models.Case(models.When(address_left_at__isnull=True, then=models.F("viewer_email")), default=None),
        output_field=models.EmailField(null=True),
        db_persist=True,
    )
    parts: Any = ArrayField(models.CharField(max_length=12, choices=CardPart.choices), verbose_name=_("what they see"))
    made_at = models.DateTimeField(_("since"), db_default=Now())
    until = models.DateTimeField(_("until"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_by = models.CharField(_("how it ended"), max_length=12, choices=GrantEnd.choices, blank=True)

    class Meta:
        """One open grant for each address; never longer than a year; at least one part, and no other than these."""

        verbose_name = _("shared card")
        verbose_name_plural = _("shared cards")
        constraints = (
            models.UniqueConstraint(
                fields=("owner", "viewer_email"), condition=models.Q(ended_at__isnull=True), name="card_shared_once"
            ),
            models.CheckConstraint(condition=models.Q(viewer_email=Lower("viewer_email")), name="card_lower_case"),
            models.CheckConstraint(condition=models.Q(until__gt=models.F("made_at")), name="card_has_a_time"),
            models.CheckConstraint(
                condition=models.Q(until__lte=models.F("made_at") + timedelta(days=LONGEST_SHARE)),
                name="card_a_year_at_most",
            ),
            models.CheckConstraint(
                condition=models.Q(parts__len__gt=0, parts__contained_by=CardPart.values), name="card_has_parts"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, ended_by="")
                | models.Q(ended_at__isnull=False, ended_at__gte=models.F("made_at"), ended_by__in=GrantEnd.values),
                name="card_ended_somehow",
            ),
            models.CheckConstraint(
                condition=models.Q(address_left_at__isnull=True) | models.Q(ended_at__isnull=False),
                name="card_ends_with_the_address",
            ),
        )
        indexes = (
            models.Index(fields=("reached_email",), name="card_reached"),
            models.Index(fields=("owner", "-made_at"), name="card_owner"),
        )

    def __str__(self) -> str:
        return f"shared card {self.pk}"


class SharingView(models.Model):
    """One look at a shared card; the owner sees it."""

    grant = models.ForeignKey(SharingGrant, on_delete=models.CASCADE, related_name="views")
    viewed_at = models.DateTimeField(_("when"), db_default=Now())

    class Meta:
        """Found by card, the newest first."""

        verbose_name = _("look at a shared card")
        verbose_name_plural = _("looks at shared cards")
        indexes = (models.Index(fields=("grant", "-viewed_at"), name="card_view_when"),)

    def __str__(self) -> str:
        return f"look {self.pk}"
