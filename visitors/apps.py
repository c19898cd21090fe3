"""Registers the app with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VisitorsConfig(AppConfig):
    """Configuration of the `visitors` app."""

    name = "visitors"
    verbose_name = _("Visitors")
    default_auto_field = "django.db.models.BigAutoField"
