"""`manage.py data_map`: prints what personal data the site holds, as the declarations say it."""

import json
import shutil
import textwrap
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from privacy.data_map.describe import COLUMNS, describe, table_rows


class Command(BaseCommand):
    """A card per holding on a terminal of any width, or everything as JSON for a machine."""

    help = "Prints the data map: each holding, how it is reached, what each field is, and what erasure does."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--json` prints every declaration in full."""
        parser.add_argument("--json", action="store_true", help="print everything as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print to standard output; reads no row of anybody."""
        described = describe()
        if options["json"]:
            self.stdout.write(json.dumps(described, indent=2, ensure_ascii=False))
            return
        width = max(60, shutil.get_terminal_size((120, 40)).columns)
        for row in table_rows():
            self._card(row, width)
        self._list("Nobody's data", [(entry["model"], entry["because"]) for entry in described["nobody"]], width)
        self._list("Stores", [(entry["name"], entry["because"]) for entry in described["stores"]], width)

    def _card(self, row: tuple[str, ...], width: int) -> None:
        self.stdout.write(self.style.MIGRATE_HEADING(row[0]))
        for heading, text in zip(COLUMNS[1:], row[1:], strict=True):
            if text:
                self._line(heading, text, width)
        self.stdout.write("")

    def _list(self, heading: str, entries: list[tuple[str, str]], width: int) -> None:
        self.stdout.write(self.style.MIGRATE_HEADING(heading))
        for name, text in entries:
            self._line(name, text, width, indent=34)
        self.stdout.write("")

    def _line(self, heading: str, text: str, width: int, *, indent: int = 14) -> None:
        start = f"  {heading:<{indent - 3}} "
        lines = textwrap.wrap(text, width - indent, break_on_hyphens=False)
        self.stdout.write(start + f"\n{' ' * indent}".join(lines))
