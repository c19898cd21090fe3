"""Counts by several words, with what is too small put together until it is large enough or told no more."""

from collections.abc import Mapping

from visitors.audience.models import SMALLEST
from visitors.audience.topics import OTHER

Cell = tuple[str, ...]
Counts = tuple[int, ...]


def added(one: Counts, other: Counts) -> Counts:
    """Two counts of the same things as one."""
    return tuple(first + second for first, second in zip(one, other, strict=True))


def is_small(counts: Counts) -> bool:
    """Whether one of the counts stands for so few that somebody might be recognised."""
    return any(0 < count < SMALLEST for count in counts)


def without_small(cells: Mapping[Cell, Counts]) -> dict[Cell, Counts]:
    """The same counts with nothing small in them.

    Where a cell is small, its last word becomes `other`, then the one before, up to the first: so the page is known
    longest, and where people came from is the first that is given up. What is small even then, at most four of each
    count, is left out. The first count is the one that makes a cell; a further one that is small is left out alone.
    """
    now = dict(cells)
    for place in reversed(range(len(next(iter(now), ())))):
        merged: dict[Cell, Counts] = {}
        for cell, counts in now.items():
            kept = (*cell[:place], OTHER, *cell[place + 1 :]) if is_small(counts) else cell
            merged[kept] = added(merged[kept], counts) if kept in merged else counts
        now = merged
    return {cell: _large(counts) for cell, counts in now.items() if counts[0] >= SMALLEST}


def _large(counts: Counts) -> Counts:
    return tuple(count if count >= SMALLEST else 0 for count in counts)
