"""`manage.py demo_mailings`: subscribers, a message that is sent to them and a draft, to try the portal with."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from consent import demo_mailings


class Command(BaseCommand):
    """Makes them once; never beside messages or subscriptions of the site's own."""

    help = "Makes demonstration subscribers and messages, unless there are some. Never in production."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make them."""
        if not settings.DEMO_ACCOUNTS:
            raise CommandError("DEMO_ACCOUNTS is off: nobody is subscribed by a command here.")
        demo_mailings.ensure()
