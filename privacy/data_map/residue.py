"""Searches every table and store for what should be gone: the proof that an erasure left nothing behind (Art. 17)."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from html import escape as escape_html
from typing import Any
from unicodedata import normalize
from urllib.parse import quote as percent_encode
from uuid import UUID

from django.db import connection

from privacy.data_map.catalogue import Column, searchable_columns
from privacy.data_map.declarations import Erase, Holding, Word
from privacy.data_map.registry import Registry, registry

# Shorter texts stand in other words by chance, and a proof that cries wolf proves nothing.
SHORTEST = 4
# PostgreSQL takes at most 100 arguments a call.
AT_ONCE = 90

# "ann@x.org" is found in "<ann@x.org>", "to=ann@x.org." or '\\nann@x.org', but not in "joann@x.org" or "ann@x.org.uk":
# those are other people's. What stands before may also be the end of an escape: percent, JSON's, or bytea's.
BEFORE = r"(^|[^a-z0-9_.+-]|(^|[^a-z0-9_])[.+-]|%[0-9a-f]{2}|\\[bfnrt]|\\u[0-9a-f]{4}|\\[0-7]{3})"
AFTER = r"($|[^a-z0-9.-]|[.-]($|[^a-z0-9]))"


@dataclass(frozen=True)
class Hit:
    """A place where an identifier was found in `count` rows; `planned` where the data map keeps it with a reason.

    `table` is "store:<name>" for a store, and `column` the place in it.
    """

    table: str
    column: str
    count: int
    planned: bool


def scan(
    identifiers: frozenset[str],
    *,
    allowed: Mapping[str, set[str]] | None = None,
    tables: Collection[str] | None = None,
    declared: Registry = registry,
) -> list[Hit]:
    """Look for all identifiers in every table of the database, declared or not, and in every store.

    One pass per table however many identifiers there are. `allowed` names the columns per table where a hit is planned;
    without it, those that the data map keeps. Where `tables` are named, nothing else is searched, and no store. Reads
    only. Raises ValueError for an identifier under 4 characters.
    """
    planned = kept_columns(declared) if allowed is None else allowed
    hits = list(scan_tables(identifiers, planned, tables)) if identifiers else []
    for store in declared.stores.values() if identifiers and tables is None else ():
        hits += [Hit(f"store:{store.name}", place, 1, False) for place in store.verify(identifiers)]
    return hits


def scan_tables(
    identifiers: frozenset[str], allowed: Mapping[str, set[str]], tables: Collection[str] | None = None
) -> Iterator[Hit]:
    """The tables' part of `scan`."""
    needles = sorted({form for identifier in identifiers for form in _forms(identifier)})
    uuids = [identifier for identifier in sorted(identifiers) if _is_uuid(identifier)]
    for (schema, table), columns in searchable_columns().items():
        name = table if schema == "public" else f"{schema}.{table}"
        if tables is not None and name not in tables:
            continue
        sql, params = table_sql(schema, table, columns, needles, uuids)
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            counts = cursor.fetchone()
        for column, count in zip(columns, counts, strict=True):
            if count:
                yield Hit(name, column.name, count, column.name in allowed.get(name, set()))


def table_sql(
    schema: str, table: str, columns: list[Column], needles: list[str], uuids: list[str]
) -> tuple[str, list[Any]]:
    """One statement that counts hits per column in one pass.

    Each row is folded once, all its text columns together; only the rare row in which a needle stands anywhere is
    looked at more closely. OFFSET 0 keeps the planner from folding once per needle.
    """
    texts = [column for column in columns if not _is_uuid_column(column)]
    keys = [column for column in columns if _is_uuid_column(column)]
    row = ", ".join([quote(column.name) for column in columns])
    source = f"{quote(schema)}.{quote(table)}"
    conditions: list[str] = []
    params: list[Any] = []
    selected = [_precise(column) for column in columns]
    params += [_pattern(needles) if column in texts else uuids for column in columns]
    if texts:
        row += f', lower({_joined(texts)} COLLATE "C") AS "folded row"'
        conditions += ['strpos("folded row", %s) > 0'] * len(needles)
        params += needles
    if keys:
        conditions += [f"{quote(column.name)} = ANY(%s::uuid[])" for column in keys]
        params += [uuids] * len(keys)
    found = " OR ".join(conditions)
    return f"SELECT {', '.join(selected)} FROM (SELECT {row} FROM {source} OFFSET 0) t WHERE {found}", params


