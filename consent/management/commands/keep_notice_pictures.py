"""`manage.py keep_notice_pictures FOLDER`: keeps pictures of the question beside the versions that they show."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from consent import pictures
from privacy.actors import SYSTEM


class Command(BaseCommand):
    """Safe to repeat. How the pictures are taken: docs/how-to/publish-the-question.md."""

    help = "Keeps pictures of the question about cookies as evidence."

    def add_arguments(self, parser: Any) -> None:
        """The folder."""
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Keep them, and say how many are new; CommandError where one is unfit, and then none is kept."""
        try:
            new = pictures.keep(actor=SYSTEM, folder=options["folder"])
        except pictures.UnfitPicture as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{new} pictures are new.")
