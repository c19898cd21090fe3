"""`manage.py demo_requests`: requests at several points of their way, to try the desk with."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from rights_requests import demo_requests


class Command(BaseCommand):
    """Makes them once; never beside requests of the site's own."""

    help = "Makes demonstration requests, unless there are some. Never in production."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make them."""
        if not settings.DEMO_REQUESTS:
            raise CommandError("DEMO_REQUESTS is off: no requests are made here.")
        demo_requests.ensure()
