"""What the commands that exchange keys have in common: say how it stands, make a new key, or do what is left to do."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from privacy.keys.making import FileThere, Which, write


class RotationCommand(BaseCommand):
    """Without an option it only says how it stands and what to do next; an error where something is lost."""

    which: Which
    # Whether there is something to do once the new key is in force.
    does = True

    def add_arguments(self, parser: CommandParser) -> None:
        """`--make` writes a new key, `--now` does what is left to do under it."""
        ways = parser.add_mutually_exclusive_group()
        ways.add_argument("--make", metavar="FOLDER", help="write a new key and the list of those before it as files")
        if self.does:
            ways.add_argument("--now", action="store_true", help="do what is left to do; without it, it is only said")

    def handle(self, *args: Any, **options: Any) -> None:
        """One of the three, in words; exit code 1 where something cannot be read with any key."""
        if options["make"]:
            self._make(Path(options["make"]))
        elif options.get("now"):
            self.do()
        else:
            self.say()

    def say(self) -> None:
        """Print how it stands and what to do next; changes nothing."""
        raise NotImplementedError

    def do(self) -> None:
        """Do what is left to do; safe to run again, also after it was killed."""
        raise NotImplementedError

    def _make(self, folder: Path) -> None:
        try:
            written = write(self.which, folder)
        except FileThere as there:
            raise CommandError(
                f"{there} is there already and may be the only copy of a key. Name another folder."
            ) from there
        except OSError as error:
            raise CommandError(f"Nothing was written: {error}") from error
        for path in written:
            self.stdout.write(f"Written: {path}")
        self.stdout.write(
            "Only their owner can read them. Nothing is in force yet. Keep a copy apart, stop every process, let"
            f" {' and '.join(path.name for path in written)} say what these files say (or the same names with _FILE"
            " say where they are), start again, and run this command without an option."
        )
