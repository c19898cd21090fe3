"""The tables of figures, each as counts by some words: read and written the same way."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model, QuerySet

from visitors.audience.cells import Cell, Counts, added, without_small
from visitors.audience.models import AudienceDaily, AudienceDepth, AudiencePath, AudienceTransition


@dataclass(frozen=True)
class Table:
    """A model's words and counts, in the order in which small cells give their words up: from the last."""

    model: type[Model]
    words: tuple[str, ...]
    counts: tuple[str, ...]

    def rows(self, **which: Any) -> QuerySet[Any]:
        """Rows of the table, such as those of one day."""
        return self.model._base_manager.filter(**which)

    def cells(self, **which: Any) -> dict[Cell, Counts]:
        """The counts of some rows by their words, rows of the same words together."""
        size = len(self.words)
        found = self.rows(**which).values_list(*self.words, *self.counts)
        return summed((tuple(row[:size]), tuple(row[size:])) for row in found)

    def made(self, day: date, cells: dict[Cell, Counts], **extra: Any) -> list[Model]:
        """Rows of a day for these counts, with nothing small in them; not written yet."""
        names = (*self.words, *self.counts)
        return [
            self.model(day=day, **dict(zip(names, (*words, *counts), strict=True)), **extra)
            for words, counts in without_small(cells).items()
        ]


def summed(found: Iterable[tuple[Cell, Counts]]) -> dict[Cell, Counts]:
    """Cells that may come several times, each once."""
    cells: dict[Cell, Counts] = {}
    for words, counts in found:
        cells[words] = added(cells[words], counts) if words in cells else counts
    return cells


VIEWS = Table(AudienceDaily, ("route_name", "language", "device_class", "referrer"), ("views", "entries"))
WAYS = Table(AudienceTransition, ("from_route", "to_route"), ("count",))
DEPTHS = Table(AudienceDepth, ("kind", "depth"), ("visits",))
PATHS = Table(AudiencePath, ("path",), ("visits",))
