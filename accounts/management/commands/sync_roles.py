"""`manage.py sync_roles`: gives the teams of our staff what the table of roles says."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import role_words, syncing_roles
from privacy.actors import SYSTEM


class Command(BaseCommand):
    """Run it after each `migrate`; it says what it changed, and nothing when nothing differed."""

    help = "Gives each team of the staff exactly the permissions of accounts/roles.py."

    def add_arguments(self, parser: CommandParser) -> None:
        """To look only, or to write the page of the docs."""
        parser.add_argument("--check", action="store_true", help="change nothing; fail when a team differs")
        parser.add_argument("--words", action="store_true", help="print docs/reference/roles.md and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and say what differed."""
        if options["words"]:
            self.stdout.write(role_words.as_markdown(), ending="")
            return
        found = syncing_roles.drift() if options["check"] else syncing_roles.sync(actor=SYSTEM)
        for one in found:
            self.stdout.write(str(one))
        if options["check"] and found:
            raise CommandError("Teams differ from accounts/roles.py: run manage.py sync_roles.")
