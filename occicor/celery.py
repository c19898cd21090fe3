"""The Celery application: it carries ids of work, never the truth about it."""

import os
from typing import Any

import django
from celery import Celery
from celery.signals import worker_init
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "occicor.settings.development")

app = Celery("occicor")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def refuse_unsound_start(**kwargs: Any) -> None:
    """End the worker before it takes any work if a declaration of personal data is incomplete."""
    django.setup()
    try:
        import_string("privacy.checks.refuse_unsound_start")()
    except ImproperlyConfigured as unsound:
        # Celery logs and forgets ordinary exceptions of its signals' receivers.
        raise SystemExit(str(unsound)) from unsound
