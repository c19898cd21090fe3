"""Compares two texts of the policy word by word."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html.parser import HTMLParser
from itertools import zip_longest
from typing import Any

SAME, ADDED, REMOVED = "same", "added", "removed"
# So many words around a difference are shown in a short account of it, and so many of it.
_AROUND, _LONGEST = 4, 24
_WORD = re.compile(r"[^ \t\r\n]+")
_BLOCKS = frozenset({"p", "li", "h3"})


@dataclass(frozen=True)
class Piece:
    """Words in a row that are the same in both, or only in the new or only in the old text."""

    kind: str
    text: str


Line = tuple[Piece, ...]


@dataclass(frozen=True)
class TableChange:
    """A table in both versions: title and columns in pieces, and the rows that differ, each of cells in pieces."""

    title: Line
    columns: tuple[Line, ...]
    rows: tuple[tuple[Line, ...], ...]

    @property
    def differs(self) -> bool:
        """Whether anything in it is not the same."""
        return bool(self.rows) or self.columns_differ or _differ(self.title)

    @property
    def columns_differ(self) -> bool:
        """Whether there are other columns, or some are called otherwise."""
        return _differ(*self.columns)

    @property
    def names(self) -> list[str]:
        """The columns as the newer version names them; "" for one that is gone."""
        return [" ".join(piece.text for piece in line if piece.kind != REMOVED) for line in self.columns]

    @property
    def labelled(self) -> Iterator[list[tuple[str, Line]]]:
        """The cells of each row, each with its column's name."""
        return (list(zip(self.names, row, strict=False)) for row in self.rows)


@dataclass(frozen=True)
class ClauseChange:
    """A clause in both versions: heading, summary and text in pieces, the tables that differ; `kind` as of a piece.

    `law` names the articles that ask for an addition, and is empty for whatever is none.
    """

    id: str
    kind: str
    title: Line
    lines: tuple[Line, ...]
    law: Line
    tables: tuple[TableChange, ...]

    @property
    def differs(self) -> bool:
        """Whether anything in it is not the same."""
        return bool(self.tables) or _differ(self.title, self.law, *self.lines)


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
    return [word for block in blocks(text) for word in split(block)]


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


def _differ(*lines: Line) -> bool:
    return any(piece.kind != SAME for line in lines for piece in line)


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
    before, after = _tables(was, old_tables), _tables(now, new_tables)
    changes = (_table(before.get(name, {}), after.get(name, {})) for name in dict.fromkeys((*before, *after)))
    return ClauseChange(
        id=name,
        kind=kind,
        title=pieces(split(was.get("title", "")), split(now.get("title", ""))),
        lines=tuple(_lines(_text(was), _text(now))),
        law=pieces(_law(was), _law(now)),
        tables=tuple(change for change in changes if change.differs),
    )


def _text(clause: Mapping[str, Any]) -> list[str]:
    return [clause["summary"], *blocks(clause["body"])] if clause else []


def _law(clause: Mapping[str, Any]) -> list[str]:
    """As readers see it: the articles stand beside an addition only."""
    return split(clause["articles"]) if clause.get("addition") else []


def _tables(clause: Mapping[str, Any], tables: Mapping[str, Any]) -> dict[str, Any]:
    """The tables that the clause carries, by name."""
    return {name: tables[name] for name in clause.get("tables", ())}


def _lines(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    """Paragraph by paragraph: those that pair up word by word, the others whole."""
    for tag, one, two, three, four in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        before, after = old[one:two], new[three:four]
        if tag == "equal":
            yield from ((Piece(SAME, block),) for block in before)
            continue
        paired = min(len(before), len(after))
        yield from (pieces(split(was), split(now)) for was, now in zip(before, after, strict=False))
        yield from ((Piece(REMOVED, block),) for block in before[paired:])
        yield from ((Piece(ADDED, block),) for block in after[paired:])


def _table(old: Mapping[str, Any], new: Mapping[str, Any]) -> TableChange:
    before, after = ({row["key"]: row["cells"] for row in table.get("rows", ())} for table in (old, new))
    changed = [key for key in dict.fromkeys((*after, *before)) if before.get(key) != after.get(key)]
    return TableChange(
        title=pieces(split(old.get("title", "")), split(new.get("title", ""))),
        columns=_cells(old.get("columns", ()), new.get("columns", ())),
        rows=tuple(_cells(before.get(key, ()), after.get(key, ())) for key in changed),
    )


def _cells(old: Sequence[str], new: Sequence[str]) -> tuple[Line, ...]:
    """Cell by cell; where one of the two has fewer, the others are new or gone."""
    return tuple(pieces(split(was), split(now)) for was, now in zip_longest(old, new, fillvalue=""))


def blocks(text: str) -> list[str]:
    """The paragraphs, items and headings of a piece of HTML as plain text."""
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
