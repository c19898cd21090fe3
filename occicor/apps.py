"""Tells Django which admin site is the staff's."""

from django.contrib.admin.apps import AdminConfig

# Whatever sets Django up gets our Celery application with it, so that `current_app` is ours in every process, and the
# check that the outbox is closed in production.
from occicor import celery, outbox  # noqa: F401


class OccicorAdminConfig(AdminConfig):
    """Puts our own admin site in the place of Django's, so that `admin.site` is ours everywhere."""

    default_site = "occicor.admin_site.OccicorAdminSite"
