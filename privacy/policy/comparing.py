"""Compares two texts of the policy word by word."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html.parser import HTMLParser
from typing import Any

SAME, ADDED, REMOVED = "same", "added", "removed"
# So many words around a difference are shown in a short account of it, and so many of it.
_AROUND, _LONGEST = 4, 24
_WORD = re.compile(r"[^ \t\r\n]+")
_BLOCKS = frozenset({"p", "li", "h3", "h4", "dt", "dd"})


@dataclass(frozen=True)
class Piece:
    """Words in a row that are the same in both, or only in the new or only in the old text."""

    kind: str
    text: str


Line = tuple[Piece, ...]


@dataclass(frozen=True)
class RowChange:
    """A row of a table that differs: its cells, each in pieces; `kind` says whether the row itself is new or gone."""

    kind: str
    cells: tuple[Line, ...]


@dataclass(frozen=True)
class TableChange:
    """What differs in a table: `columns` as the newer version names them."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[RowChange, ...]

    def labelled(self) -> Iterator[tuple[RowChange, list[tuple[str, Line]]]]:
        """Each row with its cells, each of these with its column's name ("" for a column that is gone)."""
        for row in self.rows:
            names = (*self.columns, *("" for _cell in row.cells[len(self.columns) :]))
            yield row, list(zip(names, row.cells, strict=False))


@dataclass(frozen=True)
class ClauseChange:
    """A clause in both versions: heading, summary and text in pieces, the tables that differ; `kind` as of a piece."""

    id: str
    kind: str
    title: Line
    lines: tuple[Line, ...]
    tables: tuple[TableChange, ...]

    @property
    def differs(self) -> bool:
        """Whether anything in it is not the same."""
        pieces = [piece for line in (self.title, *self.lines) for piece in line]
        return bool(self.tables) or any(piece.kind != SAME for piece in pieces)


def compared(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[ClauseChange]:
    """Two texts (mappings with `clauses` and `tables`), clause by clause, in the order of the newer one."""
    before, after = ({clause["id"]: clause for clause in text["clauses"]} for text in (old, new))
    order = [*after, *(name for name in before if name not in after)]
    return [_clause(name, before.get(name), after.get(name), old["tables"], new["tables"]) for name in order]


def pieces(old: Sequence[str], new: Sequence[str]) -> Line:
    """Two rows of words as one row of pieces; what goes stands before what comes."""
    found: list[Piece] = []
    for tag, one, two, three, four in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece(SAME, " ".join(old[one:two])))
            continue
        if two > one:
            found.append(Piece(REMOVED, " ".join(old[one:two])))
        if four > three:
            found.append(Piece(ADDED, " ".join(new[three:four])))
    return tuple(found)


def words_of(text: str) -> list[str]:
    """The words a reader sees in a piece of HTML or plain text, in order."""
    return [word for block in _blocks(text) for word in split(block)]


def split(text: str) -> list[str]:
    """The words of plain text; what stands behind a space that does not break belongs to its word."""
    return _WORD.findall(text)


def shortened(old: Sequence[str], new: Sequence[str]) -> tuple[str, str]:
    """What differs between two rows of words with a few words around it; each side cut when it is long."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return _cut(old, start, end), _cut(new, start, end)


def _cut(words: Sequence[str], start: int, end: int) -> str:
    first, last = max(0, start - _AROUND), min(len(words), len(words) - end + _AROUND)
    shown = list(words[first:last])
    long = len(shown) > _LONGEST
    return ("… " if first else "") + " ".join(shown[:_LONGEST]) + (" …" if long or last < len(words) else "")


def _clause(
    name: str,
    old: Mapping[str, Any] | None,
    new: Mapping[str, Any] | None,
    old_tables: Mapping[str, Any],
    new_tables: Mapping[str, Any],
) -> ClauseChange:
    was, now = old or {}, new or {}
    kind = ADDED if old is None else REMOVED if new is None else SAME
    names = dict.fromkeys((*was.get("tables", ()), *now.get("tables", ())))
    changes = (_table(old_tables.get(table, {}), new_tables.get(table, {})) for table in names)
    return ClauseChange(
        name,
        kind,
        pieces(split(was.get("title", "")), split(now.get("title", ""))),
        tuple(_lines(_text(was), _text(now))),
        tuple(change for change in changes if change.rows),
    )


def _text(clause: Mapping[str, Any]) -> list[str]:
    return [clause["summary"], *_blocks(clause["body"])] if clause else []


def _lines(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    """Paragraph by paragraph: those that pair up word by word, the others whole."""
    for tag, one, two, three, four in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        before, after = old[one:two], new[three:four]
        paired = min(len(before), len(after)) if tag == "replace" else 0
        if tag == "equal":
            yield from ((Piece(SAME, block),) for block in before)
            continue
        yield from (pieces(split(was), split(now)) for was, now in zip(before, after, strict=False))
        yield from ((Piece(REMOVED, block),) for block in before[paired:])
        yield from ((Piece(ADDED, block),) for block in after[paired:])


def _table(old: Mapping[str, Any], new: Mapping[str, Any]) -> TableChange:
    before, after = ({row["key"]: row["cells"] for row in table.get("rows", ())} for table in (old, new))
    rows = [_row(before.get(key), after.get(key)) for key in dict.fromkeys((*after, *before))]
    shown = new or old
    changed = tuple(row for row in rows if row is not None)
    return TableChange(shown.get("title", ""), tuple(shown.get("columns", ())), changed)


def _row(old: Sequence[str] | None, new: Sequence[str] | None) -> RowChange | None:
    if old == new:
        return None
    kind = ADDED if old is None else REMOVED if new is None else SAME
    wide = max(len(old or ()), len(new or ()))
    one, two = (list(cells or ()) + [""] * (wide - len(cells or ())) for cells in (old, new))
    return RowChange(kind, tuple(pieces(split(was), split(now)) for was, now in zip(one, two, strict=True)))


def _blocks(text: str) -> list[str]:
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return [" ".join(split(block)) for block in reader.blocks if block.strip()]


class _Reader(HTMLParser):
    """Gathers text by paragraph, item or heading."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[str] = [""]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A new paragraph begins a new block."""
        if tag in _BLOCKS:
            self.blocks.append("")

    def handle_data(self, data: str) -> None:
        """Words."""
        self.blocks[-1] += data
