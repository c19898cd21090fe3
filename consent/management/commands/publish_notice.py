"""`manage.py publish_notice`: freezes what people are asked about cookies as the next version, in every language."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from consent import notices
from privacy.actors import SYSTEM


class Command(BaseCommand):
    """Counts at once. A material version asks everybody again, so it says in each language what changed and why."""

    help = "Publishes the next version of the notice about cookies."

    def add_arguments(self, parser: Any) -> None:
        """Whether everybody is asked again, and why."""
        parser.add_argument("--material", action="store_true", help="ask everybody again")
        for code, name in settings.LANGUAGES:
            parser.add_argument(f"--why-{code}", default="", help=f"what changed and why, in {name}")

    def handle(self, *args: Any, **options: Any) -> None:
        """Publish, and say which number it has; CommandError where nothing changed or a reason is missing."""
        changes = {code: options[f"why_{code}"].strip() for code, _name in settings.LANGUAGES}
        if options["material"] and not all(changes.values()):
            raise CommandError("Say in each language what changed and why: people who are asked again read it.")
        try:
            number = notices.publish(actor=SYSTEM, material=options["material"], changes=changes)
        except notices.NothingToPublish as error:
            raise CommandError("The published notice says already what the catalogue says.") from error
        self.stdout.write(f"Version {number} counts from now on.")
        self.stdout.write("Keep pictures of it while it does: docs/how-to/publish-the-question.md.")
