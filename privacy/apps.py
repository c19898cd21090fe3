"""Registers the app with Django and gathers every app's declarations of personal data."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    """Configuration of the `privacy` app; reads each app's `personal_data.py` once all models are loaded."""

    name = "privacy"
    verbose_name = _("Privacy")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Import what the apps declare in their doors for the data map, the jobs, the promises and the checks."""
        autodiscover_modules("personal_data")
        autodiscover_modules("job_handlers")
        autodiscover_modules("promise_evidence")
        autodiscover_modules("checks")
