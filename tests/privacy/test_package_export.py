"""What PostgreSQL copies out is what is stored: exact as JSON, harmless as a table (A13)."""

import csv
import io
import json
from typing import Any

import pytest
from psycopg2 import DataError, OperationalError

from privacy.data_map import declarations
from privacy.package.columns import ANOTHER_PERSON, Column, Kind
from privacy.package.export import BYTE_ORDER_MARK, Selected, Snapshot, Take, open_snapshot
from privacy.package.lines import FEW_BYTES, FEW_ROWS, Few, Kept

pytestmark = pytest.mark.django_db

AWKWARD = [
    'quotes " and \\ backslashes \\n \\" \\\\',
    "two\nlines\r\nand a\ttab",
    "\x01 one \x02 two \x03 three \x1f unit \x7f delete",
    "naïve Ω 你好 مرحبا \U0001f6d2 \u2028 \u00a0 end",
    "'apostrophe', comma; semicolon",
    "\\.",
    "",
    " ",
    "{}",
    "<script>alert(1)</script>",
]
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠x", '=HYPERLINK("http://x")']


def column(name: str, kind: Kind = "text", *, raw_json: bool = False, third_person: bool = False) -> Column:
    rule = declarations.personal("other", third_person=third_person)
    return Column(name, name.title(), kind, rule, {}, f'r."{name}"', raw_json)


def source(values: list[str]) -> str:
    """SQL of one row per value; `n` tells them apart."""
    with open_snapshot() as snapshot:
        rows = ", ".join(
            snapshot._cursor.mogrify("(%s, %s::text)", (n, value)).decode() for n, value in enumerate(values)
        )
    return f"SELECT * FROM (VALUES {rows}) AS v(n, value)"


def as_json(snapshot: Snapshot, columns: tuple[Column, ...], sql: str) -> list[Any]:
    lines: list[bytes] = []
    snapshot.copy_json([Selected(columns, sql)], lambda _place: lines.extend)
    assert not any(b"\n" in line for line in lines)
    return [json.loads(line) for line in lines]


def as_csv(snapshot: Snapshot, columns: tuple[Column, ...], sql: str) -> bytes:
    sink = io.BytesIO()
    snapshot.copy_csv(columns, sql, sink.write)
    return sink.getvalue()


def test_json_holds_every_value_exactly() -> None:
    with open_snapshot() as snapshot:
        rows = as_json(snapshot, (column("n", "integer"), column("value")), source([*AWKWARD, *FORMULAS]))
    assert [row["value"] for row in sorted(rows, key=lambda row: row["n"])] == [*AWKWARD, *FORMULAS]


def test_json_stored_with_line_breaks_still_makes_one_line() -> None:
    sql = """SELECT E'{"a":\\n\\r [1,\\n2], "b": "x\\\\ny"}'::json AS value"""
    with open_snapshot() as snapshot:
        assert as_json(snapshot, (column("value", "json", raw_json=True),), sql) == [
            {"value": {"a": [1, 2], "b": "x\ny"}}
        ]


def test_csv_is_rfc_4180_with_a_header_and_keeps_harmless_values_exactly() -> None:
    with open_snapshot() as snapshot:
        content = as_csv(snapshot, (column("n", "integer"), column("value")), source(AWKWARD))
    assert content.startswith(BYTE_ORDER_MARK + b"n,value\r\n")
    assert content.endswith(b"\r\n")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    assert {int(number): value for number, value in rows[1:]} == dict(enumerate(AWKWARD))


def test_no_cell_can_begin_a_formula() -> None:
    with open_snapshot() as snapshot:
        content = as_csv(snapshot, (column("n", "integer"), column("value")), source(FORMULAS))
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    assert {int(number): value for number, value in rows[1:]} == {n: f"'{text}" for n, text in enumerate(FORMULAS)}


@pytest.mark.parametrize("kind", ["text", "list", "duration", "other"])
def test_every_kind_that_a_person_can_write_is_guarded(kind: Kind) -> None:
    assert "ascii(" in column("value", kind).csv_sql()


def test_json_is_guarded_where_it_is_stored_as_it_was_written() -> None:
    columns = (column("value", "json", raw_json=True),)
    with open_snapshot() as snapshot:
        content = as_csv(snapshot, columns, "SELECT E'\\t\"=1\"'::json AS value")
        plain = as_csv(snapshot, (column("value", "json"),), "SELECT '\"=1\"'::jsonb AS value")
    assert content.splitlines()[1] == b'"\'\t""=1"""'
    assert plain.splitlines()[1] == b'"""=1"""'


