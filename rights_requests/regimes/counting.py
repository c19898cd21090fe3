"""Counts a term in calendar days: the last day of a month, of so many days, or of so many working days.

Regulation (EEC, Euratom) 1182/71, Art. 3, is followed: the day of receipt is not counted; a month ends with the
same-numbered day, or with the month's last; where a regime rolls, a last day off gives way to the next working day.
"""

import calendar
from datetime import date, timedelta
from functools import lru_cache

import holidays
from holidays.version import __version__ as holidays_version

from rights_requests.regimes.record import Regime, Span, Unit

ONE_DAY = timedelta(days=1)
# Names of holidays whose date depends on the sight of the moon carry this word until they are confirmed.
_ESTIMATED = "estimated"
CALENDAR_VERSION = f"holidays {holidays_version}"


@lru_cache(maxsize=512)
def public_holidays(country: str, year: int) -> frozenset[date]:
    """The public holidays of a whole country in one year, without those whose date is still an estimate.

    A guess must not give us longer than the law does. Computed once per process and year.
    """
    book = holidays.country_holidays(country, years=year, expand=False, language="en_US")
    return frozenset(day for day, names in book.items() if any(_ESTIMATED not in name for name in names.split("; ")))


def is_working_day(day: date, regime: Regime) -> bool:
    """Whether people work on this day where the regime applies."""
    return day.weekday() not in regime.weekend and day not in public_holidays(regime.calendar, day.year)


def add_months(day: date, months: int) -> date:
    """The same-numbered day some months later, or the month's last day where it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def last_day(received_on: date, span: Span, regime: Regime) -> date:
    """The last day of a term that a receipt on this day starts."""
    if span.unit == Unit.WORKING_DAY:
        return _working_days_later(received_on, span.amount, regime)
    months, days = (span.amount, 0) if span.unit == Unit.MONTH else (0, span.amount)
    day = add_months(received_on, months) + timedelta(days=days)
    while regime.rolls and not is_working_day(day, regime):
        day += ONE_DAY
    return day


def _working_days_later(day: date, amount: int, regime: Regime) -> date:
    while amount:
        day += ONE_DAY
        amount -= is_working_day(day, regime)
    return day
