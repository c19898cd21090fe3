"""Finds the rows of a holding that belong to a subject, by index, as a queryset or as SQL to build statements on."""

from __future__ import annotations

import re
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

# A UUID; a visitor may be known by other references too, such as that of a letter.
NUMBER = re.compile(r"[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", re.IGNORECASE)

# Which kinds of identifiers a statement uses, and whether each stands for more than one value.
Used = tuple[tuple[str, bool], ...]


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
    sql, order = _select(holding, _used(holding, subject), columns, where)  # type: ignore[arg-type]
    params = _filled(holding, order, subject, where_params)
    if limit is not None:
        sql, params = f"{sql} LIMIT %s", [*params, limit]
    return sql, params


def condition_sql(
    holding: type[Holding], subject: Subject, *, where: str = "", where_params: tuple[Any, ...] = ()
) -> tuple[str, list[Any]]:
    """The condition, for an UPDATE or DELETE of the holding's own table, that a row is the subject's and `where` holds.

    PostgreSQL asks it again of a row that was changed while the statement waited for it.
    """
    sql, order = _condition(holding, _used(holding, subject), where)  # type: ignore[arg-type]
    return sql, _filled(holding, order, subject, where_params)


def _used(holding: type[Holding], subject: Subject) -> Used:
    """The kinds of identifiers that the holding is reached by and the subject has, and whether it has more than one."""
    counts = {kind: len(_values(holding, subject, kind)) for kind, _path in holding.paths()}
    return tuple((kind, count > 1) for kind, count in sorted(counts.items()) if count)


def _values(holding: type[Holding], subject: Subject, kind: str) -> list[str]:
    """The subject's identifiers of a kind as texts; where numbers are looked up, what is none finds nothing."""
    texts = [str(value) for value in subject.values(kind)]
    return [text for text in texts if NUMBER.fullmatch(text)] if _numbered(holding, kind) else texts  # type: ignore[arg-type]


@lru_cache(maxsize=1024)
def _numbered(holding: type[Holding], kind: str) -> bool:
    """Whether a column that the holding is reached by holds UUIDs; the same for every subject."""
    return any(way.kind == kind and way.type == "uuid" for way in routes(holding))


def _filled(
    holding: type[Holding], order: tuple[str, ...], subject: Subject, where_params: tuple[Any, ...]
) -> list[Any]:
    params: list[Any] = []
    for kind in order:
        if kind:
            texts = _values(holding, subject, kind)
            params.append(texts if len(texts) > 1 else texts[0])
        else:
            params += where_params
    return params


@lru_cache(maxsize=1024)
def _select(holding: type[Holding], used: Used, columns: tuple[str, ...], where: str) -> tuple[str, tuple[str, ...]]:
    """The statement, the same for every subject, and what fills it: kinds of identifiers, "" for the condition's."""
    table = quote(holding.model()._meta.db_table)
    picked = ", ".join(f"{table}.{column}" for column in columns)
    narrowed = f" AND ({where.format(t=table)})" if where else ""
    near, far = _near_and_far(holding, used)
    parts, order = [], []
    if near:
        match = " OR ".join(_match(way, table, used) for way in near)
        parts.append(f"SELECT {picked} FROM {table} WHERE ({match}){narrowed}")
        order += [*(way.kind for way in near), ""]
    for way in far:
        parts.append(_joined(way, table, picked, used) + narrowed)
        order += [way.kind, ""]
    nothing = f"SELECT {picked} FROM {table} WHERE false"
    return " UNION ".join(parts) or nothing, tuple(order)


@lru_cache(maxsize=1024)
def _condition(holding: type[Holding], used: Used, where: str) -> tuple[str, tuple[str, ...]]:
    table = quote(holding.model()._meta.db_table)
    near, far = _near_and_far(holding, used)
    pk = f"{table}.{quote(_pk(holding))}"
    ways = [_match(way, table, used) for way in near] + [f"{pk} IN ({_joined(way, table, pk, used)})" for way in far]
    match = f"({' OR '.join(ways) or 'false'})"
    narrowed = f" AND ({where.format(t=table)})" if where else ""
    return match + narrowed, (*(way.kind for way in [*near, *far]), "")


def _near_and_far(holding: type[Holding], used: Used) -> tuple[list[Route], list[Route]]:
    """The ways that stay within the table, and those that join."""
    ways = [way for way in routes(holding) if way.kind in dict(used)]
    return [way for way in ways if not way.hops], [way for way in ways if way.hops]


def _match(way: Route, alias: str, used: Used) -> str:
    column = f"{alias}.{quote(way.column)}"
    # A single value is planned quicker than a list of one, which counts where the rows are few.
    return f"{column} = ANY(%s::{way.type}[])" if dict(used)[way.kind] else f"{column} = %s::{way.type}"


def _joined(way: Route, table: str, picked: str, used: Used) -> str:
    joins, here = [], table
    for number, hop in enumerate(way.hops, start=1):
        there = f"h{number}"
        joins.append(
            f"JOIN {quote(hop.to_table)} {there} ON {there}.{quote(hop.to_column)} = {here}.{quote(hop.column)}"
        )
        here = there
    distinct = "DISTINCT " if any(hop.many for hop in way.hops) else ""
    return f"SELECT {distinct}{picked} FROM {table} {' '.join(joins)} WHERE {_match(way, here, used)}"


def _pk(holding: type[Holding]) -> str:
    return str(holding.model()._meta.pk.column)
