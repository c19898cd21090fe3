"""Walks through what is over by its own instant, span by span, each so long that a deletion takes a moment only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from privacy.data_map.reach import quote
from privacy.retention import keepers
from privacy.retention.rules import Rule

# A span is counted where nothing is known of how dense the rows lie; the next ones follow until each takes so long.
AIM_SECONDS = 0.02
# A span that is not counted and holds far more rows than the last is given up after so long, and counted.
LONGEST_MS = 50
_GROWS = 2.0

# A datetime, or a date where the column holds one; two of a kind can be taken from each other.
Instant = Any


@dataclass
class Span:
    """From `low` to before `high`; what became of it is written down by whoever deletes it, and so the next is found.

    `seconds` is how long it took, 0 where it was given up or somebody worked with one of its rows.
    """

    low: Instant
    high: Instant
    counted: bool
    deleted: int = 0
    seconds: float = 0.0
    given_up: bool = False
    # The condition under which nothing of it goes, and its values: written once for all spans of a walk.
    unless: tuple[str, list[Any]] = ("false", [])


def spans(rule: Rule, now: datetime, size: int, *, by_clock: bool) -> Iterator[Span | Instant]:
    """What is over of a plain rule in spans of `size` rows, or by the clock once one is known; from the oldest on.

    In place of a span comes an instant alone where more than `size` rows have it.
    """
    cut, unless = rule.cut(now), keepers.in_force_sql(rule)
    low, length = _instant(rule, cut), timedelta(0)
    while low is not None:
        span = _next(rule, low, cut, size, length)
        if span is None:
            yield low
            low = _instant(rule, cut, after=low)
            continue
        span.unless = unless
        yield span
        if span.given_up:
            length = timedelta(0)
            continue
        length = _length(span, size) if by_clock else length
        low = span.high if span.deleted >= size // 2 else _instant(rule, cut, since=span.high)


def delete(rule: Rule, span: Span, settings: str) -> int:
    """Delete the rows of a span, unless anybody keeps anything of the holding back; how many went.

    In the caller's transaction and in one round trip, the settings for it included.
    """
    table, after = quote(rule.model._meta.db_table), quote(rule.way.column)
    kept, params = span.unless
    limit = f"SET LOCAL statement_timeout = {0 if span.counted else LONGEST_MS}"
    sql = f"{settings}; {limit}; DELETE FROM {table} WHERE {after} >= %s AND {after} < %s AND NOT ({kept})"
    with connection.cursor() as cursor:
        cursor.execute(sql, [span.low, span.high, *params])
        return int(cursor.rowcount)


def rows_in(rule: Rule, now: datetime, span: Span) -> int:
    """How many rows that are over lie in it now."""
    after = rule.holding.retain.after
    return rule.over(now).filter(**{f"{after}__gte": span.low, f"{after}__lt": span.high}).count()


def _next(rule: Rule, low: Instant, cut: Instant, size: int, length: timedelta) -> Span | None:
    if length:
        least = timedelta(microseconds=1) if isinstance(low, datetime) else timedelta(days=1)
        return Span(low, low + min(max(length, least), cut - low), counted=False)
    high = _instant(rule, cut, since=low, skip=size) or cut
    return Span(low, high, counted=True) if high > low else None


def _length(span: Span, least: int) -> timedelta:
    """How long the next one is to be, for `least` rows or more; none, and so counted, where this one says nothing."""
    if not span.seconds or not span.deleted:
        return timedelta(0)
    length: timedelta = span.high - span.low
    return length * min(_GROWS, max(AIM_SECONDS / span.seconds, least / span.deleted))


def _instant(rule: Rule, cut: Instant, *, since: Instant = None, after: Instant = None, skip: int = 0) -> Instant:
    """The instant of the row that comes so many rows behind the first that is over, or that is over since or after."""
    table, column = quote(rule.model._meta.db_table), quote(rule.way.column)
    first, bound = (" AND {} >= %s", since) if after is None else (" AND {} > %s", after)
    first = first.format(column) if bound is not None else ""
    sql = f"SELECT {column} FROM {table} WHERE {column} < %s{first} ORDER BY {column} OFFSET %s LIMIT 1"
    with connection.cursor() as cursor:
        cursor.execute(sql, [cut, *([bound] if bound is not None else []), skip])
        row = cursor.fetchone()
    return row[0] if row else None
