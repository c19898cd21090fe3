"""Looks at one row of a file by itself: tidied and taken, or refused with the reason; nothing of it gets lost."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.attributes import MOST, Attributes, checked, typed
from accounts.enrolling import tidied_nickname
from accounts.errors import AttributesRefused, NicknameRefused
from accounts.imports.headings import Columns
from accounts.imports.vocabulary import SHOWN_CHARACTERS, STRAYS, Reason, Verdict
from privacy.addresses import LookAlike, normalised
from privacy.digests import keyed_digest
from privacy.forms import LONGEST_ADDRESS
from privacy.spreadsheets import FORMULA

# Names and addresses never begin as a formula does; a fact may ("+33 1 23", "-5"), save "=".
CALCULATED = ("=", "\uff1d")


class Staged(NamedTuple):
    """A row as it is staged: the columns of accounts.ImportRow, in their order."""

    line: int
    nickname: str
    work_email: str
    facts: str
    digest: str
    readable: bool
    verdict: str
    reason: str
    about: str


class _Wrong(Exception):
    """The row is refused; the column is named where that helps."""

    def __init__(self, reason: Reason, about: str = "") -> None:
        super().__init__(reason)
        self.reason, self.about = reason, about


def staged(line: int, cells: Sequence[str] | None, columns: Columns) -> Staged:
    """The row, looked at by itself."""
    if cells is None:
        return Staged(line, "", "", "{}", "", False, Verdict.REFUSED, Reason.QUOTES, "")
    given = {name: cells[place] for place, name in columns.facts.items() if place < len(cells)}
    name, address = (_cell(cells, place) for place in (columns.nickname, columns.work_email))
    try:
        _refuse_strays(cells, columns)
        nickname, work_email = _nickname(name, columns.headings[0]), _address(address, columns.headings[1])
        facts = _facts(given)
    except _Wrong as wrong:
        shown: dict[str, Any] = {fact: value[:SHOWN_CHARACTERS] for fact, value in given.items()}
        if strays := _strays(cells, columns):
            shown[STRAYS] = [stray[:SHOWN_CHARACTERS] for stray in strays]
        said = (name[:SHOWN_CHARACTERS], address[:SHOWN_CHARACTERS].strip().lower(), json.dumps(shown))
        return Staged(line, *said, "", False, Verdict.REFUSED, wrong.reason, wrong.about)
    digest = keyed_digest("email", work_email)
    return Staged(line, nickname, work_email, json.dumps(facts), digest, True, Verdict.NEW, "", "")


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""


def _refuse_strays(cells: Sequence[str], columns: Columns) -> None:
    if _strays(cells, columns):
        raise _Wrong(Reason.CELLS)


def _strays(cells: Sequence[str], columns: Columns) -> list[str]:
    """What stands in cells over which the first line names no column."""
    named = {columns.nickname, columns.work_email, *columns.facts, *columns.silent}
    return [cell for place, cell in enumerate(cells) if place not in named and cell.strip()]


def _nickname(given: str, heading: str) -> str:
    given = unguarded(given.strip())
    if not given:
        raise _Wrong(Reason.NO_NAME)
    if given.startswith(FORMULA):
        raise _Wrong(Reason.FORMULA, heading)
    try:
        return tidied_nickname(given)
    except NicknameRefused as error:
        raise _Wrong(Reason.NAME) from error


def _address(given: str, heading: str) -> str:
    given = unguarded(given.strip())
    if not given:
        raise _Wrong(Reason.NO_ADDRESS)
    if given.startswith(FORMULA):
        raise _Wrong(Reason.FORMULA, heading)
    if "@" not in given or " " in given:
        raise _Wrong(Reason.ADDRESS)
    try:
        address = normalised(given)
        if len(address) > LONGEST_ADDRESS:
            raise _Wrong(Reason.ADDRESS)
        validate_email(address)
    except LookAlike as error:
        raise _Wrong(Reason.LOOK_ALIKE) from error
    except ValidationError as error:
        raise _Wrong(Reason.ADDRESS) from error
    return address


def _facts(given: dict[str, str]) -> Attributes:
    """An empty cell says nothing; the others are read as what is typed on the page of one person is."""
    said = {name: unguarded(value.strip()) for name, value in given.items() if value.strip()}
    for name, value in said.items():
        if value.startswith(CALCULATED):
            raise _Wrong(Reason.FORMULA, name)
    try:
        return typed(said, {})
    except AttributesRefused as error:
        raise _why(said) from error


def unguarded(value: str) -> str:
    """The text without the apostrophe that privacy.spreadsheets put before it."""
    return value[1:] if value.startswith("'") and value[1:].startswith(FORMULA) else value


def _why(said: dict[str, str]) -> _Wrong:
    if len(said) > MOST:
        return _Wrong(Reason.FACTS_MANY)
    for name, value in said.items():
        try:
            checked({name: value})
        except AttributesRefused:
            return _Wrong(Reason.FACT, name)
    return _Wrong(Reason.FACTS_LONG)
