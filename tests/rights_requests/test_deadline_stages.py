"""How far a term has run: the stages at which staff are told, around pauses and while a question is open."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from rights_requests.deadlines import STAGES, Term, columns, next_alert_at, paused, stage, thresholds
from tests.rights_requests.test_deadlines import lengths, term, terms


def test_reminders_come_at_half_at_three_quarters_at_nine_tenths_and_at_the_end() -> None:
    made = replace(
        term("2026-11-02T00:00:00+00:00", "FR"), due_at=datetime(2026, 11, 12, tzinfo=UTC), extended_due_at=None
    )
    assert {share: instant.day for share, instant in thresholds(made).items()} == {50: 7, 75: 9, 90: 11, 100: 12}
    told = [stage(made, datetime(2026, 11, day, 13, tzinfo=UTC)) for day in (2, 6, 7, 9, 10, 11, 12, 30)]
    assert told == [0, 0, 50, 75, 75, 90, 100, 100]
    assert stage(made, made.due_at) == 90  # the last second is still in time
    assert [next_alert_at(made, told) for told in (0, 50, 75, 90, 100)] == [
        datetime(2026, 11, 7, tzinfo=UTC),
        datetime(2026, 11, 9, 12, tzinfo=UTC),
        datetime(2026, 11, 11, tzinfo=UTC),
        made.due_at,
        None,
    ]
    assert columns(made, told=75)["alert_at"] == datetime(2026, 11, 11, tzinfo=UTC)


def test_while_a_question_is_open_the_clock_stands() -> None:
    counted = term("2026-11-02T10:00:00+00:00", "FR")
    asked = counted.received_at + timedelta(days=2)
    later = counted.due_at + timedelta(days=30)
    assert stage(counted, later) == 100
    assert stage(counted, later, asked_at=asked) == 0
    assert stage(counted, later, asked_at=counted.received_at + timedelta(days=20)) == 100  # asked too late to count
    answered = paused(counted, asked, later)
    assert stage(answered, later) == 0
    assert stage(answered, answered.due_at + timedelta(seconds=1)) == 100


@settings(max_examples=200, deadline=None)
@given(terms, lengths, lengths, st.timedeltas(timedelta(0), timedelta(days=200)))
def test_stages_come_in_order_and_only_time_that_runs_counts(
    counted: Term, before: timedelta, waited: timedelta, since: timedelta
) -> None:
    asked = counted.received_at + before
    moved = paused(counted, asked, asked + waited)
    reached = thresholds(moved)
    assert list(reached) == list(STAGES)
    assert list(reached.values()) == sorted(reached.values())
    now = counted.received_at + since
    assert stage(moved, now) <= stage(counted, now)
    coming = next_alert_at(moved, stage(moved, now))
    assert (coming is None) == (now > moved.due_at)
    if coming is not None:
        assert now <= coming
        assert stage(moved, coming + timedelta(microseconds=1)) > stage(moved, now)
