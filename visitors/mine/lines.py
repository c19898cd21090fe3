"""Long lists about one person, put together from several tables, the newest first, read page by page by cursor."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from privacy.cursors import Cursor, older, read
from privacy.data_map import reach
from privacy.data_map.registry import registry
from privacy.data_map.subject import Subject

AT_A_TIME = 20


@dataclass(frozen=True)
class Line:
    """One thing that happened, in words: `url` leads to more of it, `quoted` are words of people or of a message."""

    what: str
    more: str = ""
    quoted: str = ""
    url: str = ""


@dataclass(frozen=True)
class Dated:
    """A line and when it happened."""

    at: datetime
    line: Line


@dataclass(frozen=True)
class Source:
    """A table of a list: the person's rows, the field that says when, and how rows are told, all of a page at once."""

    rows: Callable[[Subject], QuerySet[Any]]
    at: str
    told: Callable[[Sequence[Any]], Iterable[Line]]


@dataclass(frozen=True)
class Lines:
    """One page of a list, and the cursor of the next; empty at the end."""

    lines: list[Dated]
    after: str


def held(label: str) -> Callable[[Subject], QuerySet[Any]]:
    """The person's rows of a holding, as its declaration reaches them."""
    return lambda subject: reach.rows(registry.holdings[label], subject)


def page(subject: Subject, sources: Sequence[Source], after: str) -> Lines:
    """One page of a list; one query for each source, and those of its telling."""
    cursor, found = read(after), []
    for place, source in enumerate(sources):
        taken = older(source.rows(subject), source.at, cursor, place=place)[: AT_A_TIME + 1]
        found += [(getattr(row, source.at), place, row) for row in taken]
    # Of one instant the earlier source comes first, and each source is in its own order: the sort keeps both.
    found.sort(key=lambda entry: entry[0], reverse=True)
    shown = found[:AT_A_TIME]
    told = _told(sources, [(place, row) for _at, place, row in shown])
    lines = [Dated(at, told[place, row.pk]) for at, place, row in shown]
    end = Cursor(shown[-1][0], str(shown[-1][2].pk), shown[-1][1]) if len(found) > AT_A_TIME else ""
    return Lines(lines, str(end))


def _told(sources: Sequence[Source], shown: Iterable[tuple[int, Any]]) -> dict[tuple[int, Any], Line]:
    by_place: dict[int, list[Any]] = {}
    for place, row in shown:
        by_place.setdefault(place, []).append(row)
    return {
        (place, row.pk): line
        for place, rows in by_place.items()
        for row, line in zip(rows, sources[place].told(rows), strict=True)
    }
