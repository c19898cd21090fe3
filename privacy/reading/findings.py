"""What is to be looked into, and that somebody other than the one it is about did so."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from privacy import audit, clock
from privacy.actors import Actor
from privacy.data_map.subject import Subject
from privacy.models import AuditEntry, ReadingDay
from privacy.reading import figures
from privacy.vocabulary import ReadingVerdict

MAY = "privacy.change_readingday"
# So many lines of a day stand on its page; the audit has the rest.
MOST_LINES = 200


class NotYours(Exception):
    """Nobody looks into their own reading, and only those who may look into anybody's."""


class SettledBefore(Exception):
    """A colleague looked into it a moment ago: their word stands."""


@dataclass(frozen=True)
class LineOfDay:
    """One look of a day: when, by which event, at whom by the first digits of the digest, at which thing, and why.

    `kind` is the label of the thing's model, `about` its key; empty where the person alone is named.
    """

    at: datetime
    event: str
    digest: str
    kind: str
    about: str
    why: str
    needless: bool
    outside: bool


def to_look_into() -> QuerySet[ReadingDay]:
    """What was unusual and nobody has looked into yet, the newest first."""
    return (
        ReadingDay.objects.filter(looked_into_at__isnull=True)
        .exclude(flags=[])
        .select_related("staff")
        .order_by("-day")
    )


def last_days(days: int) -> QuerySet[ReadingDay]:
    """Every colleague's reading of the last days that are counted."""
    since = timezone.localdate() - timedelta(days=days)
    return ReadingDay.objects.filter(day__gte=since).select_related("staff").order_by("-day", "-people")


def lines_of(row: ReadingDay) -> list[LineOfDay]:
    """The looks of that day, in their order; at most MOST_LINES. Three queries."""
    span = figures.span_of(row.day)
    mine: list[AuditEntry] = list(
        figures.looks_in(span).filter(actor=str(Actor.staff(row.staff_id))).order_by("occurred_at", "seq")[:MOST_LINES]
    )
    without = figures.needless((entry.subject_digest for entry in mine if entry.subject_digest), span)
    return [
        LineOfDay(
            at=entry.occurred_at,
            event=entry.event,
            digest=entry.subject_digest[:12],
            kind=entry.object_type,
            about=entry.object_id,
            why=entry.data.get(audit.WHY, ""),
            needless=entry.subject_digest in without,
            outside=figures.is_outside(entry.occurred_at),
        )
        for entry in mine
    ]


@transaction.atomic
def look_into(*, actor: Actor, day_id: int, verdict: ReadingVerdict) -> ReadingDay:
    """Put on record what came of it, with an audit entry about the colleague; it is said once.

    Raises ReadingDay.DoesNotExist, NotYours, and SettledBefore when a colleague was first.
    """
    row = ReadingDay.objects.select_for_update().get(pk=day_id)
    if not _may(actor) or actor.user_id == row.staff_id:
        raise NotYours
    if row.looked_into_at is not None:
        raise SettledBefore
    row.looked_into_at, row.looked_into_by_id, row.verdict = clock.now(), actor.user_id, ReadingVerdict(verdict)
    row.save(update_fields=["looked_into_at", "looked_into_by", "verdict"])
    digest = Subject(user_id=row.staff_id).digest
    audit.record(
        event="reading.looked_into", actor=actor, subject_digest=digest, about=row, data={"verdict": row.verdict}
    )
    return row


def _may(actor: Actor) -> bool:
    staff = get_user_model().objects.filter(pk=actor.user_id, is_active=True, is_staff=True)  # type: ignore[misc]
    account = staff.first() if actor.kind == "staff" else None
    return account is not None and account.has_perm(MAY)
