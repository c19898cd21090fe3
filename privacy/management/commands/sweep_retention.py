"""`manage.py sweep_retention`: shows what is over, or deletes it now instead of at night."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from privacy.actors import SYSTEM
from privacy.jobs import engine
from privacy.models import Job, RetentionRun
from privacy.retention.preview import preview
from privacy.retention.running import AlreadyRunning, begin
from privacy.retention.sweep import KIND
from privacy.vocabulary import RunState


class Command(BaseCommand):
    """The sweep of retention by hand; a run on record like that of each night."""

    help = "Deletes what is over by the rules of retention, as each night; --preview only says what that would be."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--preview` deletes nothing."""
        parser.add_argument("--preview", action="store_true", help="say what is over, and delete nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line for each holding of which rows are over or went; CommandError when the run could not end."""
        if options["preview"]:
            lines = [(line.slug, line.goes, line.kept_back, 0) for line in preview() if line.over]
        else:
            lines = self._swept()
        for slug, went, kept, left in lines:
            self.stdout.write(f"{slug:<40} {went:>10} {kept:>10} kept back {left:>10} left")
        self.stdout.write("Nothing is over." if not lines else "")

    def _swept(self) -> list[tuple[str, int, int, int]]:
        try:
            run = begin(actor=SYSTEM)
        except AlreadyRunning as error:
            raise CommandError("A run is under way. Its page in the admin says how far it is.") from error
        engine.run(Job.objects.get(kind=KIND, about=run.pk).pk)
        run = RetentionRun.objects.get(pk=run.pk)
        if run.state != RunState.DONE:
            raise CommandError("A worker took the run up, or it could not be finished yet: it goes on by itself.")
        return [(count.holding, count.deleted, count.kept_back, count.left) for count in run.counts.all()]
