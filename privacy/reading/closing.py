"""Puts each day that is over into a row for every member of staff who read, and says what was unusual about it."""

from collections.abc import Iterator
from datetime import date, timedelta
from statistics import median_low
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from privacy.models import ReadingDay
from privacy.reading import figures, known
from privacy.reading.figures import Reading
from privacy.reading.known import Span
from privacy.vocabulary import LookReason, ReadingFlag

# So many days back it is looked whether one was left out, as after the scheduler stood still.
BACK_DAYS = 7
# With fewer days of one's own there is no middle to compare with.
FEWEST_DAYS = 5


def close_days() -> int:
    """Count the days that are over and were not counted; returns how many rows were made. Safe to run twice at once."""
    today = timezone.localdate()
    days = [today - timedelta(days=back) for back in range(BACK_DAYS, 0, -1)]
    done = set(ReadingDay.objects.filter(day__in=days).values_list("day", flat=True).distinct())
    return sum(close_day(day) for day in days if day not in done)


@transaction.atomic
def close_day(day: date) -> int:
    """Make the rows of one day; returns how many. Idempotent: a row that is there stays as it was."""
    rows = list(days_of(day))
    before = ReadingDay.objects.filter(day=day).count()
    ReadingDay.objects.bulk_create(rows, ignore_conflicts=True)
    return ReadingDay.objects.filter(day=day).count() - before


def days_of(day: date) -> Iterator[ReadingDay]:
    """The rows of one day as they stand now, not saved; of accounts that are gone there is none."""
    span = figures.span_of(day)
    found = figures.readings(span)
    there = set(get_user_model().objects.filter(pk__in=found).values_list("pk", flat=True))
    for staff_id, reading in found.items():
        if staff_id in there:
            yield _row(staff_id, day, reading, span)


def forget() -> int:
    """Delete days whose time is over; returns how many. Safe to run at any time."""
    until = timezone.localdate() - timedelta(days=settings.READING_DAYS)
    deleted: int = ReadingDay.objects.filter(day__lt=until).delete()[0]
    return deleted


def _row(staff_id: UUID, day: date, reading: Reading, span: Span) -> ReadingDay:
    row = ReadingDay(
        staff_id=staff_id,
        day=day,
        looks=reading.looks,
        people=len(reading.people),
        lists=reading.lists,
        in_an_hour=reading.in_an_hour,
        outside=reading.outside,
        needless=len(figures.needless(reading.people, span)),
        near=len(known.near(staff_id, reading.people)),
        usual=_usual(staff_id, day),
        reasons={why: count for why, count in sorted(reading.reasons.items()) if why},
    )
    row.flags = [flag.value for flag, is_so in _judged(row).items() if is_so]
    return row


def _usual(staff_id: UUID, day: date) -> int | None:
    since = day - timedelta(days=settings.READING_USUAL_DAYS)
    rows = ReadingDay.objects.filter(staff_id=staff_id, day__gte=since, day__lt=day, people__gt=0)
    counts = list(rows.values_list("people", flat=True))
    return median_low(counts) if len(counts) >= FEWEST_DAYS else None


def _judged(row: ReadingDay) -> dict[ReadingFlag, bool]:
    """The table of what is unusual; its figures are settings."""
    unusual_from = max(settings.READING_UNUSUAL_FROM, settings.READING_TIMES_USUAL * (row.usual or 0))
    return {
        ReadingFlag.MANY: row.people >= settings.READING_PEOPLE_PER_DAY,
        ReadingFlag.FAST: row.in_an_hour >= settings.READING_PEOPLE_PER_HOUR,
        ReadingFlag.UNUSUAL: row.usual is not None and row.people >= unusual_from,
        ReadingFlag.OUTSIDE: row.outside >= settings.READING_OUTSIDE_LOOKS,
        ReadingFlag.NEEDLESS: row.needless >= settings.READING_NEEDLESS_PEOPLE,
        ReadingFlag.NEAR: row.near > 0,
        ReadingFlag.OTHER: row.reasons.get(LookReason.OTHER, 0) > 0,
    }
