"""`manage.py rebuild_ledger`: writes the ledger anew from the database's copy when its file is lost for good."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from privacy import ledger
from privacy.ledger.chain import Damaged
from privacy.ledger.file import Overtaken
from privacy.ledger.verify import rebuild


class Command(BaseCommand):
    """Asks for a flag in so many words: a file that is only in the wrong place must be put back instead."""

    help = "Writes what the ledger's file lacks from the database's copy, when the file is lost for good."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--the-file-is-lost` says that nobody has a newer copy of the file."""
        parser.add_argument("--the-file-is-lost", action="store_true", help="no newer copy of the file exists anywhere")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many entries were written; exit code 1 and a sentence otherwise."""
        if not options["the_file_is_lost"]:
            raise CommandError(
                "Look for the newest copy of the ledger's files first and put them back into LEDGER_DIR. If there is"
                " none anywhere, say so: --the-file-is-lost"
            )
        try:
            count = rebuild()
        except (ledger.Closed, Damaged, Overtaken) as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{count} entries were written from the database. The site is open.")
