"""Signs of life: each part of the system writes when it was last seen, by the database's clock."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from django.db.models import F
from django.db.models.functions import Now

from privacy.models import Heartbeat

SCHEDULER, WORKER = "scheduler", "worker"
# The scheduler shows itself every second and asks a worker to show itself every five; silent for longer, it is away.
MOST_SECONDS = MappingProxyType({SCHEDULER: 15, WORKER: 45})


def beat(part: str, detail: Mapping[str, int | str]) -> None:
    """Record that a part lives; `detail` replaces what it said before. Idempotent."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(part=part, beat_at=Now(), detail=dict(detail))],
        update_conflicts=True,
        unique_fields=["part"],
        update_fields=["beat_at", "detail"],
    )


def seconds_since(part: str) -> float | None:
    """Seconds since the part was last seen; None when it never was."""
    age = Heartbeat.objects.filter(part=part).annotate(age=Now() - F("beat_at")).values_list("age", flat=True).first()
    return age.total_seconds() if age is not None else None


def last_seen() -> dict[str, datetime | None]:
    """When each part was last seen, by the database's clock, in one query; None for a part that never was."""
    seen = dict(Heartbeat.objects.values_list("part", "beat_at"))
    return {part: seen.get(part) for part in MOST_SECONDS}
