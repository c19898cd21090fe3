"""The Celery application: it carries ids of work, never the truth about it."""

import logging
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import django
from celery import Celery
from celery.signals import setup_logging, worker_init, worker_ready
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from occicor.log_lines import set_up

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "occicor.settings.development")

app = Celery("occicor")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def set_up_logging(loglevel: int | str | None = None, **kwargs: Any) -> None:
    """Set up settings.LOGGING in place of Celery's own handlers, which write the row that an error quotes."""
    set_up(settings.LOGGING)
    if loglevel:
        logging.getLogger().setLevel(loglevel)


@worker_init.connect
def refuse_unsound_start(**kwargs: Any) -> None:
    """End the worker before it takes any work if declarations, policy or a service are unsound."""
    django.setup()
    try:
        import_string("privacy.checks.refuse_unsound_start")()
        import_string("privacy.policy.gate.refuse_drifted_start")()
        import_string("privacy.staging.mark.refuse_foreign_database")()
        import_string("privacy.files.sound.refuse_unsound_start")()
        import_string("privacy.jobs.pool.refuse_pool")()
    except ImproperlyConfigured as unsound:
        # Celery logs and forgets ordinary exceptions of its signals' receivers.
        raise SystemExit(str(unsound)) from unsound


@worker_init.connect
def give_way(**kwargs: Any) -> None:
    """Let whoever opens a page go first (settings.WORKER_NICE); the pool's processes have it from this one."""
    with suppress(OSError):  # a system that will not have it: then all are alike
        os.nice(settings.WORKER_NICE)
        # Where Linux deals the processors out to sessions first, the session must give way, if it is ours alone.
        if settings.WORKER_NICE and os.getsid(0) == os.getpid():
            Path("/proc/self/autogroup").write_text(str(settings.WORKER_NICE), encoding="ascii")


@worker_init.connect
def load_addresses(**kwargs: Any) -> None:
    """Load every page's code before there are processes, which share it then: copies and letters name pages."""
    _loaded = import_string("django.urls.get_resolver")().url_patterns


@worker_ready.connect
def watch_hearing(**kwargs: Any) -> None:
    """Look from now on whether bells are heard: a worker can be deaf after its broker was started again."""
    import_string("privacy.jobs.hearing.watch")(app)
