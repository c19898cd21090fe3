"""Renders rows as labelled cards of HTML, fast and with every character escaped that could be taken for markup."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from html import escape
from typing import Any

from django.utils.translation import gettext as _

from privacy.package.columns import ANOTHER_PERSON, Column
from privacy.package.words import day_teller, grouped, moment_teller

LONGEST_VALUE = 5_000
# Neither can come out of PostgreSQL's text, or is made harmless first: one stands between cells, one for "not given".
BETWEEN = "\x1f"
MISSING = "\x00"

Tell = Callable[[Any], str]


class RecordTeller:
    """Turns the JSON lines of one holding into cards; make one per holding, in the active language."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._names = [column.name for column in columns]
        self._tellers = [_teller(column) for column in columns]
        self._layout = _layout(columns)
        self._missing = f'<span class="muted">{escape(_("Not given"))}</span>'

    def cards(self, lines: Iterable[bytes], first: int = 1) -> str:
        """One card per line, numbered from `first`."""
        rows = [self._cells(json.loads(line)) for line in lines]
        # Escaping a page at once costs a tenth of escaping its cells one by one.
        cells = escape(BETWEEN.join(BETWEEN.join(row) for row in rows)).replace(MISSING, self._missing).split(BETWEEN)
        width = len(self._names)
        ranges = ((first + index, index * width) for index in range(len(rows)))
        return "\n".join(self._layout % (grouped(number), *cells[at : at + width]) for number, at in ranges)

    def _cells(self, row: dict[str, Any]) -> list[str]:
        return [
            MISSING if row[name] is None or row[name] == "" else _harmless(tell(row[name]))
            for name, tell in zip(self._names, self._tellers, strict=True)
        ]


def _harmless(text: str) -> str:
    if BETWEEN in text or MISSING in text:
        text = text.replace(BETWEEN, "\ufffd").replace(MISSING, "\ufffd")
    if len(text) > LONGEST_VALUE:
        text = _("%(start)s… (cut here; the files data and csv hold the whole text)") % {"start": text[:LONGEST_VALUE]}
    return text


def _layout(columns: Sequence[Column]) -> str:
    """The card of one row as a %-template: the row's number, then its cells."""
    parts = []
    for column in columns:
        label = escape(column.label).replace("%", "%%")
        shape = ' class="written"' if column.kind in {"json", "list"} or column.rule.free_text else ""
        parts.append(f'<div><dt>{label}</dt><dd dir="auto"{shape}>%s</dd></div>')
    heading = escape(_("Record %(number)s")).replace("%(number)s", "%s")
    return f'<article class="record"><h3>{heading}</h3><dl>{"".join(parts)}</dl></article>'


def _teller(column: Column) -> Tell:
    if column.rule.third_person:
        hidden = _("[another person]")
        return lambda value: hidden if value == ANOTHER_PERSON else str(value)
    if column.choices:
        labels = column.choices
        return lambda value: labels.get(value, str(value)) if isinstance(value, str | int) else str(value)
    makers: dict[str, Callable[[], Tell]] = {
        "boolean": _boolean_teller,
        "instant": _instant_teller,
        "date": _date_teller,
        "json": lambda: _tell_json,
        "list": lambda: _tell_json,
    }
    return makers.get(column.kind, lambda: str)()


def _boolean_teller() -> Tell:
    yes, no = _("Yes"), _("No")
    return lambda value: yes if value else no


def _instant_teller() -> Tell:
    tell = moment_teller()

    def told(value: Any) -> str:
        try:
            return tell(datetime.fromisoformat(value))
        except (ValueError, OverflowError):
            # PostgreSQL knows "infinity" and years that Python does not.
            return str(value)

    return told


def _date_teller() -> Tell:
    tell = day_teller()

    def told(value: Any) -> str:
        try:
            return tell(date.fromisoformat(value))
        except ValueError:
            return str(value)

    return told


def _tell_json(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(item, str | int | float) for item in value):
        return ", ".join(str(item) for item in value)
    if isinstance(value, str | int | float):
        return str(value)
    return json.dumps(value, ensure_ascii=False, indent=2)