def kept_columns(declared: Registry = registry, spared: Collection[str] = ()) -> dict[str, set[str]]:
    """Per table, the columns that the data map keeps after an erasure and says why; all those of a spared holding."""
    columns: dict[str, set[str]] = {}
    for holding in declared.holdings.values():
        meta = holding.model()._meta
        if holding.slug() in spared:
            columns[str(meta.db_table)] = {str(field.column) for field in meta.concrete_fields}
        if holding.erase is Erase.DELETE_ROW:
            continue
        kept = {str(meta.get_field(name).column) for name, rule in holding.rules().items() if rule.word is Word.KEPT}  # type: ignore[union-attr]
        columns.setdefault(str(meta.db_table), set()).update(kept)
    return columns


def written_by(hit: Hit, declared: Registry = registry) -> type[Holding] | None:
    """The holding in which the hit is a text that some person wrote; None where it is anything else.

    Such a text can name somebody else. When the writer is another person, it is that person's data. So is an address
    that they only typed, or have left: where it would say whose data it is, `without_reused` was asked before.
    """
    for holding in declared.holdings.values():
        meta = holding.model()._meta
        if meta.db_table != hit.table:
            continue
        for name, rule in holding.rules().items():
            only_typed = bool(holding.identified_when or holding.left_since)
            own_words = (rule.free_text or rule.provided) and (only_typed or not rule.identifies)
            if own_words and getattr(meta.get_field(name), "column", "") == hit.column:
                return holding
    return None


def quote(name: str) -> str:
    """Any name quoted for a statement with parameters: tables that are not Django's may be called anything."""
    return '"' + name.replace('"', '""').replace("%", "%%") + '"'


def _precise(column: Column) -> str:
    if _is_uuid_column(column):
        return f"count(*) FILTER (WHERE {quote(column.name)} = ANY(%s::uuid[]))"
    return f'count(*) FILTER (WHERE lower({_text(column)} COLLATE "C") ~ %s)'


def _text(column: Column) -> str:
    # bytea in escape form shows its plain ASCII; everything else has a text form of its own.
    if column.type == "bytea" and not column.is_array:
        return f"encode({quote(column.name)}, 'escape')"
    return f"{quote(column.name)}::text"


def _joined(columns: list[Column]) -> str:
    parts = [_text(column) for column in columns]
    groups = [parts[start : start + AT_ONCE] for start in range(0, len(parts), AT_ONCE)]
    joined = [f"concat_ws(E'\\x1f', {', '.join(group)})" for group in groups]
    return joined[0] if len(joined) == 1 else f"concat_ws(E'\\x1f', {', '.join(joined)})"


def _pattern(needles: list[str]) -> str:
    # A number of an account is nobody else's, whatever it is glued to: "user-<number>", "<number>_old.pdf".
    numbers = [_literal(needle) for needle in needles if _is_uuid(needle)]
    others = [_literal(needle) for needle in needles if not _is_uuid(needle)]
    return "|".join(numbers + ([f"{BEFORE}({'|'.join(others)}){AFTER}"] if others else []))


def _literal(needle: str) -> str:
    return re.sub(r"([^0-9a-zA-Z@_\-\s]|-)", lambda found: "\\" + found[1] if ord(found[1]) < 128 else found[1], needle)


def _forms(identifier: str) -> Iterator[str]:
    """The ways in which an identifier may be written, folded as PostgreSQL folds in the "C" collation: ASCII only."""
    folded = identifier.strip().lower()
    if len(folded) < SHORTEST:
        raise ValueError("an identifier of fewer than 4 characters cannot be searched for")
    for form in {folded, _ascii_lower(folded.upper()), _punycode(folded)}:
        for composed in {normalize("NFC", form), normalize("NFD", form)}:
            yield composed
            yield percent_encode(composed, safe="").lower()
            yield percent_encode(composed, safe="+").lower()
            yield json.dumps(composed)[1:-1].lower()
            yield escape_html(composed).lower()


def _punycode(address: str) -> str:
    """The address with its domain as the mail system writes it; unchanged where the domain cannot be written so."""
    local, at, domain = address.rpartition("@")
    try:
        return f"{local}{at}{domain.encode('idna').decode()}" if at else address
    except UnicodeError:
        return address


def _ascii_lower(text: str) -> str:
    return "".join(character.lower() if character.isascii() else character for character in text)


def _is_uuid(identifier: str) -> bool:
    try:
        return bool(UUID(identifier))
    except ValueError:
        return False


def _is_uuid_column(column: Column) -> bool:
    return column.type == "uuid" and not column.is_array
