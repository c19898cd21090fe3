"""The newest rows of everything we hold about a person, as a page can show them: what an export would give, in short.

One round trip, whatever there is: each holding adds a part to one statement, made of the same columns as the export.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.db import connection

from privacy.data_map import reach
from privacy.data_map.declarations import Holding
from privacy.data_map.rectify import dated
from privacy.data_map.subject import Subject
from privacy.package.columns import columns_of, json_fields, source_columns
from privacy.package.records import RecordTeller

# One row of a page: its primary key, and each exported field in words, in the order of `columns_of`.
Row = tuple[str, tuple[str, ...]]


def newest_rows(subject: Subject, holdings: Iterable[type[Holding]], *, most: int) -> dict[str, list[Row]]:
    """The newest `most` rows of each of these holdings, by slug, in words of the active language."""
    shown = {holding.slug(): holding for holding in holdings if any(holding.exported())}
    found: dict[str, list[tuple[str, Any]]] = {}
    for slug, key, line in _read(subject, shown, most):
        found.setdefault(slug, []).append((key, json.loads(line)))
    return {slug: _told(shown[slug], rows) for slug, rows in found.items()}


def _told(holding: type[Holding], rows: list[tuple[str, Any]]) -> list[Row]:
    texts = RecordTeller(columns_of(holding)).texts([line for _key, line in rows])
    return [(key, told) for (key, _line), told in zip(rows, texts, strict=True)]


def _read(subject: Subject, shown: dict[str, type[Holding]], most: int) -> list[tuple[str, str, str]]:
    parts, params = [], []
    for slug, holding in shown.items():
        sql, values = _part(holding, subject)
        parts.append(f"({sql})")
        params += [slug, *values, most]
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        return list(cursor.fetchall())


def _part(holding: type[Holding], subject: Subject) -> tuple[str, list[Any]]:
    """Slug, primary key and row of one holding; the same order as on the page where values are corrected."""
    quote, meta = connection.ops.quote_name, holding.model()._meta
    since = [quote(str(meta.get_field(name).column)) for name in dated(holding)]  # type: ignore[union-attr]
    source, params = reach.select_sql(holding, subject, *dict.fromkeys([*source_columns(holding), *since]))
    key = quote(str(meta.pk.column))
    order = ", ".join([*(f"{column} DESC" for column in since), key])
    row = f"(SELECT row_to_json(line)::text FROM (SELECT {json_fields(columns_of(holding))}) line)"
    return f"SELECT %s, r.{key}::text, {row} FROM (SELECT * FROM ({source}) s ORDER BY {order} LIMIT %s) r", params
