"""What is left out of one copy, value by value: a field of a row, or words that stand for somebody else (Art. 15(4)).

The export's own SELECT leaves it out, whatever stands there at that moment; a copy of which nothing is left out is read
by the very columns that every copy shares.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import ClassVar, NamedTuple

from django.utils.translation import gettext as _

from privacy.data_map.declarations import Holding
from privacy.package import terms
from privacy.package.columns import Column, guarded, key_sql, literal

# Stand for a reason within a text until all terms were looked for, so that none is found within the words of another's
# place. Unicode promises never to make characters of them.
_PLACEHOLDERS = 0xFDD0


class Why(NamedTuple):
    """Why something is left out: the reason as a word, the reason in words, and what staff wrote to the person."""

    code: str
    words: str
    text: str


@dataclass(frozen=True)
class Redaction:
    """One thing left out: the value of a field, a term within that value, or, without a place, a term wherever it is.

    A place is a holding's slug, a row's primary key as text and a field's name.
    """

    why: Why
    slug: str = ""
    row_key: str = ""
    field: str = ""
    term: str = ""

    @property
    def mark(self) -> str:
        """What stands in its place, in files for programs."""
        return f"[left out: {self.why.code}]"

    def told_without(self, others: "Iterable[Redaction]") -> "Redaction":
        """The same, with words to the person that hold no term that another leaves out everywhere."""
        return replace(self, why=self.why._replace(text=hidden_in(self.why.text, others)))


@dataclass(frozen=True, eq=False)
class RedactedColumn(Column):
    """A field of which something may be left out; made for one copy."""

    key: str = ""
    left_out: tuple[Redaction, ...] = ()
    lasting: ClassVar[bool] = False

    def json_value(self) -> str:
        """The value for `row_to_json`, or what stands in its place."""
        value = self._less_terms() or super().json_value()
        whole = [f"WHEN {condition} THEN to_json({literal(mark)}::text)" for mark, condition in self._whole()]
        return f"CASE {' '.join(whole)} ELSE to_json({value}) END" if whole else value

    def csv_value(self) -> str:
        """The value for a cell, or what stands in its place."""
        text = self._less_terms()
        value = guarded(text) if text else super().csv_value()
        whole = [f"WHEN {condition} THEN {literal(mark)}" for mark, condition in self._whole()]
        return f"CASE {' '.join(whole)} ELSE ({value})::text END" if whole else value

    def marks(self) -> Mapping[str, str]:
        """What may stand in the place of a value, or within it, each with its words in the active language."""
        return {found.mark: _("[left out: %(reason)s]") % {"reason": found.why.words} for found in self.left_out}

    def leaves_out(self, key: str, term: str) -> bool:
        """Whether the row's value is left out whole or without this very term."""
        here = (one for one in self.left_out if one.row_key in {"", key})
        return any(one.term in {"", term} for one in here)

    def left_out_sql(self) -> Mapping[Why, str]:
        """For each reason a condition that is true of a row of whose value something is left out for it."""
        found: dict[Why, list[str]] = {}
        gone = " OR ".join(condition for _mark, condition in self._whole()) or "false"
        for one in self.left_out:
            here = self._where(one)
            if one.term:
                # What goes as a whole is told with the reason for which it goes.
                here = f"{here} AND {self.holds_sql(one.term)}"
                here += f" AND NOT ({gone})" if self.searched == "text" else ""
            found.setdefault(one.why, []).append(f"({here})")
        return {why: " OR ".join(conditions) for why, conditions in found.items()}

    def _whole(self) -> list[tuple[str, str]]:
        """(mark, condition) of what goes as a whole: by row, and where a term stands in what is no plain text."""
        rows: dict[str, list[str]] = {}
        for one in self.left_out:
            if not one.term:
                rows.setdefault(one.mark, []).append(literal(one.row_key))
        found = [(mark, f"{self.key} IN ({', '.join(keys)})") for mark, keys in rows.items()]
        opaque = [one for one in self.left_out if one.term and self.searched == "json"]
        return found + [(one.mark, f"({self._where(one)} AND {self.holds_sql(one.term)})") for one in opaque]

    def _less_terms(self) -> str:
        """SQL of the text without the terms; "" where the value is no text or no term is looked for."""
        wanted = sorted((one for one in self.left_out if one.term), key=lambda one: -len(one.term))
        if not wanted or self.searched != "text":
            return ""
        marks = list(dict.fromkeys(one.mark for one in wanted))
        text = f"{self._source}::text"
        for one in wanted:
            placeholder = literal(chr(_PLACEHOLDERS + marks.index(one.mark)))
            less = f"regexp_replace({text}, {literal(terms.pattern(one.term))}, {placeholder}, 'g')"
            text = f"CASE WHEN {self._where(one)} THEN {less} ELSE {text} END" if one.row_key else less
        for number, mark in enumerate(marks):
            text = f"replace({text}, {literal(chr(_PLACEHOLDERS + number))}, {literal(mark)})"
        return text

    def _where(self, one: Redaction) -> str:
        return f"{self.key} = {literal(one.row_key)}" if one.row_key else "true"


def redacted(
    holding: type[Holding], columns: tuple[Column, ...], redactions: Sequence[Redaction]
) -> tuple[Column, ...]:
    """The columns of which something is left out made anew; the very same where nothing of this holding can be."""
    here = [one for one in redactions if one.slug in {"", holding.slug()}] if redactions else []
    if not here:
        return columns
    key = key_sql(holding)
    made = tuple(_redacted(column, key, [one for one in here if _concerns(one, column)]) for column in columns)
    return columns if made == columns else made


def _redacted(column: Column, key: str, left_out: list[Redaction]) -> Column:
    if not left_out:
        return column
    known = {field.name: getattr(column, field.name) for field in fields(column)}
    return RedactedColumn(**known, key=key, left_out=tuple(left_out))


def _concerns(one: Redaction, column: Column) -> bool:
    if column.rule.third_person:  # hidden already
        return False
    return one.field in {"", column.name} and (not one.term or bool(column.searched))


def hidden_in(text: str, redactions: Iterable[Redaction]) -> str:
    """A text of ours without the terms that are left out everywhere."""
    for one in redactions:
        if one.term and not one.row_key:
            text = terms.without(text, one.term, one.mark)
    return text
