"""Registers the app with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RightsRequestsConfig(AppConfig):
    """Configuration of the `rights_requests` app."""

    name = "rights_requests"
    verbose_name = _("Rights requests")
    default_auto_field = "django.db.models.BigAutoField"
