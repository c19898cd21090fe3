"""`manage.py verify_ledger`: walks the ledger and says whether it is as written and as the database knows it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from privacy.ledger import verify


class Command(BaseCommand):
    """Ends with an error when anything was altered, cut off or inserted, or when database and ledger disagree."""

    help = "Verifies the ledger: its chain, its signed head, and that the database knows the same."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the result; exit code 1 and a sentence when something is wrong."""
        result = verify.verify()
        if result.problem:
            raise CommandError(f"Entries read: {result.entries}. {result.problem}")
        self.stdout.write(f"The ledger is whole: {result.entries} entries, and the database knows them all.")
