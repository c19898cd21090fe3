"""The Celery application: it carries ids of work, never the truth about it."""

import logging
import os
from logging.config import dictConfig
from typing import Any

import django
from celery import Celery
from celery.signals import setup_logging, worker_init
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "occicor.settings.development")

app = Celery("occicor")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def set_up_logging(loglevel: int | str | None = None, **kwargs: Any) -> None:
    """Set up settings.LOGGING in place of Celery's own handlers, which write the row that an error quotes."""
    dictConfig(settings.LOGGING)
    if loglevel:
        logging.getLogger().setLevel(loglevel)


@worker_init.connect
def refuse_unsound_start(**kwargs: Any) -> None:
    """End the worker before it takes any work if a declaration is incomplete, or the policy says other than they."""
    django.setup()
    try:
        import_string("privacy.checks.refuse_unsound_start")()
        import_string("privacy.policy.gate.refuse_drifted_start")()
    except ImproperlyConfigured as unsound:
        # Celery logs and forgets ordinary exceptions of its signals' receivers.
        raise SystemExit(str(unsound)) from unsound
