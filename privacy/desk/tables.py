"""A register as a file for spreadsheets, in which no cell can begin a formula."""

import csv
from collections.abc import Iterable, Iterator, Sequence

from privacy.package.columns import FORMULA_STARTS

_STARTS = tuple(map(chr, FORMULA_STARTS))
BYTE_ORDER_MARK = "\ufeff"


class _Echo:
    def write(self, line: str) -> str:
        """What is written, handed back."""
        return line


def lines(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The rows as lines of CSV, after the mark by which spreadsheets know the encoding."""
    writer = csv.writer(_Echo())
    yield BYTE_ORDER_MARK
    for row in rows:
        yield writer.writerow([f"'{cell}" if cell.startswith(_STARTS) else cell for cell in row])
