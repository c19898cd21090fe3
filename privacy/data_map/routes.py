"""Follows a declared path through the models to the tables and columns it means."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldDoesNotExist, FieldError
from django.db import connection, models
from django.db.models.sql import Query

if TYPE_CHECKING:
    from privacy.data_map.declarations import Holding


class BrokenPath(Exception):
    """A declared path does not lead from its model to a column."""


@dataclass(frozen=True)
class Hop:
    """One join of a path: from `column` of `table` to `to_column` of `to_table`."""

    table: str
    column: str
    to_table: str
    to_column: str
    to_model: type[models.Model]
    many: bool


@dataclass(frozen=True)
class Route:
    """Where a path ends: the joins it takes, and the column whose value is compared with the identifiers."""

    kind: str
    hops: tuple[Hop, ...]
    model: type[models.Model]
    field: Any
    column: str

    @property
    def table(self) -> str:
        """The table that the last column belongs to."""
        return str(self.model._meta.db_table)

    @property
    def type(self) -> str:
        """The PostgreSQL type of the identifiers; text without a length, which would cut values short."""
        declared = str(self.field.rel_db_type(connection)).split("(")[0]
        return "text" if declared in {"varchar", "char", "text"} else declared

    def looked_up(self) -> Iterator[tuple[str, str]]:
        """Every (table, column) that is searched when the route is walked from the identifier back to the rows."""
        yield self.table, self.column
        for hop in self.hops:
            yield hop.table, hop.column


@lru_cache(maxsize=1024)
def route(model: type[models.Model], kind: str, path: str) -> Route:
    """The route of one path; raises BrokenPath if it does not lead to a single concrete column."""
    try:
        infos, _final, targets, rest = Query(model).names_to_path(path.split("__"), model._meta, fail_on_missing=True)
    except (FieldError, FieldDoesNotExist) as error:
        raise BrokenPath(str(error)) from error
    if rest or len(targets) != 1 or not getattr(targets[0], "column", None):
        raise BrokenPath(f"{path} does not end at one column")
    hops = [_hop(info) for info in infos]
    column_field: Any = targets[0]
    # The last join is not needed when what is compared is the very key that it joins on.
    if hops and infos[-1].direct and hops[-1].to_column == column_field.column:
        column_field = infos[-1].join_field
        hops.pop()
    owner = column_field.model
    return Route(kind, tuple(hops), owner, column_field, column_field.column)


def routes(holding: "type[Holding]") -> list[Route]:
    """Every route of a holding; raises BrokenPath."""
    return [route(holding.model(), kind, path) for kind, path in holding.paths()]


def _hop(info: Any) -> Hop:
    here, there = info.join_field.get_joining_fields()[0]
    return Hop(
        table=info.from_opts.db_table,
        column=here.column,
        to_table=info.to_opts.db_table,
        to_column=there.column,
        to_model=info.to_opts.model,
        many=info.m2m,
    )
