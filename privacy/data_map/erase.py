"""Erases a subject's rows, holding by holding, in bounded batches of one set-based statement each (Art. 17)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db import connection, models, transaction

from privacy.data_map.declarations import Erase
from privacy.data_map.reach import quote, select_sql
from privacy.data_map.registry import Registry, registry
from privacy.data_map.relations import Reference, erase_order, goes, references_to

if TYPE_CHECKING:
    from privacy.data_map.declarations import Holding
    from privacy.data_map.subject import Subject

BATCH = 20_000

__all__ = ["BATCH", "erase_all", "erase_batch", "erase_order"]


def erase_batch(holding: type[Holding], subject: Subject, limit: int = BATCH) -> int:
    """Erase about `limit` of the subject's rows, set-based; returns how many rows it touched.

    Runs inside the caller's transaction. Fewer than `limit` means that nothing is left, and so does 0. Safe to run
    again: what is deleted or blank is not touched twice. Rows are deleted, or their fields blanked, as the holding
    declares; a holding that is kept touches none.
    """
    if holding.erase is Erase.KEEP_ROW:
        return 0
    if holding.erase is Erase.MASK_FIELDS:
        return _mask(holding, subject, limit)
    return _delete(holding, subject, limit)


def erase_all(subject: Subject, *, declared: Registry = registry, limit: int = BATCH) -> dict[str, int]:
    """Erase every holding in order, in one transaction; returns the rows touched per slug. Stores are not touched."""
    touched: dict[str, int] = {}
    with transaction.atomic():
        for holding in erase_order(declared):
            total = 0
            while True:
                count = erase_batch(holding, subject, limit)
                total += count
                if count < limit:
                    break
            touched[holding.slug()] = total
    return touched


def _mask(holding: type[Holding], subject: Subject, limit: int) -> int:
    table, assignments, values, unmasked = _mask_parts(holding)  # type: ignore[arg-type]
    if not assignments:
        return 0
    change = f"UPDATE {table} SET {assignments}"
    return _change(holding, subject, limit, change, values, where=unmasked, where_params=values)


def _change(
    holding: type[Holding], subject: Subject, limit: int, change: str, values: tuple[Any, ...], **narrowed: Any
) -> int:
    """Apply `change` (an UPDATE or DELETE without its condition) by physical address, the quickest way there is.

    A row that someone else changes at that very moment moves to another address and is passed over. Then, and only
    then, a second statement looks by key, waits for the other one, and changes what it left.
    """
    found, params = select_sql(holding, subject, "ctid", limit=limit, **narrowed)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH privacy_found AS MATERIALIZED ({found}), privacy_done AS"
            f" ({change} WHERE ctid = ANY(ARRAY(SELECT ctid FROM privacy_found)) RETURNING 1)"
            " SELECT (SELECT count(*) FROM privacy_found), (SELECT count(*) FROM privacy_done)",
            [*params, *values],
        )
        there, touched = cursor.fetchone()
        if touched < there:
            pk = quote(_pk(holding.model()))
            found, params = select_sql(holding, subject, pk, limit=limit, **narrowed)
            cursor.execute(f"{change} WHERE {pk} IN ({found})", [*values, *params])
            touched += cursor.rowcount
    return int(touched)


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


def _delete(holding: type[Holding], subject: Subject, limit: int) -> int:
    table, keys, hangers_on = _delete_parts(holding)  # type: ignore[arg-type]
    if not hangers_on:
        return _change(holding, subject, limit, f"DELETE FROM {table}", ())
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
