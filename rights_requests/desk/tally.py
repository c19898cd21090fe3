"""Counts many sets of requests at once, each up to a bound: what is beyond it is "999+", however long the queue is."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.utils import formats

from rights_requests.models import RightsRequest

# So many rows of one set are counted, and shown, at most; the rest is found by search and filters.
MOST = 1_000


def tally(sets: Mapping[str, QuerySet[RightsRequest]]) -> dict[str, int]:
    """How many requests each set has, MOST standing for that many or more; one query.

    Each count stops at the bound. Give each set the order of the index that finds it: without one, the old requests,
    which are done long since, would be read through until enough of the others were found.
    """
    found = dict.fromkeys(sets, 0)
    parts: dict[str, str] = {}
    values: list[Any] = []
    for name, requests in sets.items():
        try:
            sql, params = requests.values("pk")[:MOST].query.sql_with_params()
        except EmptyResultSet:
            continue
        parts[name] = f"(SELECT count(*) FROM ({sql}) s)"
        values.extend(params)
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(parts.values())}", values)
            found.update(zip(parts, cursor.fetchone(), strict=True))
    return found


def in_words(count: int) -> str:
    """A count as a tab shows it: "12", "999+"."""
    return f"{formats.number_format(MOST - 1)}+" if count >= MOST else formats.number_format(count)
