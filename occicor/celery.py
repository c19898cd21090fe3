"""The Celery application: it carries ids of work, never the truth about it."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "occicor.settings.development")

app = Celery("occicor")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
