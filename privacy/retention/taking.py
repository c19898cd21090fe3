"""Deletes rows whose term is over, a bounded batch in a transaction, and says which stay and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection, models, transaction

from privacy.data_map.reach import quote
from privacy.data_map.registry import Registry
from privacy.data_map.relations import references_to
from privacy.data_map.stores import FileStore
from privacy.retention import keepers
from privacy.retention.enforcers import NOTED_AT_ONCE, note_of
from privacy.retention.rules import Rule
from privacy.vocabulary import KeptBackBy

# So many rows go in one transaction: nearly as quick as all at once, and nobody waits longer than for a few thousand.
BATCH = 5_000
# Whoever works with a row at this moment is not waited for: it comes again in the next pass.
LOCK_TIMEOUT_MS = 250
_IDS = "retention_ids"


@dataclass(frozen=True)
class Batch:
    """Some of the rows that are over: by their keys, or by their places in the table, as PostgreSQL writes a list.

    By places where each row goes as it is: such a list is never read here, which is most of the work otherwise.
    """

    size: int
    keys: Sequence[Any] = ()
    places: str = ""


@dataclass
class Taken:
    """What became of a batch: how many rows went, which stay for which reason, how many must be looked at again."""

    deleted: int = 0
    kept: dict[Any, KeptBackBy] = field(default_factory=dict)
    again: int = 0


def batch_size(rule: Rule) -> int:
    """How many rows of this rule go in one transaction."""
    return NOTED_AT_ONCE if note_of(rule) else BATCH


def batches(rule: Rule, now: datetime, size: int) -> Iterator[Batch]:
    """Everything that is over at `now`, in batches, from one look at the table.

    The list lies with the database, so no transaction stays open while it is worked off and no memory grows here.
    """
    if _as_it_is(rule):
        table, after = quote(rule.model._meta.db_table), quote(rule.way.column)
        numbered = f"SELECT ctid, (row_number() OVER () - 1) / {size} AS part FROM {table} WHERE {after} < %s"
        listed = f"SELECT count(*), array_agg(ctid)::text FROM ({numbered}) found GROUP BY part ORDER BY part"
        for rows in _fetched(listed, [rule.cut(now)], 1):
            yield Batch(rows[0][0], places=rows[0][1])
        return
    sql, params = rule.over(now).values("pk").query.sql_with_params()
    for rows in _fetched(sql, params, size):
        yield Batch(len(rows), [row[0] for row in rows])


def take(rule: Rule, now: datetime, batch: Batch) -> Taken:
    """Delete those of the rows that are still over and that nobody keeps back; in the caller's transaction.

    Raises OperationalError (a lock that was not to be had in LOCK_TIMEOUT_MS) with nothing deleted. Safe to repeat.
    """
    with connection.cursor() as cursor:
        # Nobody waits for the disk: a batch that a power cut takes back, with its count, is over still and goes again.
        # The run's end does wait, and what was written before it is on the disk then.
        cursor.execute(
            "SELECT set_config('lock_timeout', %s, true), set_config('synchronous_commit', 'off', true)",
            [str(LOCK_TIMEOUT_MS)],
        )
    if batch.places:
        # Since it was listed somebody may have been restricted: then it is listed by keys.
        return Taken(_delete_aged(rule, now, batch.places)) if _as_it_is(rule) else Taken(again=batch.size)
    # Locked and looked at again in one statement: a row that somebody changed meanwhile may no longer be over.
    found = list(rule.over(now).filter(pk__in=batch.keys).select_for_update(of=("self",)).values_list("pk", flat=True))
    kept = keepers.kept_back(rule, found)
    going = [key for key in found if key not in kept]
    if going:
        _note(rule, going)
        _delete(rule, going)
    return Taken(len(going), kept)


def _as_it_is(rule: Rule) -> bool:
    """Whether rows go without being looked at one by one."""
    return rule.is_plain and note_of(rule) is None and not keepers.any_in_force(rule)


def _fetched(sql: str, params: Sequence[Any], at_once: int) -> Iterator[list[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"DECLARE {_IDS} NO SCROLL CURSOR WITH HOLD FOR {sql}", params)
        try:
            while True:
                cursor.execute(f"FETCH {at_once} FROM {_IDS}")
                rows = cursor.fetchall()
                if not rows:
                    return
                yield rows
        finally:
            # A connection that broke in between took the list along.
            if connection.is_usable():
                cursor.execute(f"CLOSE {_IDS}")


def _delete_aged(rule: Rule, now: datetime, places: str) -> int:
    """By their places, which spares a look into the index for each; a row that has moved since comes again.

    Should another row stand in a place by now, it is over too, or it stays. The places come as a subquery, for given as
    a list the planner would compare each with every row that is over.
    """
    table = quote(rule.model._meta.db_table)
    with connection.cursor() as cursor:
        sql = f"DELETE FROM {table} WHERE ctid = ANY(ARRAY(SELECT unnest(%s::tid[]))) AND {quote(rule.way.column)} < %s"
        cursor.execute(sql, [places, rule.cut(now)])
        return int(cursor.rowcount)


def _note(rule: Rule, keys: Sequence[Any]) -> None:
    _remove_files_later(rule, keys)
    note = note_of(rule)
    if note is not None:
        note(list(rule.model._base_manager.filter(pk__in=keys).order_by("pk")))


def _remove_files_later(rule: Rule, keys: Sequence[Any]) -> None:
    """Once the rows are gone, so are the files that they name."""
    for name, told in rule.holding.rules().items():
        store = rule.holding.registry.stores.get(told.store)
        if isinstance(store, FileStore):
            named = rule.model._base_manager.filter(pk__in=keys).values_list(name, flat=True)
            transaction.on_commit(partial(store.remove, [str(file) for file in named if file]), robust=True)


def _delete(rule: Rule, keys: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        _settle(cursor, rule.model, keys, rule.holding.registry)
        cursor.execute(_delete_sql(rule.model), [list(keys)])


def _settle(cursor: Any, model: type[models.Model], keys: Sequence[Any], declared: Registry) -> None:
    """What hangs on the rows and does not keep them: references become empty, rows that live with them go first."""
    for reference in references_to(model, declared):
        if not reference.enforced:
            continue
        child, column = quote(reference.child._meta.db_table), quote(reference.field.column)
        parent, target = quote(model._meta.db_table), quote(reference.target)
        match = f"{column} IN (SELECT {target} FROM {parent} WHERE {quote(_pk(model))} = ANY(%s))"
        if reference.on_delete is models.SET_NULL:
            cursor.execute(f"UPDATE {child} SET {column} = NULL WHERE {match}", [list(keys)])
        else:
            cursor.execute(f"SELECT {quote(_pk(reference.child))} FROM {child} WHERE {match}", [list(keys)])
            if below := [row[0] for row in cursor.fetchall()]:
                _settle(cursor, reference.child, below, declared)
                cursor.execute(_delete_sql(reference.child), [below])


def _delete_sql(model: type[models.Model]) -> str:
    return f"DELETE FROM {quote(model._meta.db_table)} WHERE {quote(_pk(model))} = ANY(%s)"


def _pk(model: type[models.Model]) -> str:
    return str(model._meta.pk.column)
