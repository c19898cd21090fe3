"""Figures of the residue scan: the whole database against one LIKE pass over the same columns."""

from collections.abc import Callable, Iterator
from uuid import UUID

from django.db import connection

from benchmarks.figure import Figure, interleaved
from privacy.data_map.catalogue import TEXT_TYPES, searchable_columns
from privacy.data_map.reach import quote
from privacy.data_map.residue import scan_tables

ROUNDS = 5
MOST_TIMES_LIKE = 1.5
# Someone who is nowhere, as after an erasure: an address, and the number of an account in both of its forms.
NOBODY = UUID("0f8fad5b-d9cb-469f-a165-70867728950e")
FEW = frozenset({"nobody.at.all@example.org", str(NOBODY), NOBODY.hex})
MANY = frozenset({*FEW, *(f"nobody.{number}@example.org" for number in range(17))})


def figures(quick: bool) -> Iterator[Figure]:
    """Time for one erased person, and for several at once."""
    for identifiers in (FEW,) if quick else (FEW, MANY):
        like, scan = _like_pass(identifiers), _scan(identifiers)
        scan(), like()
        limit_s, scan_s = interleaved([like, scan], ROUNDS)
        tables, rows = len(searchable_columns()), _rows()
        name = f"residue scan, {len(identifiers)} identifiers"
        note = f"{ROUNDS} rounds over {tables} tables, {rows / 1e6:.1f} million rows"
        yield Figure(name, scan_s, MOST_TIMES_LIKE, limit=limit_s, note=note)


def _scan(identifiers: frozenset[str]) -> Callable[[], object]:
    return lambda: list(scan_tables(identifiers, {}))


def _like_pass(identifiers: frozenset[str]) -> Callable[[], None]:
    """One pass per table, LIKE over every text column for every identifier, in the case that it was given in."""
    patterns = [f"%{identifier}%" for identifier in sorted(identifiers)]
    statements = []
    for (schema, table), columns in searchable_columns().items():
        texts = [column for column in columns if column.type in TEXT_TYPES and not column.is_array]
        tests = [f"{quote(column.name)}::text LIKE %s" for column in texts for _pattern in patterns]
        if tests:
            source = f"{quote(schema)}.{quote(table)}"
            statements.append((f"SELECT count(*) FROM {source} WHERE {' OR '.join(tests)}", patterns * len(texts)))

    def run() -> None:
        with connection.cursor() as cursor:
            for sql, params in statements:
                cursor.execute(sql, params)
                cursor.fetchone()

    return run


def _rows() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(n_live_tup), 0) FROM pg_stat_user_tables")
        return int(cursor.fetchone()[0])