def test_numbers_and_dates_keep_their_form_in_a_table() -> None:
    sql = "SELECT -5 AS a, true AS b, '2027-01-07T13:05:00Z'::timestamptz AS c, '192.0.2.7'::inet AS d, NULL::int AS e"
    kinds: dict[str, Kind] = {"a": "integer", "b": "boolean", "c": "instant", "d": "address", "e": "integer"}
    with open_snapshot() as snapshot:
        content = as_csv(snapshot, tuple(column(name, kind) for name, kind in kinds.items()), sql)
        (row,) = as_json(snapshot, tuple(column(name, kind) for name, kind in kinds.items()), sql)
    assert content.splitlines()[1] == b"-5,true,2027-01-07 13:05:00+00,192.0.2.7,"
    assert row == {"a": -5, "b": True, "c": "2027-01-07T13:05:00+00:00", "d": "192.0.2.7", "e": None}


def test_another_persons_data_is_replaced_and_counted() -> None:
    sql = "SELECT * FROM (VALUES ('eve@example.org'), (''), (NULL), ('mallory@example.org')) AS v(value)"
    columns = (column("value", third_person=True),)
    with open_snapshot() as snapshot:
        assert [row["value"] for row in as_json(snapshot, columns, sql)] == [ANOTHER_PERSON, "", None, ANOTHER_PERSON]
        assert b"example.org" not in as_csv(snapshot, columns, sql)
        assert snapshot.other_people(columns, sql) == 2
        assert snapshot.other_people((column("value"),), sql) == 0


def test_selections_follow_one_another_and_one_without_rows_has_no_turn() -> None:
    counts = [3, 0, 1, 20_000, 0, 2]
    wanted = [
        Selected((column("value"),), f"SELECT '{place}-' || n AS value FROM generate_series(1, {count}) n")
        for place, count in enumerate(counts)
    ]
    turns: list[int] = []
    found: dict[int, list[bytes]] = {}

    def turn(place: int) -> Take:
        turns.append(place)
        return found.setdefault(place, []).extend

    with open_snapshot() as snapshot:
        snapshot.copy_json(wanted, turn)
        snapshot.copy_json([], turn)
    assert turns == [0, 2, 3, 5]
    for place, lines in found.items():
        told = [json.loads(line)["value"] for line in lines]
        assert told == [f"{place}-{number}" for number in range(1, counts[place] + 1)]


def test_the_one_that_fails_is_found_among_others() -> None:
    good = Selected((column("value"),), "SELECT 'x' AS value")
    bad = Selected((column("value"),), "SELECT (1 / (n - 2))::text AS value FROM generate_series(1, 3) n")
    with open_snapshot() as snapshot:
        with pytest.raises(DataError, match="division by zero") as failed:
            snapshot.copy_json([good, bad, good], lambda _place: len)
        assert snapshot.failing([good, bad, good], failed.value) == 1
        assert snapshot.failing([good, good], failed.value) is None
        assert snapshot.failing([good, bad], OperationalError("the connection is gone")) is None


def test_only_the_first_rows_are_kept_for_reading_and_never_more_than_a_megabyte() -> None:
    few: list[bytes] = []
    kept = Kept(few)
    for _batch in range(5):
        kept.take([b"x"] * 999)
    assert len(few) == 1000
    wide: list[bytes] = []
    kept = Kept(wide)
    for _batch in range(100):
        kept.take([b"x" * 100_000] * 3)
    assert len(wide) == 11


class Noted:
    """Stands for what writes the lines: the rows by place."""

    def __init__(self) -> None:
        self.found: dict[int, list[bytes]] = {}

    def turn(self, place: int) -> Take:
        return self.found.setdefault(place, []).extend

    def end(self) -> None:
        """Nothing is open."""


def test_what_is_many_by_rows_or_bytes_is_left_to_statements_of_its_own() -> None:
    noted = Noted()
    few = Few(noted)  # type: ignore[arg-type]
    for place, batches in enumerate([[2, 2], [FEW_ROWS], [FEW_ROWS, 1], [1]]):
        take = few.turn(place)
        for rows in batches:
            take([b"x"] * rows)
    few.turn(4)([b"x" * FEW_BYTES, b"y"])
    few.turn(5)([b"x" * FEW_BYTES])
    few.end()
    assert few.many == {2, 4}
    assert {place: len(rows) for place, rows in noted.found.items()} == {0: 4, 1: FEW_ROWS, 3: 1, 5: 1}


def test_the_snapshot_is_one_moment_and_cannot_write() -> None:
    with open_snapshot() as snapshot:
        cursor = snapshot._cursor
        cursor.execute("SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only')")
        assert cursor.fetchone() == ("repeatable read", "on")


def fail_while_copying(connections: list[Any]) -> None:
    def refuse(_place: int) -> Take:
        raise RuntimeError("stop")

    with open_snapshot() as snapshot:
        connections.append(snapshot._cursor.connection)
        snapshot.copy_json([Selected((column("value"),), "SELECT 'x' AS value")], refuse)


def test_the_connection_is_closed_even_when_the_copy_fails() -> None:
    connections: list[Any] = []
    with pytest.raises(RuntimeError, match="stop"):
        fail_while_copying(connections)
    assert connections[0].closed
