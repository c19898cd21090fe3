"""How many requests were answered, when, and after how many days: read from the counts that the database keeps itself.

Whole days of 24 hours from receipt to answer; months are those of UTC. A request that was opened again counts with its
last answer only.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from django.db import connection

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

_ANSWERED = """
SELECT month, "right", regime, days, sum(count), sum(CASE WHEN late THEN count ELSE 0 END)
FROM rights_requests_answercount WHERE month >= %s
GROUP BY GROUPING SETS ((month), ("right", regime, days)) HAVING sum(count) <> 0
"""


@dataclass(frozen=True)
class Month:
    """What was answered in one month."""

    answered: int = 0
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


def answered(since: date) -> tuple[dict[date, Month], dict[tuple[str, str], Times]]:
    """What was answered since the first of a month: in each month, and how long it took by right and regime.

    One query, which goes through the counts once for both. What came to nothing is left out.
    """
    months: dict[date, Month] = {}
    found: dict[tuple[str, str], Times] = {}
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERED, [since])
        for month, right, regime, days, count, late in cursor.fetchall():
            if month is not None:
                months[month] = Month(count, late)
            else:
                found.setdefault((right, regime), Times()).add(days, count, late)
    return months, found


def together(parts: Iterable[Times]) -> Times:
    """Several kinds as one."""
    whole = Times()
    for part in parts:
        whole.by_days.update(part.by_days)
        whole.late += part.late
    return whole
