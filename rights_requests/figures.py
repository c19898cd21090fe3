"""How many people asked for what and how we answered: counted from the requests, told so that nobody is recognised."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from privacy.vocabulary import Right
from rights_requests.models import RightsRequest
from rights_requests.regimes import by_law, regime_named
from rights_requests.vocabulary import State

# A line that stands for fewer requests than this says nothing but that; every other count is a multiple of the step.
SMALLEST = 10
STEP = 5

# What counts, and as what, wherever requests are counted: a request that was merged into another counts once. Late is
# what was answered, or still waits, after its day; while the clock stands still nothing is late.
COUNTS_SQL = "duplicate_of_id IS NULL"
ANSWERED_SQL = f"state = '{State.COMPLETED.value}'"
REFUSED_SQL = f"state = '{State.REFUSED.value}'"
LATE_SQL = (
    f"state <> '{State.WITHDRAWN.value}' AND coalesce(closed_at, clock_timestamp()) > due_at AND paused_at IS NULL"
)
DAYS_SQL = "extract(epoch FROM closed_at - received_at) / 86400"
# Requests, each with the code of the first regime of its law; "" for a law that we do not know.
WITH_LAW_SQL = """
  SELECT r.*, coalesce(known.law, '') AS law
  FROM {table} r LEFT JOIN unnest(%s::text[], %s::text[]) AS known(code, law) ON known.code = r.regime
"""
# One round trip for every year: the whole, by right, and by law.
COUNTED_SQL = f"""
SELECT year, coalesce("right", ''), coalesce(law, ''), GROUPING("right") = 0, GROUPING(law) = 0,
  count(*), count(*) FILTER (WHERE {ANSWERED_SQL}), count(*) FILTER (WHERE {REFUSED_SQL}),
  count(*) FILTER (WHERE {LATE_SQL}),
  percentile_cont(0.5) WITHIN GROUP (ORDER BY {DAYS_SQL}) FILTER (WHERE {ANSWERED_SQL} OR {REFUSED_SQL})
FROM (
  SELECT asked.*, extract(year FROM received_at AT TIME ZONE %s)::int AS year FROM ({WITH_LAW_SQL}) asked
  WHERE {COUNTS_SQL}
) counted
GROUP BY GROUPING SETS ((year), (year, "right"), (year, law))
ORDER BY year DESC, min(received_at)
"""


@dataclass(frozen=True)
class Counted:
    """The exact counts of one group; they leave this module only as `Line`."""

    name: str
    received: int
    answered: int
    refused: int
    late: int
    median_days: float | None


@dataclass(frozen=True)
class Line:
    """What is told of one group; `enough` is False where it is too small to be told, and then nothing else is."""

    name: str
    enough: bool
    received: str = ""
    answered: str = ""
    refused: str = ""
    late: str = ""
    median: str = ""


@dataclass
class Year:
    """One year: everything, then by right and by law, in the order of the vocabulary and of the first request."""

    year: int
    whole: Line | None = None
    rights: list[Line] = field(default_factory=list)
    laws: list[Line] = field(default_factory=list)


def years() -> list[Year]:
    """Every year in which somebody asked, the last one first; nothing while nobody has."""
    found: dict[int, Year] = {}
    for year, right, law, of_right, of_law, *counts in _rows():
        here = found.setdefault(year, Year(year))
        if of_right:
            here.rights.append(told(Counted(str(Right(right).label), *counts)))
        elif of_law:
            here.laws.append(told(Counted(law_named(law), *counts)))
        else:
            here.whole = told(Counted(_("All requests"), *counts))
    for here in found.values():
        # A part of a whole that is too small says no more than the whole does.
        if here.whole is None or not here.whole.enough:
            here.rights, here.laws = [], []
        here.rights.sort(key=lambda line: [str(right.label) for right in Right].index(line.name))
    return list(found.values())


def told(counted: Counted) -> Line:
    """What may be told of a group: nothing of a small one, and of the others no exact count."""
    if counted.received < SMALLEST:
        return Line(counted.name, enough=False)
    decided = counted.answered + counted.refused
    median = _days(counted.median_days) if counted.median_days is not None and decided >= SMALLEST else "–"
    return Line(
        counted.name,
        enough=True,
        received=_about(counted.received),
        answered=_about(counted.answered),
        refused=_about(counted.refused),
        late=_about(counted.late),
        median=median,
    )


def _about(count: int) -> str:
    """A count as it may be told: zero is not told apart from a few."""
    if count < STEP:
        return _("fewer than %(step)d") % {"step": STEP}
    near = (count + STEP // 2) // STEP * STEP
    return _("about %(number)s") % {"number": number_format(near, use_l10n=True, force_grouping=True)}


def _days(days: float) -> str:
    whole = round(days)
    if not whole:
        return _("less than a day")
    return ngettext("%(days)d day", "%(days)d days", whole) % {"days": whole}


def _rows() -> Iterable[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(COUNTED_SQL.format(table=requests_table()), [settings.TIME_ZONE, *law_codes()])
        return list(cursor.fetchall())


def requests_table() -> str:
    """The table of requests, quoted."""
    return connection.ops.quote_name(RightsRequest._meta.db_table)


def law_codes() -> tuple[list[str], list[str]]:
    """The code of every regime, and beside each that of its law: the code of the law's first regime."""
    codes = {regime.code: alike[0].code for alike in by_law() for regime in alike}
    return list(codes), list(codes.values())


def law_named(code: str) -> str:
    """A law in words, by the code of its first regime."""
    regime = regime_named(code)
    if regime is None:
        return _("A place that was not named, or whose law we do not know")
    return capfirst(str(regime.law))
