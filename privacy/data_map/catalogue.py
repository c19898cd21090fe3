"""Reads PostgreSQL's own catalogue: which columns can hold text, and which columns an index leads with."""

from dataclasses import dataclass

from django.db import connection

# Base types whose text form can carry an identifier; names, as citext and hstore have no fixed number.
TEXT_TYPES = (
    "text",
    "varchar",
    "bpchar",
    "name",
    "citext",
    "json",
    "jsonb",
    "xml",
    "hstore",
    "tsvector",
    "inet",
    "cidr",
    "macaddr",
    "bytea",
)

COLUMNS_SQL = """
WITH RECURSIVE base AS (
    SELECT t.oid, t.oid AS base_oid, t.typtype, t.typbasetype FROM pg_type t
    UNION ALL
    SELECT b.oid, t.oid, t.typtype, t.typbasetype FROM base b JOIN pg_type t ON t.oid = b.typbasetype
    WHERE b.typtype = 'd'
)
SELECT n.nspname, c.relname, a.attname, coalesce(e.typname, t.typname), e.oid IS NOT NULL
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN base b ON b.oid = a.atttypid AND b.typtype <> 'd'
JOIN pg_type t ON t.oid = b.base_oid
LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't'
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_toast%%'
  AND coalesce(e.typname, t.typname) = ANY(%s)
ORDER BY n.nspname, c.relname, a.attnum
"""

# An index serves a look-up by a column when it leads with it, is usable, and covers every row that has a value there.
LEADING_SQL = """
SELECT c.relname, a.attname
FROM pg_index i
JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
JOIN pg_class x ON x.oid = i.indexrelid
JOIN pg_am m ON m.oid = x.relam
WHERE i.indisvalid AND i.indisready AND m.amname IN ('btree', 'hash') AND n.nspname = ANY(current_schemas(false))
  AND (i.indpred IS NULL
       OR pg_get_expr(i.indpred, i.indrelid) = format('(%%I IS NOT NULL)', a.attname))
"""


@dataclass(frozen=True)
class Column:
    """One column of the database: `type` is the base type's name (of the elements, for an array)."""

    schema: str
    table: str
    name: str
    type: str
    is_array: bool


def searchable_columns() -> dict[tuple[str, str], list[Column]]:
    """Every column of every table that can hold text or a UUID, by (schema, table), Django's models or not."""
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS_SQL, [[*TEXT_TYPES, "uuid"]])
        columns = [Column(*row) for row in cursor.fetchall()]
    tables: dict[tuple[str, str], list[Column]] = {}
    for column in columns:
        tables.setdefault((column.schema, column.table), []).append(column)
    return tables


def leading_columns() -> frozenset[tuple[str, str]]:
    """Every (table, column) with which a usable btree or hash index begins; partial indexes do not count."""
    with connection.cursor() as cursor:
        cursor.execute(LEADING_SQL, [])
        return frozenset(cursor.fetchall())
