"""What the last sweep that ended did, in figures, for whoever watches over it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Sum
from django.db.models.functions import Coalesce

from privacy.models import RetentionRun
from privacy.vocabulary import RunState

# A night's sweep, and the time in which it may be late.
MOST_SWEEP_AGE = timedelta(hours=30)


@dataclass(frozen=True)
class LastSweep:
    """When it ended, and how many rows it deleted, kept back for a reason, and left though they were over."""

    id: UUID
    finished_at: datetime
    deleted: int
    kept_back: int
    left: int


def last_sweep() -> LastSweep | None:
    """The last sweep that ended; None before the first one has; one query."""
    totals = {name: Coalesce(Sum(f"counts__{name}"), 0) for name in ("deleted", "kept_back", "left")}
    ended = RetentionRun.objects.filter(state=RunState.DONE).annotate(**totals).order_by("-finished_at")
    found: tuple[Any, ...] | None = ended.values_list("pk", "finished_at", *totals).first()
    return None if found is None else LastSweep(*found)
