"""Who looks after a Customer's people in the portal."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models.customers import Customer
from accounts.models.people import User


class CustomerAdministrator(models.Model):
    """An account that acts for one Customer, and for no other, since our staff appointed it (promise P1.3)."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="administers", verbose_name=_("account"))
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="administrators", verbose_name=_("Customer")
    )
    appointed_at = models.DateTimeField(_("appointed"), db_default=Now())

    class Meta:
        """One Customer for each account; a Customer may have several."""

        verbose_name = _("customer administrator")
        verbose_name_plural = _("customer administrators")

    def __str__(self) -> str:
        return f"customer administrator {self.pk}"
