"""Counts what each member of staff looked at on a day; read by the index of looks, whatever else the audit holds."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Count, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import TruncHour
from django.utils import timezone

from privacy.audit import LOOKED, WHY
from privacy.looks import STAFF
from privacy.models import AuditEntry
from privacy.reading import known
from privacy.reading.known import Span

SATURDAY = 5


@dataclass
class Reading:
    """What one member of staff looked at on a day: people by keyed digest, and hours in the site's own zone."""

    looks: int = 0
    lists: int = 0
    outside: int = 0
    people: set[str] = field(default_factory=set)
    by_hour: dict[datetime, set[str]] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, digest: str, hour: datetime, why: str, count: int) -> None:
        """Count looks at one person, or at lists where there is none."""
        self.reasons[why] += count
        if not digest:
            self.lists += count
            return
        self.looks += count
        self.outside += count if is_outside(hour) else 0
        self.people.add(digest)
        self.by_hour.setdefault(hour, set()).add(digest)

    @property
    def in_an_hour(self) -> int:
        """The most people within one hour of the clock."""
        return max((len(people) for people in self.by_hour.values()), default=0)


def span_of(day: date) -> Span:
    """A day of the site's own time zone; one with a change of the clock is shorter or longer."""
    begins = timezone.make_aware(datetime.combine(day, time.min))
    return Span(begins, timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min)))


def is_outside(hour: datetime) -> bool:
    """Whether an hour lies outside the working hours of a working day."""
    local = timezone.localtime(hour)
    first, last = settings.READING_WORKING_HOURS
    return local.weekday() >= SATURDAY or not first <= local.hour < last


def looks_in(span: Span) -> QuerySet[AuditEntry]:
    """The looks of our staff in a span, at people and at lists."""
    return AuditEntry.objects.filter(
        event__endswith=LOOKED,
        occurred_at__gte=span.begins_at,
        occurred_at__lt=span.ends_at,
        actor__startswith=STAFF,
    ).order_by()


def readings(span: Span) -> dict[UUID, Reading]:
    """What each member of staff looked at; one query."""
    rows = looks_in(span).annotate(hour=TruncHour("occurred_at"), why=KT(f"data__{WHY}"))
    found: dict[UUID, Reading] = {}
    counted = rows.values_list("actor", "subject_digest", "hour", "why").annotate(count=Count("seq"))
    for actor, digest, hour, why, count in counted:
        found.setdefault(UUID(actor.removeprefix(STAFF)), Reading()).add(digest, hour, why or "", count)
    return found


def needless(people: Iterable[str], span: Span) -> set[str]:
    """Those who had nothing open with us in the span."""
    looked_at = set(people)
    return looked_at - known.needed(looked_at, span)
