"""When each chore of the scheduler last ran and how it went, so that staff see what no longer happens by itself."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, InterfaceError, connection
from django.db.models.functions import Now

from privacy.jobs.registry import Chore, chores
from privacy.models import ChoreRun

# Chores that run twice a second are noted once a minute; whatever changes from well to ill, or back, at once.
NOTE_SECONDS = 60.0
# A chore is overdue when it did not end well for so many of its intervals, and for so long at least.
INTERVALS = 3
PATIENCE = timedelta(minutes=5)
_LONGEST_NAME = 120


class Noted:
    """Runs something again and again and notes how it went; whatever it raises is raised on.

    That a note cannot be written stops nothing: the one that is missing becomes old, and that is seen.
    """

    def __init__(self, name: str, run: Callable[[], object]) -> None:
        self._name = name
        self._run = run
        self._count = self._runs = 0
        self._noted: float | None = None
        self._well = True

    def __call__(self) -> object:
        """One round."""
        began = time.monotonic()
        try:
            done = self._run()
        except Exception as error:
            if self._well or self._due():
                # Whatever failed may have left the connection in the middle of something.
                self._closed()
                self._write(failed_at=Now(), failure=type(error).__name__[:_LONGEST_NAME])
            self._well = False
            raise
        self._runs += 1
        self._count += done if isinstance(done, int) else 0
        if not self._well or self._due():
            started = Now() - timedelta(seconds=time.monotonic() - began)
            if self._write(started_at=started, finished_at=Now(), count=self._count, runs=self._runs):
                self._count = self._runs = 0
            self._well = True
        return done

    def _due(self) -> bool:
        return self._noted is None or time.monotonic() - self._noted >= NOTE_SECONDS

    def _write(self, **fields: object) -> bool:
        with suppress(DatabaseError, InterfaceError):
            ChoreRun.objects.bulk_create(
                [ChoreRun(name=self._name, **fields)],
                update_conflicts=True,
                unique_fields=["name"],
                update_fields=list(fields),
            )
            self._noted = time.monotonic()
            return True
        return False

    def _closed(self) -> None:
        if not connection.in_atomic_block:
            connection.close()


@dataclass(frozen=True)
class ChoreStanding:
    """How a chore stands: `run` is None where it never ran, `overdue` when it ended well too long ago or never."""

    chore: Chore
    run: ChoreRun | None
    overdue: bool

    @property
    def failing(self) -> bool:
        """Whether the last round did not go well."""
        if self.run is None or self.run.failed_at is None:
            return False
        return self.run.finished_at is None or self.run.failed_at > self.run.finished_at

    @property
    def well(self) -> bool:
        """Whether there is nothing to say about it."""
        return not self.overdue and not self.failing


def patience(chore: Chore) -> timedelta:
    """How old the last good end of a chore may be."""
    return max(PATIENCE, INTERVALS * timedelta(seconds=chore.every_seconds))


def standings(*, now: datetime) -> list[ChoreStanding]:
    """Every registered chore as it stands at an instant; one query."""
    runs = ChoreRun.objects.in_bulk()
    return [_standing(chore, runs.get(chore.name), now) for chore in chores()]


def _standing(chore: Chore, run: ChoreRun | None, now: datetime) -> ChoreStanding:
    ended = run.finished_at if run else None
    return ChoreStanding(chore, run, overdue=ended is None or now - ended > patience(chore))
