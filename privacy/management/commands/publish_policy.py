"""`manage.py publish_policy`: freezes what the policy says now as a new version, and tells people of it."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import get_language_info

from privacy.actors import SYSTEM
from privacy.policy.clauses import LANGUAGES
from privacy.policy.drift import differences
from privacy.policy.publishing import NothingChanged, NotTold, Publication, TooEarly, publish


class Command(BaseCommand):
    """Publishes; with --dry-run it only says what would change."""

    help = "Publishes the privacy policy as code and registers have it now. Published versions are never changed."

    def add_arguments(self, parser: CommandParser) -> None:
        """How much it changes, what changed and why in every language, and from when it counts."""
        weight = parser.add_mutually_exclusive_group()
        weight.add_argument("--material", action="store_true", help="it changes what people can expect of us")
        weight.add_argument("--minor", action="store_true", help="only how it is put; nobody is shown a notice")
        for language in LANGUAGES:
            told = f"what changed and why ({get_language_info(language)['name']})"
            parser.add_argument(f"--changed-{language}", default="", metavar="TEXT", help=told)
        parser.add_argument("--effective", type=_day, metavar="YYYY-MM-DD", help="in force from (today if left out)")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and publish nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Publish and say so, or say in plain words what is missing."""
        if options["dry_run"]:
            self._tell()
            return
        if not options["material"] and not options["minor"]:
            raise CommandError("Say how much it changes: --material (people are shown a notice) or --minor.")
        changed = {language: options[f"changed_{language}"] for language in LANGUAGES}
        publication = Publication(options["material"], changed, options["effective"])
        try:
            version = publish(actor=SYSTEM, publication=publication)
        except NothingChanged:
            raise CommandError("Nothing changed: the newest version says already what is true now.") from None
        except NotTold as missing:
            wanted = ", ".join(f"--changed-{language}" for language in missing.languages)
            raise CommandError(f"Say what changed and why, a sentence or two in each language: {wanted}.") from None
        except TooEarly as early:
            day = early.earliest.isoformat()
            raise CommandError(f"It cannot be in force before {day}: people must be able to read it first.") from None
        self.stdout.write(f"Version {version.number} is published, in force from {version.effective_on.isoformat()}.")
        self.stdout.write(f"Content hash {version.hash}")

    def _tell(self) -> None:
        found = differences()
        if found is None:
            self.stdout.write("Nothing is published yet.")
            return
        for difference in found:
            self.stdout.write(str(difference))
        self.stdout.write(f"{len(found)} differences to the newest version." if found else "Nothing would change.")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"Write the day as {timezone.localdate().isoformat()}, not “{text}”.") from None
