"""`manage.py check_package_store`: whether the bucket of PACKAGE_STORE_URL may be used, and works."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from privacy.files import sound


class Command(BaseCommand):
    """Sends a file, reads it and deletes it again; ends with an error and a sentence when the bucket is not fit."""

    help = "Checks the bucket of packages and evidence: that it keeps nothing that is deleted, and that it works."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the result; exit code 1 and every reason when something is wrong."""
        if not sound.in_use():
            self.stdout.write("Packages and evidence are kept in the folder of this machine: there is no bucket.")
            return
        try:
            found = [*sound.faults(), *sound.tried()]
        except OSError as error:
            raise CommandError(f"The bucket does not answer as it should: {error}.") from error
        if found:
            raise CommandError(" ".join(found))
        self.stdout.write("The bucket keeps nothing that is deleted; a file was sent, read and deleted.")
