"""That somebody was told that their account will be closed because they do not use it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class UnusedNotice(models.Model):
    """The notice of one account: when the person was told, and from when it is closed unless they use or keep it."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="unused_notice"
    )
    first_at = models.DateTimeField(_("told first"))
    second_at = models.DateTimeField(_("told again"), null=True)
    closes_at = models.DateTimeField(_("closed from"))

    class Meta:
        """Nobody's account is closed before they were told; what is due is found by index."""

        constraints = (
            models.CheckConstraint(condition=models.Q(closes_at__gt=models.F("first_at")), name="unused_told_before"),
        )
        indexes = (models.Index(fields=("closes_at",), name="unused_due"),)

    def __str__(self) -> str:
        return f"notice of {self.user_id}"
