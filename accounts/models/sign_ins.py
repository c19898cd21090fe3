"""Where, when and on what somebody signed in."""

import uuid

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User
from accounts.vocabulary import Browser, SignInHow, System

COUNTRY = r"^([A-Z]{2})?$"
# Whatever the code does, the whole address of a device has no place here.
SHORTENED = r"^(([0-9]{1,3}\.){3}0/24|[0-9a-f:]*::/48)?$"


def _one_of(field: str, words: type[models.TextChoices]) -> models.CheckConstraint:
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": words.values}), name=f"sign_in_{field}")


class SignIn(models.Model):
    """One sign-in that succeeded (promise P1.4): the country, a shortened address and a family of devices, no more.

    Failed attempts are not kept: they are counted for the limits, and say nothing about the person of the account.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_ins")
    at = models.DateTimeField(_("when"), db_default=Now())
    country = models.CharField(_("country"), max_length=2, blank=True)
    network = models.CharField(_("shortened internet address"), max_length=43, blank=True)
    browser = models.CharField(_("browser"), max_length=10, choices=Browser.choices, null=True, blank=True)
    platform = models.CharField(_("system"), max_length=10, choices=System.choices, null=True, blank=True)
    how = models.CharField(_("how"), max_length=13, choices=SignInHow.choices)
    # Whether the person was told of it by mail, and when they said that it was not them.
    alerted = models.BooleanField(_("told by e-mail"), default=False)
    disowned_at = models.DateTimeField(_("you said it was not you"), null=True, blank=True)

    class Meta:
        """Nothing but the words of the closed lists, and no whole address."""

        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        indexes = (
            models.Index(fields=("user", "-at"), name="sign_in_of_user"),
            models.Index(fields=("at",), name="sign_in_at"),
        )
        constraints = (
            models.CheckConstraint(condition=models.Q(country__regex=COUNTRY), name="sign_in_country"),
            models.CheckConstraint(condition=models.Q(network__regex=SHORTENED), name="sign_in_shortened"),
            _one_of("browser", Browser),
            _one_of("platform", System),
            _one_of("how", SignInHow),
        )

    def __str__(self) -> str:
        return f"sign-in {self.pk}"
