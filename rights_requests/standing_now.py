"""How the requests stand against their dates, by index: what is late, by right, and who is overdue to be told."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q

from rights_requests.models import CLOSED_STATES, RecipientNotice, RightsRequest
from rights_requests.vocabulary import State

# The present month and those before it that the desk's figures go back.
MONTHS = 12
# Whoever is to be told is told within seconds; so much later something is wrong.
MOST_OVERDUE = timedelta(minutes=15)
APPEALED = (State.APPEALED, State.PART_APPEALED)


@dataclass(frozen=True)
class Late:
    """The open requests of one right whose day is past while their clock runs: all, about children, and appeals."""

    count: int = 0
    minors: int = 0
    appeals: int = 0


def first_month(now: datetime) -> date:
    """The first day of the oldest month that the figures are about."""
    months = now.year * 12 + now.month - MONTHS
    return date(months // 12, months % 12 + 1, 1)


def late_by_right(now: datetime) -> dict[str, Late]:
    """What is late of each right that has something late; one query."""
    late = RightsRequest.objects.filter(~Q(state__in=CLOSED_STATES), paused_at=None, due_at__lt=now).order_by()
    rows = late.values_list("right").annotate(
        count=Count("due_at"),
        minors=Count("due_at", filter=Q(minor=True)),
        appeals=Count("due_at", filter=Q(state__in=APPEALED)),
    )
    return {right: Late(*counts) for right, *counts in rows}


def recipients_overdue(now: datetime) -> int:
    """How many recipients should have been told or asked a while ago and were not; one query by index."""
    return RecipientNotice.objects.filter(next_at__lt=now - MOST_OVERDUE).count()
