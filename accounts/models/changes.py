"""What was changed in a profile, so that the person sees it and can put it back."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.vocabulary import ChangedBy, ProfileField


class ProfileChange(models.Model):
    """One field of a profile that was changed: from what, to what, when and by whom.

    A field that was emptied leaves a row without words: what stood there is gone, here too.
    """

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="profile_changes")
    field = models.CharField(_("what was changed"), max_length=10, choices=ProfileField.choices)
    old = models.TextField(_("before"), max_length=500, blank=True)
    new = models.TextField(_("after"), max_length=500, blank=True)
    by = models.CharField(_("changed by"), max_length=6, choices=ChangedBy.choices)
    changed_at = models.DateTimeField(_("changed"), db_default=Now(), db_index=True)
    # Whether those who have the profile from us are still to be told of it (Art. 19 GDPR).
    to_tell = models.BooleanField(default=False)
    # Whether the former words stand elsewhere now, so that they can be put back; filled in for the page.
    can_be_put_back = False

    class Meta:
        """Newest first; an emptied field keeps no words."""

        verbose_name = _("change of a profile")
        verbose_name_plural = _("changes of profiles")
        ordering = ("-changed_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(new="") | models.Q(old=""), name="emptied_profile_field_is_gone"
            ),
        )

    def __str__(self) -> str:
        return f"change of {self.field}"
