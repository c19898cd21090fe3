"""One month from receipt, clamped, to the end of the day where the controller is."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rights_requests.deadlines import add_months, due_at


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-01-31T10:00:00+00:00", "2026-02-28T23:59:59+01:00"),
        ("2028-01-31T10:00:00+00:00", "2028-02-29T23:59:59+01:00"),
        ("2026-03-31T08:00:00+00:00", "2026-04-30T23:59:59+02:00"),
        ("2026-12-15T08:00:00+00:00", "2027-01-15T23:59:59+01:00"),
        # Late in the evening in UTC it is the next day in Paris: the person's request arrived on that day.
        ("2026-06-14T22:30:00+00:00", "2026-07-15T23:59:59+02:00"),
        # The term crosses the change of the clock: the day ends in winter time.
        ("2026-10-02T10:00:00+00:00", "2026-11-02T23:59:59+01:00"),
    ],
)
def test_the_answer_is_due_at_the_end_of_the_same_numbered_day_a_month_later(received: str, due: str) -> None:
    assert due_at(datetime.fromisoformat(received)) == datetime.fromisoformat(due)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)))
def test_a_term_is_never_shorter_than_the_shortest_month_nor_longer_than_the_longest(received: datetime) -> None:
    term = due_at(received) - received
    assert timedelta(days=27, hours=22) <= term <= timedelta(days=32, hours=1)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 36))
def test_adding_months_keeps_the_day_or_takes_the_last_of_the_month(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)
