"""The figures of a period, as staff see them: by day, subject, page, device, language, site and way; nobody in them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from visitors.audience.cells import Cell, Counts, added, without_small
from visitors.audience.models import SMALLEST
from visitors.audience.tables import DEPTHS, PATHS, VIEWS, WAYS, Table, summed
from visitors.audience.topics import Topic, topic_of

# One round trip for every list: each line of the answer has one of the words, all others are NULL.
CLOSED_SQL = """
SELECT day, route_name, language, device_class, referrer, sum(views)::int, sum(entries)::int
FROM visitors_audiencedaily WHERE closed AND day BETWEEN %s AND %s
GROUP BY GROUPING SETS ((day), (route_name), (language), (device_class), (referrer))
"""
# How many browsers agreed to be known, of those visits that are not deleted yet, and how many came on several days.
BROWSERS_SQL = """
SELECT count(*), count(*) FILTER (WHERE days > 1)
FROM (SELECT count(*) AS days FROM visitors_audiencevisit GROUP BY number) browsers
"""
DAY, ROUTE, LANGUAGE, DEVICE, REFERRER = range(5)


@dataclass(frozen=True)
class Period:
    """From one day to another, both counted."""

    since: date
    until: date

    def days(self) -> Iterator[date]:
        """Each of them."""
        for number in range((self.until - self.since).days + 1):
            yield self.since + timedelta(days=number)


@dataclass(frozen=True)
class Figures:
    """Views and entries by each word; how often which page led to which; visits by kind and depth, and by way.

    `browsers` and `came_back` are None where they are too few to be told.
    """

    period: Period
    days: dict[date, Counts]
    topics: dict[Topic, Counts]
    routes: dict[str, Counts]
    languages: dict[str, Counts]
    devices: dict[str, Counts]
    referrers: dict[str, Counts]
    ways: dict[Cell, Counts]
    depths: dict[Cell, Counts]
    paths: dict[Cell, Counts]
    browsers: int | None
    came_back: int | None

    @property
    def total(self) -> Counts:
        """All views and entries that are told."""
        return tuple(sum(counts) for counts in zip(*self.days.values(), strict=True)) or (0, 0)


def default_period() -> Period:
    """The last four weeks, today included."""
    today = timezone.localdate()
    return Period(today - timedelta(days=27), today)


def figures(period: Period) -> Figures:
    """What is told of a period. A day that is not over is told as if it ended now, so nothing small of it either."""
    by: list[dict[Any, Counts]] = [{} for _word in range(5)]
    for place, word, counts in [*_closed(period), *_open(period)]:
        known = by[place].get(word)
        by[place][word] = added(known, counts) if known else counts
    browsers, came_back = _browsers()
    topics = summed(((topic_of(route) or Topic.OTHER,), counts) for route, counts in by[ROUTE].items())  # type: ignore[misc]
    return Figures(
        period=period,
        days=by[DAY],
        topics={topic: counts for (topic,), counts in topics.items()},  # type: ignore[misc]
        routes=by[ROUTE],
        languages=by[LANGUAGE],
        devices=by[DEVICE],
        referrers=by[REFERRER],
        ways=_ways(period),
        depths=_told(DEPTHS, period),
        paths=_told(PATHS, period),
        browsers=browsers,
        came_back=came_back,
    )


def _closed(period: Period) -> Iterator[tuple[int, Any, Counts]]:
    with connection.cursor() as cursor:
        cursor.execute(CLOSED_SQL, [period.since, period.until])
        for *words, views, entries in cursor.fetchall():
            place = next(number for number, word in enumerate(words) if word is not None)
            yield place, words[place], (views, entries)


def _open(period: Period) -> Iterator[tuple[int, Any, Counts]]:
    rows = VIEWS.rows(closed=False, day__range=(period.since, period.until))
    for day in rows.values_list("day", flat=True).distinct():
        for cell, counts in without_small(VIEWS.cells(closed=False, day=day)).items():
            yield DAY, day, counts
            for place, word in enumerate(cell, start=ROUTE):
                yield place, word, counts


def _ways(period: Period) -> dict[Cell, Counts]:
    rows = WAYS.rows(closed=False, day__range=(period.since, period.until))
    days = rows.values_list("day", flat=True).distinct()
    late = [pair for day in days for pair in without_small(WAYS.cells(closed=False, day=day)).items()]
    return summed([*_told(WAYS, period, closed=True).items(), *late])


def _told(table: Table, period: Period, **which: Any) -> dict[Cell, Counts]:
    """The sums of a table over the days of the period."""
    rows = table.rows(day__range=(period.since, period.until), **which).values(*table.words)
    found = rows.annotate(total=Sum(table.counts[0]))
    return {tuple(row[word] for word in table.words): (row["total"],) for row in found}


def _browsers() -> tuple[int | None, int | None]:
    with connection.cursor() as cursor:
        cursor.execute(BROWSERS_SQL)
        every, again = cursor.fetchone()
    return tuple(count if count >= SMALLEST else None for count in (every, again))  # type: ignore[return-value]
