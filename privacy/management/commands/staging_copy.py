"""`manage.py staging_copy`: makes a copy of the database anonymous, so that something can be tried out on it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from privacy.staging import copying
from privacy.staging.makers import NoMaker
from privacy.staging.plan import treatments


class Command(BaseCommand):
    """Destroys what people told us, in the database that it is told twice; safe to run again after it was killed."""

    help = "Makes the people of a copy of the database up; without --database it only says what it would do."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """The name of the copy, twice: it must be the database that the settings name."""
        parser.add_argument("--database", metavar="NAME", help="the copy, by the name that DATABASE_URL says")
        parser.add_argument("--again", metavar="NAME", help="the same name: everybody in it will be gone")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what becomes of each table; exit code 1 and a sentence where something speaks against it."""
        if not options["database"]:
            self._say()
            return
        self._refuse(options["database"], options["again"])
        try:
            people = copying.make_anonymous(self._tell)
        except NoMaker as missing:
            raise CommandError(f"Nothing was done: nothing can be made up for {missing}.") from missing
        except copying.NotAnonymous as places:
            raise CommandError(
                f"People are still found in {places}. The copy is not whole; nobody may use it."
            ) from places
        self.stdout.write(
            f"The copy is whole: {people} identifiers of people were looked for everywhere, none is left."
        )
        self.stdout.write("Set STAGING_COPY=1 for whatever runs on it, with keys and folders of its own.")

    def _refuse(self, name: str, again: str) -> None:
        ours = connection.settings_dict["NAME"]
        if name != ours or again != ours:
            raise CommandError(
                f"The settings name the database {ours}: say --database {ours} --again {ours} if you mean it."
            )
        if why := copying.in_use():
            raise CommandError(f"Nothing was done: {why}.")

    def _say(self) -> None:
        for one in treatments():
            if one.why:
                self.stdout.write(f"{one.table}: emptied ({one.why})")
            elif one.columns:
                self.stdout.write(f"{one.table}: made up are {', '.join(one.columns)}")
            else:
                self.stdout.write(f"{one.table}: stays")
        self.stdout.write("Nothing was done. To do it: --database NAME --again NAME, on a copy that nobody uses.")

    def _tell(self, done: copying.Done) -> None:
        self.stdout.write(f"{done.table}: {done.rows} rows, {done.how}")
