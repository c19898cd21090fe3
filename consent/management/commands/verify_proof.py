"""`manage.py verify_proof`: checks every choice on record, every seal and every notice; fails where one was altered."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from consent import proof


class Command(BaseCommand):
    """Changes nothing."""

    help = "Checks that the proof of consents is as it was written."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what was checked, or name what is not as it was written."""
        found = proof.verify()
        if not found.ok:
            raise CommandError("\n".join(found.problems))
        counted = f"choices: {found.events}, seals: {found.seals}, notices: {found.notices}"
        self.stdout.write(f"All as they were written ({counted}).")
