"""A second opinion on dates: walks day by day, with holidays and the changes of the clock written out by hand.

Nothing of it is shared with what it judges: no library of holidays, no time zone database, no arithmetic of months.
"""

from datetime import UTC, date, datetime, timedelta

DAY = timedelta(days=1)


def _days(year: int, *month_days: str) -> set[date]:
    return {date(year, int(pair[:2]), int(pair[3:])) for pair in month_days}


# As the official calendars of each country print them; Bahrain's only for 2026, when all are announced.
FRANCE = (
    _days(2026, "01-01", "04-06", "05-01", "05-08", "05-14", "05-25", "07-14", "08-15", "11-01", "11-11", "12-25")
    | _days(2027, "01-01", "03-29", "05-01", "05-06", "05-08", "05-17", "07-14", "08-15", "11-01", "11-11", "12-25")
    | _days(2028, "01-01", "04-17", "05-01", "05-08", "05-25", "06-05", "07-14", "08-15", "11-01", "11-11", "12-25")
)
GERMANY = (
    _days(2026, "01-01", "04-03", "04-06", "05-01", "05-14", "05-25", "10-03", "12-25", "12-26")
    | _days(2027, "01-01", "03-26", "03-29", "05-01", "05-06", "05-17", "10-03", "12-25", "12-26")
    | _days(2028, "01-01", "04-14", "04-17", "05-01", "05-25", "06-05", "10-03", "12-25", "12-26")
)
POLAND = (
    _days(2026, "01-01", "01-06", "04-05", "04-06", "05-01", "05-03", "05-24", "06-04", "08-15", "11-01", "11-11")
    | _days(2026, "12-24", "12-25", "12-26")
    | _days(2027, "01-01", "01-06", "03-28", "03-29", "05-01", "05-03", "05-16", "05-27", "08-15", "11-01", "11-11")
    | _days(2027, "12-24", "12-25", "12-26")
    | _days(2028, "01-01", "01-06", "04-16", "04-17", "05-01", "05-03", "06-04", "06-15", "08-15", "11-01", "11-11")
    | _days(2028, "12-24", "12-25", "12-26")
)
# Bank holidays that England, Wales, Scotland and Northern Ireland have in common.
UNITED_KINGDOM = (
    _days(2026, "01-01", "04-03", "05-04", "05-25", "12-25", "12-28")
    | _days(2027, "01-01", "03-26", "05-03", "05-31", "12-27", "12-28")
    | _days(2028, "01-03", "04-14", "05-01", "05-29", "12-25", "12-26")
)
BAHRAIN = _days(2026, "01-01", "03-20", "03-21", "03-22", "05-01", "05-27", "05-28", "05-29", "06-16", "06-25") | _days(
    2026, "06-26", "08-25", "12-16", "12-17"
)

SATURDAY_SUNDAY = {"Saturday", "Sunday"}
FRIDAY_SATURDAY = {"Friday", "Saturday"}
WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def weekday(day: date) -> str:
    """The name of the weekday, counted from a Thursday that everybody knows."""
    return WEEK[((day - date(1970, 1, 1)).days + 3) % 7]


def paris_day(instant: datetime) -> date:
    """The date in Paris: two hours ahead from the last Sunday of March to that of October, changing at 01:00 UTC."""
    return (instant.astimezone(UTC) + _ahead(instant.astimezone(UTC))).date()


def end_in_paris(day: date) -> datetime:
    """The last second of a day in Paris, as an instant in UTC; the clocks change at night, never in this second."""
    evening = datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=UTC)
    return evening - _ahead(evening - timedelta(hours=1))


def _ahead(instant: datetime) -> timedelta:
    summer = _last_sunday(instant.year, 3) <= instant < _last_sunday(instant.year, 10)
    return timedelta(hours=2 if summer else 1)


def _last_sunday(year: int, month: int) -> datetime:
    day = date(year, month, 31)
    while weekday(day) != "Sunday":
        day -= DAY
    return datetime(day.year, day.month, day.day, 1, tzinfo=UTC)


def months_later(day: date, months: int) -> date:
    """Walks until so many firsts of a month were passed and the number of the day is reached, or the month is over."""
    number, firsts, walked = day.day, 0, day
    while firsts < months:
        walked += DAY
        firsts += walked.day == 1
    while walked.day < number and (walked + DAY).day != 1:
        walked += DAY
    return walked


def days_later(day: date, days: int) -> date:
    """Walks so many days."""
    for _ in range(days):
        day += DAY
    return day


def first_working_day(day: date, weekend: set[str], holidays: set[date]) -> date:
    """This day, or the first one after it on which people work."""
    while weekday(day) in weekend or day in holidays:
        day += DAY
    return day


def working_days_later(day: date, days: int, weekend: set[str], holidays: set[date]) -> date:
    """Walks until so many working days were passed."""
    passed = 0
    while passed < days:
        day += DAY
        if weekday(day) not in weekend and day not in holidays:
            passed += 1
    return day
