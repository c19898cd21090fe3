"""`manage.py work_off`: runs what is due, straight from PostgreSQL, without broker or worker."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from privacy import ledger
from privacy.jobs.sweep import work_off


class Command(BaseCommand):
    """For the day on which nothing else runs; safe beside running workers."""

    help = "Runs every job that is due, straight from PostgreSQL."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until nothing that is due can be finished, and say how many jobs were."""
        finished = 0
        try:
            while done := work_off():
                finished += done
        except ledger.Closed as closed:
            raise CommandError(str(closed)) from closed
        self.stdout.write(f"{finished} jobs finished")
