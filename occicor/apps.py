"""Tells Django which admin site is the staff's."""

from django.contrib.admin.apps import AdminConfig

# Whatever sets Django up gets our Celery application with it, so that `current_app` is ours in every process, and the
# checks that the outbox is closed in production and every language compiled.
from occicor import celery, language_checks, outbox  # noqa: F401


class OccicorAdminConfig(AdminConfig):
    """Puts our own admin site in the place of Django's, so that `admin.site` is ours everywhere."""

    default_site = "occicor.admin_site.OccicorAdminSite"
