"""`manage.py sync_catalogue`: brings the catalogue of purposes and trackers to what the code declares."""

from typing import Any

from django.core.management.base import BaseCommand

from consent import catalogue, notices
from privacy.actors import SYSTEM


class Command(BaseCommand):
    """Safe to repeat; run it with every release. What staff wrote stays."""

    help = "Brings the catalogue to what the code declares; with --first also publishes the first notice."

    def add_arguments(self, parser: Any) -> None:
        """The one option."""
        parser.add_argument("--first", action="store_true", help="publish the first notice, where none is published")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say whether the published notice still says the same."""
        catalogue.sync()
        if options["first"] and notices.current() is None:
            notices.publish(actor=SYSTEM, material=False, changes={})
        if options["verbosity"]:
            behind = "The published notice says something else: publish_notice."
            self.stdout.write(behind if notices.is_behind() else "The published notice says the same.")
