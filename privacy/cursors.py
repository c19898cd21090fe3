"""Long lists read by cursor: each page begins after the last row of the one before, whatever was added meanwhile."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.dateparse import parse_datetime

Row = TypeVar("Row", bound=Model)
_WRITTEN = re.compile(r"(\d{4}-[0-9T:.+Z-]{6,40})_(\d)_([0-9A-Za-z-]{1,40})")


@dataclass(frozen=True)
class Cursor:
    """Where a page ended: the instant and key of its last row, and from which of several lists that row came."""

    at: datetime
    key: str
    place: int = 0

    def __str__(self) -> str:
        return f"{self.at.isoformat()}_{self.place}_{self.key}"


@dataclass(frozen=True)
class Slice(Generic[Row]):
    """The rows of one page, and the cursor of the next; empty where there is none."""

    rows: list[Row]
    after: str


def read(text: str) -> Cursor | None:
    """The cursor that an address names; None, which is the beginning, for anything else."""
    found = _WRITTEN.fullmatch(text)
    try:
        at = parse_datetime(found[1]) if found else None
    except ValueError:
        return None
    return Cursor(at, found[3], int(found[2])) if found and at and at.tzinfo else None


def older(rows: QuerySet[Row], at: str, cursor: Cursor | None, *, place: int = 0) -> QuerySet[Row]:
    """The rows after the cursor, the newest first by the field `at`; `place` is this list's among several."""
    ordered = rows.order_by(f"-{at}", "-pk")
    if cursor is None:
        return ordered
    if place != cursor.place:
        return ordered.filter(**{f"{at}__{'lte' if place > cursor.place else 'lt'}": cursor.at})
    try:
        key: Any = rows.model._meta.pk.to_python(cursor.key)
    except ValidationError:
        return ordered
    return ordered.filter(Q(**{f"{at}__lt": cursor.at}) | Q(**{at: cursor.at, "pk__lt": key}))


def newest(rows: QuerySet[Row], at: str, after: str, *, most: int) -> Slice[Row]:
    """One page of a list, the newest first; one query."""
    found = list(older(rows, at, read(after))[: most + 1])
    more = len(found) > most
    last = found[most - 1] if more else None
    return Slice(found[:most], str(Cursor(getattr(last, at), str(last.pk))) if last else "")
