"""`manage.py reapply_ledger`: does again, after an old backup came back, what people had asked for since."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from privacy import ledger
from privacy.ledger import reapply
from privacy.ledger.chain import Damaged
from privacy.ledger.file import Overtaken
from privacy.ledger.gate import Standing, standing


class Command(BaseCommand):
    """Safe to run again, also after it was killed; the site opens by itself when it is done."""

    help = "Applies to a restored database what the ledger says was done since the backup, and opens the site again."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--dry-run` only counts what waits."""
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line per entry; exit code 1 and a sentence when something has to be looked at first."""
        if standing() == Standing.AGREED:
            self.stdout.write("Database and ledger agree: there is nothing to do.")
            return
        try:
            if options["dry_run"]:
                for entry in reapply.waiting():
                    self.stdout.write(f"{entry.seq} {entry.kind} of {entry.at}: would be done again")
                return
            count = reapply.reapply(self._tell)
        except (ledger.Closed, Damaged, Overtaken, reapply.CannotReapply) as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{count} entries were done again. The site is open.")

    def _tell(self, done: reapply.Done) -> None:
        person = "the person was found" if done.found else "nobody in this database"
        self.stdout.write(f"{done.seq} {done.kind}: {person}, {done.erased} rows erased")
        if done.by_hand:
            self.stdout.write(f"  It has to be made again by hand: it was made on request {done.request_id}.")
