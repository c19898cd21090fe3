"""Deletes rows whose term is over, a bounded batch in a transaction, and says which stay and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection, models, transaction
from django.db.models import QuerySet

from privacy.data_map.reach import quote
from privacy.data_map.registry import Registry
from privacy.data_map.relations import references_to
from privacy.data_map.stores import FileStore
from privacy.retention import keepers
from privacy.retention.enforcers import NOTED_AT_ONCE, note_of
from privacy.retention.rules import Rule
from privacy.vocabulary import KeptBackBy

# So many rows go in each transaction where rows are gone through by keys; of a span so many at least.
BATCH = 5_000
# Whoever works with a row at this moment is not waited for: it comes again in the next pass.
LOCK_TIMEOUT_MS = 250
_IDS = "retention_ids"


@dataclass
class Taken:
    """What became of a batch: how many rows went, and which stay for which reason."""

    deleted: int = 0
    kept: dict[Any, KeptBackBy] = field(default_factory=dict)


def batch_size(rule: Rule) -> int:
    """How many rows of this rule go in one transaction, to begin with."""
    return NOTED_AT_ONCE if note_of(rule) else BATCH


def goes_as_it_is(rule: Rule) -> bool:
    """Whether rows go by their instants, without being looked at one by one, while nobody keeps any back."""
    return rule.is_plain and note_of(rule) is None


def take(rule: Rule, now: datetime, keys: Sequence[Any]) -> Taken:
    """Delete those of the rows that are still over and that nobody keeps back; in the caller's transaction.

    Raises OperationalError (a lock that was not to be had in LOCK_TIMEOUT_MS) with nothing deleted. Safe to repeat.
    """
    with connection.cursor() as cursor:
        # Nobody waits for the disk: a batch that a power cut takes back, with its count, is over still and goes again.
        # The run's end does wait, and what was written before it is on the disk then.
        cursor.execute(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}; SET LOCAL synchronous_commit = off")
    # Locked and looked at again in one statement: a row that somebody changed meanwhile may no longer be over.
    found = list(rule.over(now).filter(pk__in=keys).select_for_update(of=("self",)).values_list("pk", flat=True))
    kept = keepers.kept_back(rule, found)
    going = [key for key in found if key not in kept]
    if going:
        _note(rule, going)
        _delete(rule, going)
    return Taken(len(going), kept)


def batches(rows: QuerySet[Any], size: int) -> Iterator[Sequence[Any]]:
    """The keys of these rows from one look at the table, `size` at a time.

    The list lies with the database, so no transaction stays open while it is worked off and no memory grows here.
    """
    sql, params = rows.values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"DECLARE {_IDS} NO SCROLL CURSOR WITH HOLD FOR {sql}", params)
        try:
            while True:
                cursor.execute(f"FETCH {size} FROM {_IDS}")
                found = cursor.fetchall()
                if not found:
                    return
                yield [row[0] for row in found]
        finally:
            # A connection that broke in between took the list along.
            if connection.is_usable():
                cursor.execute(f"CLOSE {_IDS}")


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
