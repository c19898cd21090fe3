"""Walks through what is over by its own instant, span by span, in the database: no batch waits for an answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from privacy.data_map.reach import quote
from privacy.retention import keepers
from privacy.retention.rules import Rule

# The first span is counted; the next ones grow, fourfold at most, or shrink so that the deletion of each takes about so
# long, but hold no fewer rows than four batches (privacy/migrations/0023). How many rows one holds has no bound but how
# they are written: those of a plain rule get their instants from one act of one person each; a test names the rules.
AIM = timedelta(milliseconds=10)
# After so long the walk lets its caller look whether it may go on.
SLICE = timedelta(seconds=1)
MICROSECOND = timedelta(microseconds=1)

DONE = "done"
# More rows than a batch have one instant, `low`: they go by their keys.
CROWDED = "crowded"
# Nothing of the span from `low` on went: somebody works with a row of it, or keeps rows back.
UNTAKEN = "untaken"
# The job is somebody else's.
LOST = "lost"

_CALL = f"CALL privacy_retention_walk({', '.join(['%s'] * 15)})"


@dataclass(frozen=True)
class Stretch:
    """What a call of the walk did: how many rows it deleted, why it ended, and from where it goes on.

    `length` is that of the span it ended at, or that the next one is to have; None where the next one is counted.
    """

    low: Any = "-infinity"
    length: timedelta | None = None
    deleted: int = 0
    ended: str = ""

    @property
    def high(self) -> datetime:
        """Before which instant the span ends at which the walk ended; a crowd is an instant alone."""
        end: datetime = self.low + (self.length or MICROSECOND)
        return end


def walk(rule: Rule, now: datetime, *, size: int, lock_ms: int, words: tuple[str, str]) -> Iterator[Stretch]:
    """Delete what is over of a plain rule, from the oldest on, in spans of `size` rows or more, as long as AIM allows.

    Each span is a transaction that begins and ends with `words`, or part of the caller's where one is open. Whether
    anybody keeps rows back is asked in the statement that deletes. Safe to repeat, and to leave at any time.
    """
    alone = not connection.in_atomic_block
    fixed = (*_statements(rule), *words, alone, rule.cut(now), size, lock_ms, AIM, SLICE)
    found = Stretch()
    while found.ended != DONE:
        values: list[Any] = [*fixed, found.low, found.length, 0, ""]
        with connection.cursor() as cursor:
            cursor.execute(_CALL, values)
            found = Stretch(*cursor.fetchone())
        yield found
        if found.ended in {CROWDED, UNTAKEN}:
            found = Stretch(found.high)


def rows_in(rule: Rule, now: datetime, stretch: Stretch) -> int:
    """How many rows that are over lie now in the span at which the walk ended."""
    after = rule.holding.retain.after
    return rule.over(now).filter(**{f"{after}__gte": stretch.low, f"{after}__lt": stretch.high}).count()


def _statements(rule: Rule) -> tuple[str, str, str]:
    """How the walk finds a row, counts a span, and deletes one, unless anybody keeps anything of the holding back."""
    since = f"FROM {quote(rule.model._meta.db_table)} WHERE {(at := quote(rule.way.column))} >= $1"
    kept, params = keepers.in_force_sql(rule)
    with connection.cursor() as cursor:
        kept = cursor.mogrify(kept, params).decode()
    finds = f"SELECT {at} {since} AND {at} < $2 ORDER BY {at}"
    # Where something is kept back the span is empty. A condition beside its ends would be a step of the plan through
    # which each row goes.
    deletes = f"DELETE {since} AND {at} < CASE WHEN {kept} THEN $1 ELSE $2 END"
    return f"{finds} LIMIT 1", f"{finds} OFFSET $3 LIMIT 1", deletes
