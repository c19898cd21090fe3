"""How many requests were answered, when, and after how many days: read from the counts that the database keeps itself.

Whole days of 24 hours from receipt to answer; months are those of UTC. A request that was opened again counts with its
last answer only.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from django.db import connection
from django.db.models import Q, Sum

from rights_requests.models import AnswerCount
from rights_requests.vocabulary import State

MEDIAN, NINETIETH = Fraction(1, 2), Fraction(9, 10)

_SAME = 'month, "right", regime, state, late, days'
# The rows of a group go and their sum comes in one statement; a row that is added meanwhile is none of them.
_FOLD = f"""
WITH many AS (
    SELECT {_SAME} FROM rights_requests_answercount GROUP BY {_SAME} HAVING count(*) > 1
), gone AS (
    DELETE FROM rights_requests_answercount WHERE ({_SAME}) IN (SELECT {_SAME} FROM many)
    RETURNING {_SAME}, count
), summed AS (
    INSERT INTO rights_requests_answercount ({_SAME}, count)
    SELECT {_SAME}, sum(count) FROM gone GROUP BY {_SAME} HAVING sum(count) <> 0
)
SELECT count(*) FROM gone
"""


@dataclass(frozen=True)
class Month:
    """What was answered in one month."""

    answered: int = 0
    refused: int = 0
    late: int = 0


@dataclass
class Times:
    """How long answers of one kind took: how many after so many days, and how many of them late."""

    by_days: Counter[int] = field(default_factory=Counter)
    late: int = 0

    @property
    def answered(self) -> int:
        """How many there were."""
        return self.by_days.total()

    def within(self, share: Fraction) -> int | None:
        """The days within which this share of them was answered (nearest rank); None where there were none."""
        reached, wanted = 0, share * self.answered
        for days in sorted(self.by_days):
            reached += self.by_days[days]
            if reached and reached >= wanted:
                return days
        return None

    def add(self, days: int, count: int, late: int) -> None:
        """Count some more."""
        self.by_days[days] += count
        self.late += late


def fold() -> int:
    """Put together the rows that say the same; returns how many went. Atomic; safe at any time and twice at once."""
    with connection.cursor() as cursor:
        cursor.execute(_FOLD)
        return int(cursor.fetchone()[0])


def by_month(since: date) -> dict[date, Month]:
    """What was answered in each month since the first of one; a month without answers is left out. One query."""
    rows = (
        AnswerCount.objects.filter(month__gte=since)
        .values_list("month")
        .annotate(
            answered=Sum("count"),
            refused=Sum("count", filter=Q(state=State.REFUSED), default=0),
            late=Sum("count", filter=Q(late=True), default=0),
        )
    )
    return {month: Month(*counts) for month, *counts in rows if any(counts)}


def times(since: date) -> Mapping[tuple[str, str], Times]:
    """How long the answers since the first of a month took, by right and regime. One query."""
    rows = (
        AnswerCount.objects.filter(month__gte=since)
        .values_list("right", "regime", "days")
        .annotate(answered=Sum("count"), late=Sum("count", filter=Q(late=True), default=0))
    )
    found: dict[tuple[str, str], Times] = {}
    for right, regime, days, answered, late in rows:
        if answered:
            found.setdefault((right, regime), Times()).add(days, answered, late)
    return found


def together(parts: Iterable[Times]) -> Times:
    """Several kinds as one."""
    whole = Times()
    for part in parts:
        whole.by_days.update(part.by_days)
        whole.late += part.late
    return whole
