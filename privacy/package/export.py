"""Copies a person's rows out of one snapshot of the database, by PostgreSQL itself: no row becomes a Python object.

The rows are read by `COPY (SELECT …) TO STDOUT`, once as lines of JSON, of many holdings in one statement, for most
hold nothing of a person and each statement is a wait; and once as CSV, holding by holding. All of it happens in one
REPEATABLE READ READ ONLY transaction on a connection of its own, so that the package shows one moment.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from types import SimpleNamespace
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from psycopg2 import DatabaseError, OperationalError

from privacy.data_map import reach
from privacy.data_map.declarations import Holding
from privacy.data_map.subject import Subject
from privacy.package.archive import SEND_BYTES
from privacy.package.columns import Column, csv_fields, json_fields, source_columns
from privacy.package.redactions import RedactedColumn, Why

# The formats for text look at every byte of a line for what they would have to quote; the binary one does not. Of JSON,
# which escapes by itself, nothing may be quoted anyway.
AS_JSON = "(FORMAT binary)"
# What the binary format writes once at the very beginning and at the very end; and before the JSON of each row: how
# many columns there are, how long the first is, the number of the selection, how long the JSON is.
HEAD_BYTES, END = 19, b"\xff\xff"
NUMBER, JSON = slice(6, 8), slice(12, None)
AS_CSV = "(FORMAT csv, HEADER true)"
# Spreadsheets need the mark to see that a file is UTF-8.
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

BEGIN_SNAPSHOT = (
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL TIME ZONE 'UTC'; "
    "SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL intervalstyle = 'iso_8601'; SET LOCAL bytea_output = 'hex'; "
    # Selections follow one another, and where PostgreSQL goes the same way both passes meet the rows in the same order.
    "SET LOCAL synchronize_seqscans = off; SET LOCAL max_parallel_workers_per_gather = 0; "
    # What is asked once is not worth compiling.
    "SET LOCAL jit = off"
)

Write = Callable[[bytes], object]
Take = Callable[[list[bytes]], object]
Meanwhile = Callable[[], None]


@dataclass(frozen=True)
class Selected:
    """What is read of one holding: its columns, and SQL that selects them of exactly the subject's rows."""

    columns: tuple[Column, ...]
    source: str


def nothing() -> None:
    """What there is to do meanwhile, if nobody says otherwise."""


class Snapshot:
    """One moment of the database; get one from `open_snapshot`."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    def copy_json(
        self,
        wanted: Sequence[Selected],
        turn: Callable[[int], Take],
        *,
        most: int | None = None,
        meanwhile: Meanwhile = nothing,
    ) -> None:
        """Hand over the rows as JSON, one selection after the other, of each `most` at most.

        `turn` is called with the place of a selection when its first row is there, and never for one without rows;
        what it returns takes the rows, some at a time. `meanwhile` is called after the first row of all and every
        64 KB, when PostgreSQL is at work on the next.
        """
        head, last = HEAD_BYTES, b""
        take: Take = len

        def flush(parts: list[bytes]) -> None:
            nonlocal head, last, take
            parts[0] = parts[0][head:]
            head = 0
            if parts[-1] == END:
                parts.pop()
            for number, rows in groupby(parts, key=_number_of) if _are_mixed(parts) else [(parts[0][NUMBER], parts)]:
                if number != last:
                    last, take = number, turn(int.from_bytes(number))
                take([row[JSON] for row in rows])

        if wanted:
            limit = "" if most is None else f" LIMIT {most}"
            parts = [f"({_json_of(number, one)}{limit})" for number, one in enumerate(wanted)]
            self._copy(f"COPY ({' UNION ALL '.join(parts)}) TO STDOUT {AS_JSON}", flush, meanwhile)

    def failing(self, wanted: Sequence[Selected], error: DatabaseError) -> int | None:
        """The place of the selection that fails by itself with the error with which they failed together, if one does.

        An error of the surroundings (a lost connection, a full disk, a cancel) is nobody's. What had been read before
        is of another moment than what is read from here on.
        """
        if isinstance(error, OperationalError):
            return None
        for place, one in enumerate(wanted):
            try:
                self._cursor.execute(f"ROLLBACK; {BEGIN_SNAPSHOT}")
                self.copy_json([one], lambda _place: len)
            except DatabaseError as found:
                return place if found.pgcode == error.pgcode else None
        return None

    def copy_csv(
        self, columns: tuple[Column, ...], source: str, write: Write, *, meanwhile: Meanwhile = nothing
    ) -> int:
        """Write the rows as CSV (RFC 4180: header, lines end with CR LF); returns how many there were.

        `meanwhile` is called as by `copy_json`.
        """
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
        waiting = SEND_BYTES  # so the first row goes out alone: PostgreSQL makes the next meanwhile

        def write(line: bytes) -> None:
            # Called once per row: the shortest path there is.
            nonlocal waiting
            lines.append(line)
            waiting += len(line)
            if waiting >= SEND_BYTES:
                flush(lines)
                lines.clear()
                waiting = 0
                meanwhile()

        self._cursor.copy_expert(sql, SimpleNamespace(write=write))
        if lines:
            flush(lines)
        return int(self._cursor.rowcount)


def _json_of(number: int, one: Selected) -> str:
    rows = select(json_fields(one.columns), one.source)
    return select(f"{number}::int2, row_to_json(line)", rows, "line")


def _number_of(part: bytes) -> bytes:
    return part[NUMBER]


def _are_mixed(parts: list[bytes]) -> bool:
    """Whether rows of more than one selection came together, or none at all."""
    return not parts or parts[0][NUMBER] != parts[-1][NUMBER]


def has_hidden_values(columns: tuple[Column, ...]) -> bool:
    """Whether values may stand there that are replaced, and are to be counted (`other_people`, `left_out`)."""
    return any(column.rule.third_person or isinstance(column, RedactedColumn) for column in columns)


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
