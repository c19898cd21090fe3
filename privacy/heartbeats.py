"""Signs of life: each part of the system writes when it was last seen, by the database's clock."""

from collections.abc import Mapping

from django.db.models import F
from django.db.models.functions import Now

from privacy.models import Heartbeat


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
