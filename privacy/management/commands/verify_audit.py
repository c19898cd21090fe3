"""`manage.py verify_audit`: walks the audit's chain and says whether every entry and seal is as it was written."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from privacy import audit


class Command(BaseCommand):
    """Ends with an error when anything was altered, removed or inserted, so that a monitor notices."""

    help = "Verifies the audit: the chain of hashes and the signed seals."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the result; exit code 1 and the first bad entry's number when the chain is broken."""
        result = audit.verify()
        if not result.ok:
            raise CommandError(f"The audit is broken at entry {result.first_bad_seq}.")
        self.stdout.write(f"The audit is whole: {result.entries} entries, {result.seals} seals.")
