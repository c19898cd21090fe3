"""Erases a subject's rows, holding by holding, in bounded batches of one set-based statement each (Art. 17)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db import connection, models, transaction

from privacy.data_map.declarations import Erase, blanked_parts
from privacy.data_map.plan import counts_of
from privacy.data_map.reach import condition_sql, quote, select_sql
from privacy.data_map.registry import Registry, registry
from privacy.data_map.relations import Reference, erase_order, goes, references_to

if TYPE_CHECKING:
    from privacy.data_map.declarations import Holding
    from privacy.data_map.subject import Subject

BATCH = 20_000

__all__ = ["BATCH", "erase_all", "erase_batch", "erase_order"]


def erase_batch(holding: type[Holding], subject: Subject, limit: int = BATCH, *, expected: int | None = None) -> int:
    """Erase about `limit` of the subject's rows, set-based; returns how many rows it touched.

    Runs inside the caller's transaction. `expected` is how many rows there were when they were counted (see
    `privacy.data_map.plan.counts_of`): up to `limit` they go in one statement without a bound, as quick as one written
    by hand. Fewer than `limit` touched means that nothing is left. Safe to run again: what is deleted or blank is not
    touched twice. Rows are deleted, or their fields blanked, as the holding declares; a holding that is kept touches
    none.
    """
    bounded = expected is None or expected > limit
    if holding.erase is Erase.DELETE_ROW:
        return _delete(holding, subject, limit, bounded=bounded)
    if holding.erase is Erase.MASK_FIELDS:
        parts = blanked_parts(holding)  # type: ignore[arg-type]
        return sum([_mask(part, subject, limit, bounded=bounded) for part in parts])
    return 0


def erase_all(
    subject: Subject, *, spared: Collection[str] = (), declared: Registry = registry, limit: int = BATCH
) -> dict[str, int]:
    """Erase every holding in order but the spared ones, in one transaction; returns the rows touched per slug.

    For tests and small tools: the work on a request goes through its job. Stores are not touched.
    """
    touched: dict[str, int] = {}
    with transaction.atomic():
        order = [holding for holding in erase_order(declared) if holding.slug() not in spared]
        expected = counts_of(subject, order)
        for holding in order:
            slug, count = holding.slug(), limit
            touched[slug] = 0
            while count >= limit:
                count = erase_batch(holding, subject, limit, expected=expected[slug])
                touched[slug] += count
    return touched


def _mask(holding: type[Holding], subject: Subject, limit: int, *, bounded: bool) -> int:
    table, assignments, values, unmasked = _mask_parts(holding)  # type: ignore[arg-type]
    if not assignments:
        return 0
    change = Change(f"UPDATE {table} SET {assignments}", values, {"where": unmasked, "where_params": values})
    return _apply(change, holding, subject, limit if bounded else None)


@dataclass(frozen=True)
class Change:
    """An UPDATE or DELETE without its condition, its parameters, and what narrows the rows that it is for."""

    sql: str
    params: tuple[Any, ...] = ()
    narrowed: Mapping[str, Any] = field(default_factory=dict)


def _apply(change: Change, holding: type[Holding], subject: Subject, limit: int | None) -> int:
    """Apply the change to all of the subject's rows, or to the first `limit` by physical address.

    A row that someone else changes at that very moment moves to another address and would be passed over. So a batch
    that comes out short is followed by the statement without a bound, which waits for the other one.
    """
    touched = 0
    with connection.cursor() as cursor:
        if limit is not None:
            found, params = select_sql(holding, subject, "ctid", limit=limit, **change.narrowed)
            cursor.execute(f"{change.sql} WHERE ctid = ANY(ARRAY({found}))", [*change.params, *params])
            touched = cursor.rowcount
        if limit is None or touched < limit:
            match, params = condition_sql(holding, subject, **change.narrowed)
            cursor.execute(f"{change.sql} WHERE {match}", [*change.params, *params])
            touched += cursor.rowcount
    return touched


@lru_cache(maxsize=256)
def _mask_parts(holding: type[Holding]) -> tuple[str, str, tuple[Any, ...], str]:
    """Table, `SET` list, its parameters, and the condition that a row is not blank yet (same parameters)."""
    model = holding.model()
    pk = quote(_pk(model))
    assignments, values, unmasked = [], [], []
    for name, rule in holding.blanked():
        column = quote(str(model._meta.get_field(name).column))  # type: ignore[union-attr]
        blank = "%s"
        if rule.mask_to is not None and "{pk}" in rule.mask_to:
            blank = f"replace(%s, '{{pk}}', {pk}::text)"
        assignments.append(f"{column} = {blank}")
        values.append(rule.mask_to)
        qualified = blank.replace(pk, f"{{t}}.{pk}").replace("'{pk}'", "'{{pk}}'")
        unmasked.append(f"{{t}}.{column} IS DISTINCT FROM {qualified}")
    return quote(model._meta.db_table), ", ".join(assignments), tuple(values), " OR ".join(unmasked)


def _delete(holding: type[Holding], subject: Subject, limit: int, *, bounded: bool) -> int:
    table, keys, hangers_on = _delete_parts(holding)  # type: ignore[arg-type]
    if not hangers_on:
        return _apply(Change(f"DELETE FROM {table}"), holding, subject, limit if bounded else None)
    found, params = select_sql(holding, subject, *keys, limit=limit)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH d0 AS MATERIALIZED ({found}), {hangers_on},"
            f" gone AS (DELETE FROM {table} WHERE {keys[0]} IN (SELECT {keys[0]} FROM d0) RETURNING 1)"
            " SELECT count(*) FROM gone",
            params,
        )
        return int(cursor.fetchone()[0])


@lru_cache(maxsize=256)
def _delete_parts(holding: type[Holding]) -> tuple[str, tuple[str, ...], str]:
    """Table, the keys that others point at, and the CTEs that settle those others in the same statement.

    Declared children go with their parent and nullable references from rows that stay are cleared. Children were erased
    before; here it is for rows that came in between, which would make the deferred foreign keys refuse the commit.
    """
    model, declared = holding.model(), holding.registry
    steps: list[str] = []
    _settle(model, "d0", declared, steps, (model,))
    return quote(model._meta.db_table), _keys(model, declared), ", ".join(steps)


def _settle(
    model: type[models.Model],
    doomed: str,
    declared: Registry,
    steps: list[str],
    above: tuple[type[models.Model], ...],
) -> None:
    for reference in references_to(model, declared):
        if not reference.enforced and reference.on_delete is models.DO_NOTHING:
            continue
        match = f"{quote(reference.field.column)} IN (SELECT {quote(reference.target)} FROM {doomed})"
        child = quote(reference.child._meta.db_table)
        name = f"s{len(steps)}"
        if not goes(reference.child, declared) or _clears(reference):
            steps.append(f"{name} AS (UPDATE {child} SET {quote(reference.field.column)} = NULL WHERE {match})")
        elif reference.child not in above:
            keys = ", ".join(_keys(reference.child, declared))
            steps.append(f"{name} AS (DELETE FROM {child} WHERE {match} RETURNING {keys})")
            _settle(reference.child, name, declared, steps, (*above, reference.child))


def _clears(reference: Reference) -> bool:
    return reference.on_delete is models.SET_NULL


def _keys(model: type[models.Model], declared: Registry) -> tuple[str, ...]:
    """The primary key first, then every other column that a foreign key points at."""
    pk = _pk(model)
    targets = {found.target for found in references_to(model, declared)} - {pk}
    return tuple(quote(column) for column in (pk, *sorted(targets)))


def _pk(model: type[models.Model]) -> str:
    return str(model._meta.pk.column)
