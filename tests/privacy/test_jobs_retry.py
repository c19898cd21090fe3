"""Which errors pass by themselves, and for how long that is believed."""

from typing import Any

import psycopg2
import pytest
from django.db import DatabaseError, IntegrityError, InterfaceError, InternalError, OperationalError, ProgrammingError

from privacy.jobs.retry import LASTING_ERROR_ATTEMPTS, LONGEST_DELAY_SECONDS, GiveUp, Retry, decide, passes

LASTING = [ValueError(), IntegrityError(), ProgrammingError(), InternalError(), psycopg2.DataError(), AttributeError()]
PASSING = [
    OperationalError(),
    InterfaceError(),
    DatabaseError("server closed the connection unexpectedly"),
    psycopg2.OperationalError(),
    psycopg2.DatabaseError(),
    ConnectionResetError(),
    TimeoutError(),
    OSError(28, "No space left on device"),
]


@pytest.mark.parametrize("error", PASSING, ids=lambda error: type(error).__name__)
def test_an_error_of_the_surroundings_passes(error: Exception) -> None:
    assert passes(error)


@pytest.mark.parametrize("error", LASTING, ids=lambda error: type(error).__name__)
def test_an_error_of_the_work_itself_lasts(error: Exception) -> None:
    assert not passes(error)
    assert isinstance(decide(error, LASTING_ERROR_ATTEMPTS), GiveUp)
    assert isinstance(decide(error, LASTING_ERROR_ATTEMPTS - 1), Retry)


def test_the_error_behind_an_error_counts() -> None:
    error = SystemError()
    error.__cause__ = psycopg2.OperationalError()
    assert passes(error)


def test_what_breaks_while_the_database_is_away_is_not_held_against_the_work() -> None:
    assert isinstance(decide(AttributeError(), LASTING_ERROR_ATTEMPTS, database_was_away=True), Retry)


def test_waits_double_up_to_a_limit_and_then_staff_must_look(settings: Any) -> None:
    settings.JOB_MAX_ATTEMPTS = 20
    verdicts = [decide(OperationalError(), attempts) for attempts in range(1, 21)]
    waits = [verdict.delay_seconds for verdict in verdicts if isinstance(verdict, Retry)]
    assert waits[:4] == [0.25, 0.5, 1.0, 2.0]
    assert max(waits) == LONGEST_DELAY_SECONDS
    assert [isinstance(verdict, GiveUp) for verdict in verdicts] == [False] * 19 + [True]
