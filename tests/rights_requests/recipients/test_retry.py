"""When a recipient is told or asked again, when a person must look, and when it is over."""

import pytest

from rights_requests.recipients.notices import Detail, Outcome
from rights_requests.recipients.retry import DAY, HOUR, SCHEDULES, Again, AskStaff, Over, after
from rights_requests.vocabulary import NoticeState

STAFF_AT_ONCE = [
    Detail.STAFF_TASK,
    Detail.UNSUPPORTED,
    Detail.NOT_KNOWN_BY_THIS,
    Detail.UNREADABLE,
    Detail.ADDRESS_REFUSED,
    Detail.TURNED_AWAY,
    Detail.NOT_GENUINE,
    Detail.CANCELLED,
]


def pending(detail: Detail, retry_after: int | None = None) -> Outcome:
    """An outcome of a notice that has not ended."""
    return Outcome(NoticeState.PENDING, detail, retry_after_seconds=retry_after)


def test_the_wait_doubles_up_to_the_longest_and_then_staff_are_asked() -> None:
    waits = [after(pending(Detail.UNREACHABLE), attempt) for attempt in range(1, 18)]
    minutes = [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360, 360, 360, 360]
    assert waits == [*(Again(60 * minute) for minute in minutes), AskStaff(), AskStaff()]


@pytest.mark.parametrize("detail", SCHEDULES)
def test_nothing_is_tried_for_ever(detail: Detail) -> None:
    assert after(pending(detail), 1000) == AskStaff()


@pytest.mark.parametrize("detail", STAFF_AT_ONCE)
def test_what_a_machine_cannot_help_is_for_staff_at_once(detail: Detail) -> None:
    assert after(pending(detail), 1) == AskStaff()


def test_a_server_that_names_a_time_is_given_it_up_to_a_day() -> None:
    assert after(pending(Detail.TOLD_TO_WAIT, 2 * HOUR), 1) == Again(2 * HOUR)
    assert after(pending(Detail.TOLD_TO_WAIT, 1), 1) == Again(60)
    assert after(pending(Detail.TOLD_TO_WAIT, 10**8), 1) == Again(DAY)


@pytest.mark.parametrize("detail", [Detail.DONE, Detail.NOTHING_HELD, Detail.NOT_POSSIBLE, Detail.REQUIRED_BY_LAW])
def test_it_is_over_only_in_a_state_that_ends(detail: Detail) -> None:
    for state in NoticeState:
        ended = state in {NoticeState.COMPLETED, NoticeState.IMPOSSIBLE}
        assert isinstance(after(Outcome(state, detail), 1), Over) == ended


def test_one_who_was_told_and_is_silent_is_asked_for_days_and_then_by_staff() -> None:
    silent = Outcome(NoticeState.SENT, Detail.NO_STATEMENT, status=200)
    assert [after(silent, attempt) for attempt in (1, 6, 8)] == [Again(HOUR), Again(DAY), AskStaff()]
