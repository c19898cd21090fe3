"""Copies a person's rows out of one snapshot of the database, by PostgreSQL itself: no row becomes a Python object.

Each holding is read by `COPY (SELECT …) TO STDOUT`, once as JSON lines and once as CSV. All of it happens in one
REPEATABLE READ READ ONLY transaction on a connection of its own, so that the package shows one moment.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

from privacy.data_map import reach
from privacy.data_map.declarations import Holding
from privacy.data_map.subject import Subject
from privacy.package.archive import GATHER_BYTES
from privacy.package.columns import Column, csv_fields, json_fields, source_columns
from privacy.package.redactions import RedactedColumn, Why

# JSON escapes control characters itself, so with these two as quote and delimiter COPY passes it through untouched;
# its text format would double every backslash.
AS_JSON = r"(FORMAT csv, QUOTE e'\x01', DELIMITER e'\x02')"
AS_CSV = "(FORMAT csv, HEADER true)"
# Spreadsheets need the mark to see that a file is UTF-8.
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

BEGIN_SNAPSHOT = (
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL TIME ZONE 'UTC'; "
    "SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL intervalstyle = 'iso_8601'; SET LOCAL bytea_output = 'hex'; "
    # Both passes over a table must meet its rows in the same order.
    "SET LOCAL synchronize_seqscans = off"
)

# Rows kept for the readable pages, whatever their size: memory stays flat.
KEPT_BYTES = 1024 * 1024

Write = Callable[[bytes], object]
Meanwhile = Callable[[], None]


def nothing() -> None:
    """What there is to do meanwhile, if nobody says otherwise."""


class Snapshot:
    """One moment of the database; get one from `open_snapshot`."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    def copy_json(
        self, columns: tuple[Column, ...], source: str, write: Write, *, keep: int = 0, meanwhile: Meanwhile = nothing
    ) -> tuple[int, list[bytes]]:
        """Write the rows as lines of JSON; returns how many there were, and the first `keep` lines (at most 1 MB).

        `meanwhile` is called after the first row and every 256 KB, when PostgreSQL is at work on the next.
        """
        kept: list[bytes] = []
        room = KEPT_BYTES

        def flush(lines: list[bytes]) -> None:
            nonlocal room
            for line in lines if room > 0 and len(kept) < keep else ():
                if room <= 0 or len(kept) == keep:
                    break
                kept.append(line)
                room -= len(line)
            write(b"".join(lines))

        rows = select(json_fields(columns), source)
        sql = f"COPY ({select('row_to_json(line)', rows, 'line')}) TO STDOUT {AS_JSON}"
        return self._copy(sql, flush, meanwhile), kept

    def copy_csv(
        self, columns: tuple[Column, ...], source: str, write: Write, *, meanwhile: Meanwhile = nothing
    ) -> int:
        """Write the rows as CSV (RFC 4180: header, lines end with CR LF); returns how many there were."""
        write(BYTE_ORDER_MARK)

        def flush(lines: list[bytes]) -> None:
            # PostgreSQL hands over one row at a time and ends it with a bare line feed.
            write(b"\r\n".join([line[:-1] for line in lines]) + b"\r\n")

        return self._copy(f"COPY ({select(csv_fields(columns), source)}) TO STDOUT {AS_CSV}", flush, meanwhile)

    def source(self, holding: type[Holding], subject: Subject) -> str:
        """SQL that selects the exported columns of exactly the subject's rows, each row once."""
        # With the primary key among the columns, rows that look alike are never melted into one where paths meet.
        sql, params = reach.select_sql(holding, subject, *source_columns(holding))
        return str(self._cursor.mogrify(sql, params).decode("utf-8"))

    def count(self, source: str) -> int:
        """How many rows there are."""
        self._cursor.execute(select("count(*)", source))
        return int(self._cursor.fetchone()[0])

    def other_people(self, columns: tuple[Column, ...], source: str) -> int:
        """How many values were replaced because they are another person's."""
        conditions = [column.other_people_sql() for column in columns if column.rule.third_person]
        if not conditions:
            return 0
        total = " + ".join(f"count(*) FILTER (WHERE {condition})" for condition in conditions)
        self._cursor.execute(select(total, source))
        return int(self._cursor.fetchone()[0])

    def left_out(self, columns: tuple[Column, ...], source: str) -> dict[Why, int]:
        """Of how many values something is left out, for each reason; nothing is asked where none can be."""
        made = (column for column in columns if isinstance(column, RedactedColumn))
        asked = [(why, condition) for column in made for why, condition in column.left_out_sql().items()]
        if not asked:
            return {}
        self._cursor.execute(select(", ".join(f"count(*) FILTER (WHERE {one})" for _why, one in asked), source))
        found: dict[Why, int] = {}
        for (why, _condition), count in zip(asked, self._cursor.fetchone(), strict=True):
            found[why] = found.get(why, 0) + int(count)
        return {why: count for why, count in found.items() if count}

    def _copy(self, sql: str, flush: Callable[[list[bytes]], None], meanwhile: Meanwhile) -> int:
        lines: list[bytes] = []
        waiting = GATHER_BYTES  # so the first row goes out alone: PostgreSQL makes the next meanwhile

        def write(line: bytes) -> None:
            # Called once per row: the shortest path there is.
            nonlocal waiting
            lines.append(line)
            waiting += len(line)
            if waiting >= GATHER_BYTES:
                flush(lines)
                lines.clear()
                waiting = 0
                meanwhile()

        self._cursor.copy_expert(sql, SimpleNamespace(write=write))
        if lines:
            flush(lines)
        return int(self._cursor.rowcount)


def select(what: str, source: str, name: str = "r") -> str:
    """`SELECT` of expressions over a subquery; names come from the models, values are bound before (`source`)."""
    return f"SELECT {what} FROM ({source}) {name}"


@contextmanager
def open_snapshot() -> Iterator[Snapshot]:
    """A read-only snapshot on a connection of its own with the settings of the default one; closed at the end.

    The caller's own transaction, if it has one, is neither seen nor touched.
    """
    connection = connections[DEFAULT_DB_ALIAS].copy()
    try:
        connection.ensure_connection()
        # The driver's own cursor: COPY is not something that Django's wrappers know.
        with connection.connection.cursor() as cursor:
            cursor.execute(BEGIN_SNAPSHOT)
            yield Snapshot(cursor)
            cursor.execute("COMMIT")
    finally:
        connection.close()
