"""Who of our staff, and which Customer, looked at a person's data: read from the audit for them (Art. 15, P0.3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet

from privacy.audit import LOOKED, WHY
from privacy.models import AuditEntry

# Every look is put on record under a name that ends with LOOKED, by whichever screen it was.
STAFF = "staff:"
CUSTOMER = "customer:"


@dataclass(frozen=True)
class Look:
    """One look: when, at what, by whom, and the number of the thing if it has one.

    By the account of a member of staff, or on behalf of a Customer, which is named by its number. `why` is the word of
    LookReason that staff chose; empty for a Customer, and for what was looked at before anybody was asked.
    """

    at: datetime
    event: str
    staff_id: UUID | None
    customer_id: int | None
    about: str
    why: str = ""


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
    return Look(entry.occurred_at, entry.event, *_who(entry.actor), entry.object_id, entry.data.get(WHY, ""))


def _looks(digests: Iterable[str]) -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(
        Q(actor__startswith=STAFF) | Q(actor__startswith=CUSTOMER),
        subject_digest__in=list(digests),
        event__endswith=LOOKED,
    ).order_by()


def _who(actor: str) -> tuple[UUID | None, int | None]:
    kind, _colon, rest = actor.partition(":")
    return (UUID(rest), None) if kind == "staff" else (None, int(rest.partition(":")[0]))
