"""`manage.py verify_audit`: walks the audit's chain and says whether every entry and seal is as it was written."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from privacy import audit, ledger
from privacy.ledger.chain import Damaged
from privacy.ledger.verify import audit_anchors


class Command(BaseCommand):
    """Ends with an error when anything was altered, removed or inserted, so that a monitor notices."""

    help = "Verifies the audit: the chain of hashes, the signed seals, and what the ledger vouches for."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the result; exit code 1 and the first bad entry's number when the chain is broken."""
        if why := ledger.closed():
            raise CommandError(f"Nothing vouches for the audit while database and ledger disagree. {why}")
        try:
            result = audit.verify(audit_anchors())
        except (Damaged, OSError) as problem:
            raise CommandError(f"The ledger cannot vouch for the audit: {problem}") from problem
        if not result.ok:
            raise CommandError(f"The audit is broken at entry {result.first_bad_seq}.")
        self.stdout.write(f"The audit is whole: {result.entries} entries, {result.seals} seals.")
