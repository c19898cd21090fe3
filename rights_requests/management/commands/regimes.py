"""`manage.py regimes`: prints the clocks of the laws with their sources, or writes docs/reference/regimes.md."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation

from rights_requests.regimes.table import markdown


class Command(BaseCommand):
    """The page that counsel reads, made from the data that counts."""

    help = "Prints by when each law wants an answer, and where that is written; --write renews the page in docs/."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--write` renews docs/reference/regimes.md instead of printing."""
        parser.add_argument("--write", action="store_true", help="write docs/reference/regimes.md")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print or write; reads no row of anybody."""
        with translation.override("en"):
            page = markdown()
        if not options["write"]:
            self.stdout.write(page)
            return
        path = settings.BASE_DIR / "docs" / "reference" / "regimes.md"
        path.write_text(page, encoding="utf-8")
        self.stdout.write(f"Written: {path.relative_to(settings.BASE_DIR)}")
