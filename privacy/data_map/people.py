"""Whose data rows of some holdings are, found set-based over their declared paths: how many people, and who."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from privacy.data_map.reach import quote
from privacy.data_map.registry import Registry, registry
from privacy.data_map.routes import Route, routes

if TYPE_CHECKING:
    from privacy.data_map.declarations import Holding

# People who can be written to are reached by their account or by an address.
_COLUMNS = {"user": "{column}::uuid, NULL::text", "email": "NULL::uuid, lower({column}::text)"}


@dataclass(frozen=True)
class Concerned:
    """One person: by account, or by address where no account has confirmed it; and of which holdings, by slug.

    `key` orders people and stays the same.
    """

    key: str
    user_id: UUID | None
    email: str
    slugs: tuple[str, ...]


@dataclass(frozen=True)
class Counts:
    """How many people in all, and by holding how many people and records there are; records may be nobody's."""

    people: int
    by_holding: dict[str, tuple[int, int]]

    @property
    def records(self) -> int:
        """All records together."""
        return sum(records for _people, records in self.by_holding.values())


def counted(slugs: Collection[str], only: Sequence[str] | None = None, declared: Registry = registry) -> Counts:
    """Count the people and records of these holdings now; `only` narrows it to the keys of some people. Two queries.

    A person with several accounts' addresses counts once, by the account that has confirmed them.
    """
    found, params = _found(slugs, declared)
    if not found:
        return Counts(0, {})
    narrowed = " WHERE key = ANY(%s)" if only is not None else ""
    more = [list(only)] if only is not None else []
    with connection.cursor() as cursor:
        cursor.execute(
            f"{found} SELECT slug, count(DISTINCT key), count(DISTINCT row) FROM known{narrowed}"
            " GROUP BY GROUPING SETS ((slug), ())",
            [*params, *more],
        )
        rows = cursor.fetchall()
    people = next((count for slug, count, _records in rows if slug is None), 0)
    by_holding = {slug: (count, records) for slug, count, records in rows if slug is not None}
    whole = _records(slugs, declared) if only is None else {}
    # A record that leads to nobody is one all the same.
    return Counts(
        people,
        {
            slug: (by_holding.get(slug, (0, 0))[0], whole.get(slug, by_holding.get(slug, (0, 0))[1]))
            for slug in sorted(slugs)
        },
    )


def some(
    slugs: Collection[str], after: str, limit: int, only: Sequence[str] | None = None, declared: Registry = registry
) -> list[Concerned]:
    """Up to so many people of these holdings in the order of their keys, from after a key; one query."""
    found, params = _found(slugs, declared)
    if not found:
        return []
    narrowed = " AND key = ANY(%s)" if only is not None else ""
    more = [list(only)] if only is not None else []
    with connection.cursor() as cursor:
        cursor.execute(
            f"{found} SELECT key, max(user_id::text), max(email), array_agg(DISTINCT slug ORDER BY slug) FROM known"
            f" WHERE key > %s{narrowed} GROUP BY key ORDER BY key LIMIT %s",
            [*params, after, *more, limit],
        )
        return [
            Concerned(key, UUID(user_id) if user_id else None, email or "", tuple(of))
            for key, user_id, email, of in cursor.fetchall()
        ]


def key_of(user_id: UUID | None, email: str) -> str:
    """The key of a person: by account where there is one."""
    return f"u:{user_id}" if user_id else f"e:{email}"


def languages_of(emails: Collection[str], declared: Registry = registry) -> dict[str, str]:
    """In which language somebody at each of these addresses wrote to us, where a row says so; a query a holding."""
    found: dict[str, str] = {}
    for holding in declared.holdings.values() if emails else ():
        rows = holding.model()._base_manager.order_by("pk")
        named = {field.name for field in holding.model()._meta.concrete_fields}
        for way in routes(holding) if "language" in named else ():
            if way.kind == "email" and not way.hops:
                wanted = rows.filter(**{f"{way.field.attname}__in": emails}).exclude(language="")
                found.update(wanted.values_list(way.field.attname, "language"))
    return found


def _found(slugs: Collection[str], declared: Registry) -> tuple[str, list[Any]]:
    """The beginning of a statement with `known`: slug, row, account or address, and key of each reach."""
    holdings = [one for one in map(declared.holding_named, sorted(slugs)) if one is not None]
    parts = [part for holding in holdings for part in _reaches(holding)]
    if not parts:
        return "", []
    accounts, params = _accounts(declared)
    known = (
        "known AS (SELECT found.slug, found.row, coalesce(found.user_id, account.user_id) AS user_id,"
        " CASE WHEN coalesce(found.user_id, account.user_id) IS NULL THEN found.email END AS email,"
        " coalesce('u:' || coalesce(found.user_id, account.user_id)::text, 'e:' || found.email) COLLATE \"C\" AS key"
        f" FROM found LEFT JOIN ({accounts}) account ON account.email = found.email)"
    )
    return f"WITH found AS ({' UNION ALL '.join(parts)}), {known}", params


def _reaches(holding: type[Holding]) -> Iterator[str]:
    """A SELECT for each path that leads to an account or an address."""
    table = quote(holding.model()._meta.db_table)
    pk = quote(str(holding.model()._meta.pk.column))
    for way in routes(holding):
        if way.kind in _COLUMNS:
            joins, here = _joins(way, table)
            column = f"{here}.{quote(way.column)}"
            given = f"{column} IS NOT NULL" + (f" AND {column}::text <> ''" if way.kind == "email" else "")
            told = _COLUMNS[way.kind].format(column=column)
            label = f"'{holding.slug()}'::text AS slug, '{holding.slug()}:' || {table}.{pk}::text AS row"
            user, email = told.split(", ", 1)
            yield f"SELECT {label}, {user} AS user_id, {email} AS email FROM {table} {joins} WHERE {given}"


def _joins(way: Route, table: str) -> tuple[str, str]:
    joins, here = [], table
    for number, hop in enumerate(way.hops, start=1):
        there = f"h{number}"
        joins.append(
            f"JOIN {quote(hop.to_table)} {there} ON {there}.{quote(hop.to_column)} = {here}.{quote(hop.column)}"
        )
        here = there
    return " ".join(joins), here


def _accounts(declared: Registry) -> tuple[str, list[Any]]:
    """Which account has confirmed which address, as a SELECT of email and user_id."""
    for holding in declared.holdings.values():
        for name in holding.identifying("email") if holding.opens_account else ():
            rows = holding.model()._base_manager.filter(**holding.identified_when).order_by()
            sql, params = rows.values_list(name, dict(holding.paths())["user"]).query.sql_with_params()
            return f"SELECT * FROM ({sql}) opened (email, user_id)", list(params)
    return "SELECT NULL::text AS email, NULL::uuid AS user_id WHERE false", []


def _records(slugs: Collection[str], declared: Registry) -> dict[str, int]:
    holdings = [one for one in map(declared.holding_named, sorted(slugs)) if one is not None]
    each = [f"SELECT '{one.slug()}', count(*) FROM {quote(one.model()._meta.db_table)}" for one in holdings]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(each))
        return dict(cursor.fetchall())
