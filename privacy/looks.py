"""Who of our staff looked at a person's data: read from the audit, for that person (Art. 15 GDPR, P0.3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max, QuerySet

from privacy.models import AuditEntry

# Every look is put on record under such a name, by whichever screen it was.
LOOKED = ".viewed"
STAFF = "staff:"


@dataclass(frozen=True)
class Look:
    """One look: when, at what, by the account of which member of staff, and the number of the thing if it has one."""

    at: datetime
    event: str
    staff_id: UUID
    about: str


@dataclass(frozen=True)
class Looks:
    """All looks at one kind of thing, counted; `last_at` is the last of them."""

    event: str
    count: int
    last_at: datetime


def looks_counted(digests: Iterable[str]) -> list[Looks]:
    """How often what of a person was looked at; one query."""
    found = _looks(digests).values_list("event").annotate(count=Count("seq"), last_at=Max("occurred_at"))
    return [Looks(*row) for row in found.order_by("event")]


def latest_looks(digests: Iterable[str], *, most: int) -> list[Look]:
    """The last looks at a person's data, the newest first; one query."""
    return [look_of(entry) for entry in _looks(digests).order_by("-seq")[:most]]


def entries(digests: Iterable[str]) -> QuerySet[AuditEntry]:
    """The entries of all looks at a person's data, for whoever reads them page by page."""
    return _looks(digests)


def look_of(entry: AuditEntry) -> Look:
    """The look that an entry is about."""
    return Look(entry.occurred_at, entry.event, UUID(entry.actor.removeprefix(STAFF)), entry.object_id)


def _looks(digests: Iterable[str]) -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(
        subject_digest__in=list(digests), event__endswith=LOOKED, actor__startswith=STAFF
    ).order_by()
