"""Goes through a table by its key, a bounded number of rows in a transaction each, so that a death costs one batch."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, models, transaction

BATCH = 500
# So long a batch waits for a table that others write to, so often it tries again; between the tries they go on.
LOCK_SECONDS = 2
TRIES = 30
# What the server says, in whatever language, when others were in the way: a lock not had in time, two that could not
# both be right, two that waited for each other.
IN_THE_WAY = frozenset({"55P03", "40001", "40P01"})

Work = Callable[[Sequence[Any]], int]


def in_batches(rows: models.QuerySet[Any], work: Work, *, size: int = BATCH) -> int:
    """Give `work` the rows, locked, by key and batch by batch; returns the sum of what it says.

    Each batch is a transaction of its own. What comes meanwhile behind the place where we are is seen, before it not:
    whoever must have all of it goes through it again until nothing is left.
    """
    total, after = 0, None
    while batch := _keys(rows, after, size):
        total += _patiently(rows, batch, work)
        after = batch[-1]
    return total


def _keys(rows: models.QuerySet[Any], after: Any, size: int) -> list[Any]:
    found = rows.order_by("pk").values_list("pk", flat=True)
    return list((found if after is None else found.filter(pk__gt=after))[:size])


def _patiently(rows: models.QuerySet[Any], keys: Sequence[Any], work: Work) -> int:
    for left in reversed(range(TRIES)):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{LOCK_SECONDS}s"])
                return work(list(rows.filter(pk__in=keys).select_for_update(of=("self",)).order_by("pk")))
        except OperationalError as error:
            if not left or getattr(error.__cause__, "pgcode", "") not in IN_THE_WAY:
                raise
            time.sleep(LOCK_SECONDS / 4)
    raise AssertionError("unreachable: the last try raises")


@contextmanager
def without_triggers(model: type[models.Model]) -> Iterator[None]:
    """Within the caller's transaction: let what the table's triggers hold fast be written under another key.

    Only the owner of the table may. Others wait for the end of the transaction, for nobody is to write meanwhile what
    the triggers would refuse; whatever ends it, the triggers are back.
    """
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = to_regclass(%s) AND NOT tgisinternal)", [table]
        )
        if not cursor.fetchone()[0]:
            yield
            return
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
