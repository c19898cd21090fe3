"""Finds the rows of a holding that belong to a subject, by index, as a queryset or as SQL to build statements on."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.expressions import RawSQL

from privacy.data_map.routes import Route, routes

if TYPE_CHECKING:
    from privacy.data_map.declarations import Holding
    from privacy.data_map.subject import Subject

quote = connection.ops.quote_name


def rows(holding: type[Holding], subject: Subject) -> QuerySet[Model]:
    """The subject's rows of a holding, each once, past every manager's filter; lazy, so in the caller's transaction."""
    sql, params = pk_sql(holding, subject)
    return holding.model()._base_manager.filter(pk__in=RawSQL(sql, params))


def pk_sql(holding: type[Holding], subject: Subject) -> tuple[str, list[Any]]:
    """`SELECT` of the primary keys of the subject's rows, each once, and its parameters; usable as a subquery."""
    return select_sql(holding, subject, quote(_pk(holding)))


def select_sql(
    holding: type[Holding],
    subject: Subject,
    *columns: str,
    where: str = "",
    where_params: tuple[Any, ...] = (),
    limit: int | None = None,
) -> tuple[str, list[Any]]:
    """`SELECT` of quoted columns (or `ctid`) of the subject's rows, narrowed by the condition `where`.

    `where` names columns as `{t}."column"`, for unqualified names are ambiguous where a path joins. Raises BrokenPath
    for a path that leads nowhere.
    """
    kinds = {kind for kind, _path in holding.paths()}
    values = {kind: [str(value) for value in subject.values(kind)] for kind in kinds}
    used = tuple(sorted(kind for kind in kinds if values[kind]))
    sql, order = _template(holding, used, columns, where)  # type: ignore[arg-type]
    params: list[Any] = []
    for kind in order:
        params += [values[kind]] if kind else where_params
    if limit is not None:
        sql, params = f"{sql} LIMIT %s", [*params, limit]
    return sql, params


@lru_cache(maxsize=1024)
def _template(
    holding: type[Holding], used: tuple[str, ...], columns: tuple[str, ...], where: str
) -> tuple[str, tuple[str, ...]]:
    """The statement, the same for every subject, and what fills it: kinds of identifiers, "" for the condition's."""
    table = quote(holding.model()._meta.db_table)
    picked = ", ".join(f"{table}.{column}" for column in columns)
    narrowed = f" AND ({where.format(t=table)})" if where else ""
    ways = [way for way in routes(holding) if way.kind in used]
    near = [way for way in ways if not way.hops]
    far = [way for way in ways if way.hops]
    parts, order = [], []
    if near:
        match = " OR ".join(_match(way, table) for way in near)
        parts.append(f"SELECT {picked} FROM {table} WHERE ({match}){narrowed}")
        order += [*(way.kind for way in near), ""]
    for way in far:
        parts.append(_joined(way, table, picked) + narrowed)
        order += [way.kind, ""]
    nothing = f"SELECT {picked} FROM {table} WHERE false"
    return " UNION ".join(parts) or nothing, tuple(order)


def _match(way: Route, alias: str) -> str:
    return f"{alias}.{quote(way.column)} = ANY(%s::{way.array_type})"


def _joined(way: Route, table: str, picked: str) -> str:
    joins, here = [], table
    for number, hop in enumerate(way.hops, start=1):
        there = f"h{number}"
        joins.append(
            f"JOIN {quote(hop.to_table)} {there} ON {there}.{quote(hop.to_column)} = {here}.{quote(hop.column)}"
        )
        here = there
    distinct = "DISTINCT " if any(hop.many for hop in way.hops) else ""
    return f"SELECT {distinct}{picked} FROM {table} {' '.join(joins)} WHERE {_match(way, here)}"


def _pk(holding: type[Holding]) -> str:
    return str(holding.model()._meta.pk.column)
