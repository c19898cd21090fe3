"""Reads one moment of the database row by row: whatever is written or deleted meanwhile, an export is whole."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

# So many rows come over at a time: memory stays flat whatever the size.
ROWS_AT_ONCE = 2_000


class Moment:
    """A REPEATABLE READ READ ONLY transaction on a connection of its own; get one from `one_moment`."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def rows(self, sql: str, params: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, a few at a time by a cursor in the server."""
        with self._connection.cursor(name="register") as cursor:
            cursor.itersize = ROWS_AT_ONCE
            cursor.execute(sql, params)
            yield from cursor


@contextmanager
def one_moment() -> Iterator[Moment]:
    """The database as it is now, until the end of the block; the caller's own transaction is neither seen nor touched.

    A row that is deleted meanwhile is in it or not, in the rows as in every count of them.
    """
    connection = connections[DEFAULT_DB_ALIAS].copy()
    try:
        connection.ensure_connection()
        connection.connection.set_session(isolation_level="REPEATABLE READ", readonly=True, autocommit=False)
        yield Moment(connection.connection)
    finally:
        connection.close()
