"""The project: settings, addresses, the Celery application and the services it can run by itself."""

from occicor.celery import app as celery_app

__all__ = ["celery_app"]
