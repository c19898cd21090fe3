"""Says dates and counts in the package as a person would, in the active language."""

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.formats import get_format, number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

# Hours and minutes as a clock shows them: looked up, for they are told by the thousand.
TWO_DIGITS = [f"{number:02}" for number in range(60)]


def zone() -> ZoneInfo:
    """The time zone in which the pages tell times: the controller's own."""
    return ZoneInfo(settings.TIME_ZONE)


def day_teller() -> Callable[[date], str]:
    """A function that says a date as "Thursday 7 January 2027"; made once and used for thousands of values."""
    months = {number: str(name) for number, name in MONTHS.items()}
    weekdays = {number: str(name) for number, name in WEEKDAYS.items()}

    # Rows of one person share their days: the last thousand are remembered.
    @lru_cache(maxsize=1_000)
    def tell(day: date) -> str:
        return f"{weekdays[day.weekday()]} {day.day} {months[day.month]} {day.year}"

    return tell


def moment_teller() -> Callable[[datetime], str]:
    """A function that says an instant as "Thursday 7 January 2027, 14:05" in the controller's time zone."""
    tell_day, where = day_teller(), zone()
    # The comma of the language, as it writes an instant elsewhere: Arabic has its own.
    comma = "،" if "،" in get_format("DATETIME_FORMAT") else ","

    def tell(instant: datetime) -> str:
        local = instant.astimezone(where)
        return f"{tell_day(local.date())}{comma} {TWO_DIGITS[local.hour]}:{TWO_DIGITS[local.minute]}"

    return tell


def records(count: int) -> str:
    """A count of records: "no records", "1 record", "1,204 records"."""
    return _records(count, get_language())


@lru_cache(maxsize=1_000)
def _records(count: int, _language: str | None) -> str:
    """In the active language, `_language`."""
    if count == 0:
        return _("no records")
    return ngettext("%(number)s record", "%(number)s records", count) % {"number": grouped(count)}


def grouped(count: int) -> str:
    """A whole number with its thousands apart, as the active language writes it."""
    return f"{count:,}".replace(",", _between_thousands(get_language()))


def number_teller() -> Callable[[range], list[str]]:
    """`grouped` of the language that is active now, for the numbers of a page; kept, for each holding counts anew."""
    between = _between_thousands(get_language())
    return lambda numbers: _numbers(numbers, between)


@lru_cache(maxsize=64)
def _numbers(numbers: range, between: str) -> list[str]:
    return [f"{number:,}".replace(",", between) for number in numbers]


@lru_cache(maxsize=64)
def _between_thousands(_language: str | None) -> str:
    """What stands between thousands in the active language, `_language`; Django is slow to say it."""
    return str(number_format(1_000, use_l10n=True, force_grouping=True))[1:-3]
