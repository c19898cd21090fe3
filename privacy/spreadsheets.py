"""Text for files that a spreadsheet opens: no cell of somebody's making begins a formula (CSV injection)."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from privacy.package.columns import FORMULA_STARTS
from privacy.package.export import BYTE_ORDER_MARK

# By these a spreadsheet knows a formula.
FORMULA = tuple(map(chr, FORMULA_STARTS))


def guarded(value: str) -> str:
    """The text with an apostrophe before what would be taken for a formula."""
    return f"'{value}" if value.startswith(FORMULA) else value


def csv_lines(rows: Iterable[Sequence[str]]) -> str:
    """Rows as CSV (RFC 4180), every cell guarded."""
    written = StringIO()
    csv.writer(written).writerows([guarded(cell) for cell in row] for row in rows)
    return written.getvalue()


def csv_stream(rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """The same line by line, after the mark by which spreadsheets know the encoding."""
    yield BYTE_ORDER_MARK
    for row in rows:
        yield csv_lines([row]).encode()


def csv_file(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A whole file with its head, in UTF-8 with the mark by which spreadsheets know it."""
    return BYTE_ORDER_MARK + csv_lines([columns, *rows]).encode()
