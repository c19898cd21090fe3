"""Renders rows as labelled cards of HTML, fast and with every character escaped that could be taken for markup.

Columns are told whole and all cells of a page escaped at once: a hundred records cost about a third of a millisecond.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from html import escape
from itertools import chain
from typing import Any

from django.utils.translation import gettext as _

from privacy.data_map.declarations import FieldRule
from privacy.package.columns import ANOTHER_PERSON, Column
from privacy.package.words import day_teller, moment_teller, number_teller

LONGEST_VALUE = 5_000
# One stands between cells while they are escaped, the other for "not given". PostgreSQL's text cannot hold the
# second, and the first is replaced where a value holds it.
BETWEEN = "\x1f"
MISSING = "\x00"

# Of a JSON value; the truth is no number here.
SAID_AS_THEY_ARE = frozenset({str, int})

Tell = Callable[[list[Any]], list[str]]


class RecordTeller:
    """Turns the JSON lines of one holding into cards; make one per holding, in the active language."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._tellers = [(column.name, _teller(column)) for column in columns]
        self._before, self._after = _markup(columns)
        self._missing = f'<span class="muted">{escape(_("Not given"))}</span>'
        self._cut = _("… (cut here; the files in the folders data and csv hold the whole text)")
        self._numbers = number_teller()

    def cards(self, lines: Sequence[bytes], first: int = 1) -> str:
        """One card per line, numbered from `first`."""
        rows = json.loads(b"[%s]" % b",".join(lines))
        if not rows:
            return ""
        numbers = self._numbers(range(first, first + len(rows)))
        columns = [tell([row[name] for row in rows]) for name, tell in self._tellers]
        cells = [*chain.from_iterable(zip(numbers, *columns, strict=True))]
        # No value is longer than the line it came from.
        if max(map(len, lines)) > LONGEST_VALUE:
            cells = [text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + self._cut for text in cells]
        parts = [""] * (2 * len(cells))
        parts[::2], parts[1::2] = self._before * len(rows), self._escaped(cells)
        return "".join(parts).removeprefix(self._after) + self._after.rstrip()

    def texts(self, rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, ...]]:
        """The fields of each row in words, not escaped; an empty text where nothing was given."""
        columns = [tell([row[name] for row in rows]) for name, tell in self._tellers]
        return [tuple("" if text == MISSING else text for text in told) for told in zip(*columns, strict=True)]

    def _escaped(self, texts: list[str]) -> list[str]:
        """The texts as HTML."""
        joined = BETWEEN.join(texts)
        if joined.count(BETWEEN) != len(texts) - 1:
            joined = BETWEEN.join(text.replace(BETWEEN, "\ufffd") for text in texts)
        return escape(joined).replace(MISSING, self._missing).split(BETWEEN)


def _markup(columns: Sequence[Column]) -> tuple[list[str], str]:
    """What stands before each cell of a card, the row's number being the first, and what stands after its last."""
    end, after = "</dd></div>", "</dd></div></dl></article>\n"
    before_number, after_number = escape(_("Record %(number)s")).split("%(number)s")
    cells = []
    for column in columns:
        shape = ' class="written"' if column.kind in {"json", "list"} or column.rule.free_text else ""
        cells.append(f'{end}<div><dt>{escape(column.label)}</dt><dd dir="auto"{shape}>')
    cells[0] = f"{after_number}</h3><dl>{cells[0].removeprefix(end)}"
    return [f'{after}<article class="record"><h3>{before_number}', *cells], after


def _teller(column: Column) -> Tell:
    marks = column.marks()
    return _marked(_plain_teller(column), marks) if marks else _plain_teller(column)


def _marked(tell: Tell, marks: Mapping[str, str]) -> Tell:
    """Values of which something is left out: a mark in the place of a value, or within a text, told in words."""

    def told(values: list[Any]) -> list[str]:
        whole = [marks.get(value) if isinstance(value, str) else None for value in values]
        texts = tell([None if mark else value for value, mark in zip(values, whole, strict=True)])
        for mark, words in marks.items():
            # Isolated, for the text around it may run in the other direction.
            texts = [text.replace(mark, f"\u2068{words}\u2069") for text in texts]
        return [mark or text for text, mark in zip(texts, whole, strict=True)]

    return told


def _plain_teller(column: Column) -> Tell:
    if column.rule.third_person:
        hidden = _("[another person]")
        return _told_by(lambda value: hidden if value == ANOTHER_PERSON else str(value))
    if column.choices:
        labels = column.choices
        if column.kind in {"list", "json"}:
            return _told_by(lambda values: _tell_json(_worded(values, labels)))
        return _told_by(lambda value: labels.get(value, str(value)) if isinstance(value, str | int) else str(value))
    makers: dict[str, Callable[[], Callable[[Any], str]]] = {
        "boolean": _boolean_teller,
        "instant": _instant_teller,
        "date": _date_teller,
        "json": lambda: _json_teller(column.rule),
        "list": lambda: _tell_json,
        "other": lambda: _tell_json,
        "integer": lambda: str,
        "number": lambda: str,
    }
    return _told_by(makers[column.kind]()) if column.kind in makers else _tell_texts


def _worded(values: Any, labels: Mapping[Any, str]) -> Any:
    """A list with the words for its values; anything else is told as it is."""
    if not isinstance(values, list):
        return values
    return [labels.get(value, value) if isinstance(value, str | int) else value for value in values]


def _tell_texts(values: list[Any]) -> list[str]:
    return [value or MISSING for value in values]


def _told_by(tell: Callable[[Any], str]) -> Tell:
    return lambda values: [MISSING if value is None or value == "" else tell(value) for value in values]


def _boolean_teller() -> Callable[[Any], str]:
    yes, no = _("Yes"), _("No")
    return lambda value: yes if value else no


def _instant_teller() -> Callable[[Any], str]:
    tell = moment_teller()

    def told(value: Any) -> str:
        try:
            return tell(datetime.fromisoformat(value))
        except (ValueError, OverflowError):
            # PostgreSQL knows "infinity" and years that Python does not.
            return str(value)

    return told


def _date_teller() -> Callable[[Any], str]:
    tell = day_teller()

    def told(value: Any) -> str:
        try:
            return tell(date.fromisoformat(value))
        except ValueError:
            return str(value)

    return told


def _json_teller(rule: FieldRule) -> Callable[[Any], str]:
    """As `_tell_json`, with words of closed lists in the active language where the declaration names such lists."""
    lists = {
        name: (str(label), {word: str(said) for word, said in choices.choices}) for name, label, choices in rule.words
    }

    def told(value: Any) -> str:
        if not lists or not isinstance(value, dict):
            return _tell_json(value)
        named = {name: lists.get(name, (name, {})) for name in value}
        return _tell_json({named[name][0]: named[name][1].get(one, one) for name, one in value.items()})

    return told


def _tell_json(value: Any) -> str:
    """A list as words with commas, an object as one line per name; what lies deeper as JSON."""
    if isinstance(value, list):
        text = ", ".join([_plain(item) for item in value])
    elif isinstance(value, dict):
        items = value.items()
        text = "\n".join(
            [f"{name}: {item if type(item) in SAID_AS_THEY_ARE else _plain(item)}" for name, item in items]
        )
    else:
        text = _plain(value)
    return text.replace(MISSING, "\ufffd") or MISSING


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
