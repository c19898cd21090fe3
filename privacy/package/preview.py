"""What a copy would contain now, in pages, and every place where a term stands in it: read by the export's own SELECT.

Nothing is written down: rows come in bounded pages by their primary key, on the caller's own connection.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection

from privacy.data_map.declarations import Holding
from privacy.data_map.subject import Subject
from privacy.package import terms
from privacy.package.columns import Column, columns_of, is_secret_key, json_fields, key_sql, literal
from privacy.package.export import Snapshot, select
from privacy.package.records import RecordTeller
from privacy.package.redactions import RedactedColumn, Redaction, redacted

# So much of a value, and so much around a term, stands on a page of staff.
MOST_CHARACTERS = 2_000
AROUND_TERM = 60
LONG = 600


@dataclass(frozen=True)
class Cell:
    """One value as the person would read it; `whole` says that nothing of it is shown, `others` that it never was."""

    field: str
    label: str
    text: str
    whole: bool
    others: bool
    cut: bool

    @property
    def long(self) -> bool:
        """Whether it is too long to stand on a page among others."""
        return len(self.text) > LONG


@dataclass(frozen=True)
class Entry:
    """One row: its primary key as text, and each exported field in the order of the copy."""

    key: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class EntryPage:
    """Some entries of a holding in the order of their keys; `next` is the key to go on after, "" at the end."""

    entries: tuple[Entry, ...]
    next: str


@dataclass(frozen=True)
class Place:
    """Where a term stands: the value, with what is before and after the term; `gone` when it is left out already."""

    holding: type[Holding]
    key: str
    field: str
    label: str
    before: str
    term: str
    after: str
    gone: bool


def entries(
    holding: type[Holding], subject: Subject, redactions: Sequence[Redaction], *, after: str = "", most: int
) -> EntryPage:
    """The next `most` entries of a holding as the copy would show them; ValueError for a key that cannot be one."""
    columns = redacted(holding, columns_of(holding), redactions)
    if not columns:
        return EntryPage((), "")
    rows = _read(holding, subject, json_fields(columns), _after(holding, after), most + 1)
    told = _told(columns, [line for _key, line in rows[:most]])
    found = tuple(Entry(key, cells) for (key, _line), cells in zip(rows, told, strict=False))
    return EntryPage(found, found[-1].key if len(rows) > most else "")


def values(holding: type[Holding], subject: Subject, keys: Iterable[str]) -> dict[str, dict[str, str]]:
    """Of these of the subject's rows (by primary key as text) each value in words, by field; others are not there."""
    columns, wanted = columns_of(holding), ", ".join(literal(key) for key in keys)
    if not columns or not wanted:
        return {}
    found = _read(holding, subject, json_fields(columns), f"WHERE {key_sql(holding)} IN ({wanted})", None)
    told = RecordTeller(columns).texts([line for _key, line in found])
    names = [column.name for column in columns]
    return {key: dict(zip(names, texts, strict=True)) for (key, _line), texts in zip(found, told, strict=True)}


def places(
    holdings: Iterable[type[Holding]], subject: Subject, redactions: Sequence[Redaction], term: str, *, most: int
) -> Iterator[Place]:
    """Every place where the term stands, of each holding at most the first `most` rows."""
    for holding in holdings:
        searched = [column for column in columns_of(holding) if column.searched and not column.rule.third_person]
        if searched:
            yield from _places(holding, subject, redacted(holding, tuple(searched), redactions), term, most)


def _places(
    holding: type[Holding], subject: Subject, columns: tuple[Column, ...], term: str, most: int
) -> Iterator[Place]:
    found = [f"({column.holds_sql(term)}) AS found_{number}" for number, column in enumerate(columns)]
    any_of = " OR ".join(column.holds_sql(term) for column in columns)
    plain = [column for column in columns_of(holding) if column.name in {here.name for here in columns}]
    fields = f"{', '.join(found)}, {json_fields(tuple(plain))}"
    rows = _read(holding, subject, fields, f"WHERE {any_of}", most)
    told = RecordTeller(plain).texts([line for _key, line in rows])
    for (key, line), texts in zip(rows, told, strict=True):
        for number, (column, text) in enumerate(zip(columns, texts, strict=True)):
            if line[f"found_{number}"]:
                yield _place(holding, key, column, text, term)


def _place(holding: type[Holding], key: str, column: Column, text: str, term: str) -> Place:
    where = terms.found_in(text, term)
    start, end = where.span() if where else (0, 0)
    before, after = text[:start], text[end:]
    before = before if len(before) <= AROUND_TERM else f"…{before[-AROUND_TERM:]}"
    after = after if len(after) <= AROUND_TERM else f"{after[:AROUND_TERM]}…"
    gone = isinstance(column, RedactedColumn) and column.leaves_out(key, term)
    return Place(holding, key, column.name, column.label, before, text[start:end], after, gone)


def _read(
    holding: type[Holding], subject: Subject, fields: str, where: str, most: int | None
) -> list[tuple[str, dict[str, Any]]]:
    """(primary key, fields) of the rows of a holding, in the order of their keys."""
    with connection.cursor() as cursor:
        # Without parameters, as the export does it: each is bound into the source before.
        source = Snapshot(cursor).source(holding, subject)
        row = f"(SELECT row_to_json(line)::text FROM (SELECT {fields}) line)"
        limit = f" LIMIT {most}" if most is not None else ""
        cursor.execute(f"{select(f'{key_sql(holding)}, {row}', source)} {where} ORDER BY {_key(holding)}{limit}")
        return [(key, json.loads(line)) for key, line in cursor.fetchall()]


def _told(columns: tuple[Column, ...], lines: list[dict[str, Any]]) -> Iterator[tuple[Cell, ...]]:
    texts = RecordTeller(columns).texts(lines)
    marks = [column.marks() for column in columns]
    for line, told in zip(lines, texts, strict=True):
        yield tuple(
            Cell(
                column.name,
                column.label,
                text[:MOST_CHARACTERS],
                whole=isinstance(line[column.name], str) and line[column.name] in own,
                others=column.rule.third_person,
                cut=len(text) > MOST_CHARACTERS,
            )
            for column, text, own in zip(columns, told, marks, strict=True)
        )


def _after(holding: type[Holding], key: str) -> str:
    """The condition that a row comes after the one of this key; raises ValueError when it is no key."""
    if not key:
        return ""
    if is_secret_key(holding):
        return f"WHERE {key_sql(holding)} > {literal(key)}"
    pk: Any = holding.model()._meta.pk
    while pk.is_relation:
        pk = pk.target_field
    try:
        pk.run_validators(pk.to_python(key))
    except ValidationError as error:
        raise ValueError("not a key") from error
    return f"WHERE {_key(holding)} > {literal(key)}::{pk.rel_db_type(connection)}"


def _key(holding: type[Holding]) -> str:
    """The key by which rows are ordered: typed, so that an index serves."""
    return key_sql(holding).removesuffix("::text")
