"""What whoever deletes by age instead of the sweep leaves: the rows that somebody keeps back at this moment."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from privacy.retention import holding_back, keepers
from privacy.retention.rules import rule_named
from privacy.vocabulary import KeptBackBy


def without_kept(slug: str, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those of these rows of a holding that may go now; in the caller's transaction, which deletes them (promise P3.1).

    While nobody keeps anything back it costs two queries and reads no row.
    """
    if slug in holding_back.whole_holdings():
        return rows.none()
    kept = _kept(slug, rows)
    return rows.exclude(pk__in=list(kept)) if kept else rows


def staying(slug: str, rows: QuerySet[Any]) -> dict[str, int]:
    """How many of these rows of a holding stay, for which reason."""
    if slug in holding_back.whole_holdings():
        count = rows.count()
        return {KeptBackBy.HELD_BACK.value: count} if count else {}
    return keepers.reasons(_kept(slug, rows).values())


def _kept(slug: str, rows: QuerySet[Any]) -> dict[Any, KeptBackBy]:
    rule = rule_named(slug)
    if rule is None or not keepers.any_in_force(rule):
        return {}
    return keepers.kept_back(rule, list(rows.order_by().values_list("pk", flat=True)))
