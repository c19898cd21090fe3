"""Reads a CSV file as it comes out of spreadsheets: its encoding, its separator, its first line, then row by row."""

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import chain
from typing import BinaryIO

from accounts.imports import errors
from accounts.imports.headings import Columns, columns_of, recognised

CHUNK = 64 * 1024
LONGEST_LINE = 20_000
# A cell may hold line ends; one that goes on for longer was never closed, and would swallow people in silence.
LONGEST_ROW_LINES = 20
SEPARATORS = (";", ",", "\t", "|")
# The first line by which a spreadsheet is told the separator.
SAID_SEPARATOR = re.compile(r"\"?sep=(.)\"?")
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Tried in this order on a file without a mark; the last takes every byte.
GUESSED = ("utf-8", "cp1252", "latin-1")

# The number of its first line, and its cells; None where the quotation marks make no sense.
Numbered = tuple[int, list[str] | None]


@dataclass(frozen=True)
class Sheet:
    """A file whose first line was understood; `rows` reads the others as they are asked for, once."""

    encoding: str
    separator: str
    columns: Columns
    rows: Iterator[Numbered]


def open_sheet(file: BinaryIO) -> Sheet:
    """Read the first line and get ready for the rest. Raises FileRefused here, and while the rows are read."""
    encoding = _encoding_of(file)
    file.seek(0)
    lines = _Lines(TextIOWrapper(file, encoding=encoding, newline=""))
    first, separator = lines.next_written(), ""
    if said := SAID_SEPARATOR.fullmatch(first.strip(" \r\n")):
        separator, first = said[1], lines.next_written()
    if not first:
        raise errors.NobodyInIt
    separator = separator or max(SEPARATORS, key=lambda one: _fits(first, one))
    reader = csv.reader(chain([first], lines), delimiter=separator, strict=True)
    header_line = lines.number
    try:
        columns = columns_of(_without_tail(next(reader)))
    except csv.Error as error:
        raise errors.QuoteOpen(line=header_line) from error
    return Sheet(encoding, separator, columns, _rows(reader, lines))


class _Lines:
    """The lines of a text one by one, counted; none is read that is too long to be one."""

    def __init__(self, text: TextIOWrapper) -> None:
        self._text = text
        self.number = 0
        # Where the row began that is being read.
        self.began = 1

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        try:
            line = self._text.readline(LONGEST_LINE + 1)
        except UnicodeError as error:
            raise errors.NoText from error
        if not line:
            raise StopIteration
        self.number += 1
        if "\0" in line:
            raise errors.NoText
        if len(line) > LONGEST_LINE:
            raise errors.LineLong(line=self.number, longest=LONGEST_LINE)
        if self.number - self.began >= LONGEST_ROW_LINES:
            raise errors.QuoteOpen(line=self.began)
        return line

    def next_written(self) -> str:
        """The next line that is not empty; "" when there is none."""
        for line in self:
            self.began = self.number + 1
            if line.strip():
                return line
        return ""


def _rows(reader: Iterator[list[str]], lines: _Lines) -> Iterator[Numbered]:
    """Every row that holds something; raises FileRefused where the rest cannot be told apart."""
    while True:
        lines.began = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "unexpected end" in str(error):
                raise errors.QuoteOpen(line=lines.began) from error
            yield lines.began, None
            continue
        if any(map(str.strip, cells)):
            yield lines.began, cells


def _encoding_of(file: BinaryIO) -> str:
    """What the bytes are: what a mark at the beginning says, else the first that could have written all of them."""
    file.seek(0)
    start = file.read(4)
    for mark, encoding in MARKS:
        if start.startswith(mark):
            return encoding
    return next(encoding for encoding in GUESSED if _could_be(encoding, file))


def _could_be(encoding: str, file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while chunk := file.read(CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _fits(line: str, separator: str) -> tuple[int, int]:
    """How well a separator reads the first line: by the columns that are known then, else by how many there are."""
    try:
        cells = next(csv.reader([line], delimiter=separator))
    except (csv.Error, StopIteration):
        return 0, 0
    return recognised(cells), len(cells)


def _without_tail(cells: Sequence[str]) -> list[str]:
    """The names without the empty ones at the end, which spreadsheets leave behind columns that were emptied."""
    kept = list(cells)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept
