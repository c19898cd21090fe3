"""`manage.py seal_audit`: signs the audit's chain as it stands, once a day."""

from typing import Any

from django.core.management.base import BaseCommand

from privacy import audit


class Command(BaseCommand):
    """What the scheduler does by itself, for days on which it does not run; a second call changes nothing."""

    help = "Signs the last hash of the audit's chain, unless that was done today."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print which entry the seal of today covers."""
        seal = audit.seal_day()
        if seal is None:
            self.stdout.write("The audit is empty: nothing to seal.")
        else:
            self.stdout.write(f"Sealed up to entry {seal.last_seq} with key {seal.key_id}.")
