"""What is noted of the chores: seldom while all is well, at once when it is not, and old once nothing is noted."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from privacy.jobs import chore_runs, registry
from privacy.jobs.chore_runs import Noted, patience, standings
from privacy.jobs.loops import Loop
from privacy.jobs.registry import Chore
from privacy.models import ChoreRun
from tests.waiting import eventually

pytestmark = pytest.mark.django_db


class Sometimes:
    """Does two things a round, or fails."""

    fails = False

    def __call__(self) -> int:
        if self.fails:
            raise ValueError("ann@example.org")
        return 2


def later(one: datetime | None, other: datetime | None) -> bool:
    """Whether both are known and one came after the other."""
    return one is not None and other is not None and one > other


def rounds(noted: Noted, number: int) -> None:
    for _round in range(number):
        noted()


def test_rounds_in_between_are_counted_and_noted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    noted = Noted("tidy", Sometimes())
    rounds(noted, 4)
    first = ChoreRun.objects.get()
    assert (first.name, first.count, first.runs, first.failure) == ("tidy", 2, 1, "")
    assert first.started_at is not None
    assert first.finished_at is not None
    assert first.started_at <= first.finished_at
    monkeypatch.setattr(chore_runs, "NOTE_SECONDS", 0)
    noted()
    second = ChoreRun.objects.get()
    assert (second.count, second.runs) == (8, 4)
    assert later(second.finished_at, first.finished_at)


def test_a_failure_and_its_end_are_noted_at_once_by_class_only() -> None:
    work = Sometimes()
    noted = Noted("tidy", work)
    noted()
    work.fails = True
    with pytest.raises(ValueError, match="ann"):
        noted()
    failed = ChoreRun.objects.get()
    assert failed.failure == "ValueError"
    assert later(failed.failed_at, failed.finished_at)
    work.fails = False
    noted()
    well = ChoreRun.objects.get()
    assert later(well.finished_at, failed.failed_at)


def test_a_note_that_cannot_be_written_stops_no_work() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE privacy_chorerun ADD CONSTRAINT none CHECK (false) NOT VALID")
    assert Noted("tidy", Sometimes())() == 2


def test_a_chore_is_overdue_after_three_of_its_intervals_and_failing_after_a_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hourly, quick = Chore("hourly", 3600, lambda: 0), Chore("quick", 1, lambda: 0)
    monkeypatch.setattr(registry, "_chores", {"hourly": hourly, "quick": quick})
    now = timezone.now()
    assert (patience(hourly), patience(quick)) == (timedelta(hours=3), timedelta(minutes=5))
    assert [(one.overdue, one.run) for one in standings(now=now)] == [(True, None), (True, None)]
    ChoreRun.objects.create(name="hourly", finished_at=now - timedelta(minutes=179))
    ChoreRun.objects.create(name="quick", finished_at=now - timedelta(minutes=2), failed_at=now - timedelta(minutes=1))
    one, other = standings(now=now)
    assert (one.well, other.well, other.overdue, other.failing) == (True, False, False, True)
    one, other = standings(now=now + timedelta(minutes=4))
    assert (one.overdue, other.overdue) == (True, True)


def test_what_is_due_hourly_begins_as_soon_as_its_process_leads() -> None:
    stop, leading, done = threading.Event(), threading.Event(), threading.Event()
    loop = Loop("hourly", 3600, done.set, leading=leading, stop=stop)
    loop.start()
    assert not done.wait(0.1)
    leading.set()
    assert eventually(done.is_set, seconds=5)
    stop.set()
    loop.join(5)
