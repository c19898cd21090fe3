"""What people write to us about."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Topic(TextChoices):
    """What a message is about, so that the right person reads it."""

    PRIVACY = "privacy", _("My data and my rights")
    PRODUCT = "product", _("Your software")
    PROBLEM = "problem", _("A problem with this site")
    OTHER = "other", _("Something else")
