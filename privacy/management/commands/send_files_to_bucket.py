"""`manage.py send_files_to_bucket`: carries what lies in this machine's folders to the bucket that is new."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from privacy import files
from privacy.files import Away, sound


class Command(BaseCommand):
    """Safe to repeat: each file is removed here once it is there whole. Run it on each machine that had files."""

    help = "Sends finished packages and evidence of this machine's folders to the bucket of PACKAGE_STORE_URL."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many were sent; exit code 1 when there is no bucket or it does not answer."""
        if not sound.in_use():
            raise CommandError("There is no bucket: set PACKAGE_STORE_URL first.")
        sent = 0
        for place in (files.packages(), files.evidence()):
            for path in sorted(place.folder.glob("*.sealed")):
                try:
                    place.send(path, path.name, lambda: None)
                except Away as error:
                    raise CommandError(f"Sent: {sent}. Then the bucket did not answer: {error}.") from error
                place.publish(path, path.name)
                sent += 1
        self.stdout.write(f"Sent: {sent}.")
