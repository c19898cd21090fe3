"""Figures of requests: counted by year, right and law, and told so that nobody can be recognised."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from privacy.vocabulary import Right
from rights_requests import figures
from rights_requests.figures import SMALLEST, Counted, told
from rights_requests.models import State
from tests.factories import make_request, make_user

pytestmark = pytest.mark.django_db
SPRING = datetime(2025, 4, 1, 12, tzinfo=UTC)


def ask(count: int, right: Right = Right.ACCESS, state: State = State.COMPLETED, **extra: Any) -> None:
    """So many requests of as many people, answered after four days unless it is said otherwise."""
    for _number in range(count):
        values = {"received_at": SPRING, "closed_at": SPRING + timedelta(days=4), "due_at": SPRING + timedelta(days=30)}
        make_request(make_user(), right, state, **{**values, **extra})


def test_without_a_request_there_is_no_year() -> None:
    assert figures.years() == []


def test_a_year_is_told_by_right_and_by_law_and_as_a_whole(django_assert_num_queries: Any) -> None:
    ask(11)
    ask(12, Right.ERASURE, State.REFUSED, country="GB", closed_at=SPRING + timedelta(days=40))
    ask(3, Right.OBJECTION)
    with django_assert_num_queries(1):
        (year,) = figures.years()
    assert year.year == 2025
    assert year.whole == figures.Line("All requests", True, "about 25", "about 15", "about 10", "about 10", "4 days")
    access, erasure, objection = year.rights
    assert (str(access.name), access.received, access.refused, access.late) == (
        str(Right.ACCESS.label),
        "about 10",
        "fewer than 5",
        "fewer than 5",
    )
    assert (erasure.refused, erasure.late, erasure.median) == ("about 10", "about 10", "40 days")
    assert not objection.enough
    assert objection.received == ""
    assert {line.name for line in year.laws} == {"The General Data Protection Regulation (GDPR)", "The UK GDPR"}


def test_countries_of_one_law_count_together_and_a_place_unknown_by_itself() -> None:
    ask(6, country="DE")
    ask(6, country="FR")
    ask(10, country="BR")
    (year,) = figures.years()
    assert [line.received for line in year.laws] == ["about 10", "about 10"]
    assert "A place that was not named, or whose law we do not know" in {line.name for line in year.laws}


def test_laws_stand_in_the_order_in_which_somebody_first_asked_under_them() -> None:
    for days, country in enumerate(("GB", "BR", "FR", "US-CA", "SA")):
        ask(1, country=country, received_at=SPRING + timedelta(days=days))
    ask(5, country="SA")
    ask(1, country="SA", received_at=SPRING - timedelta(days=1))
    (year,) = figures.years()
    assert [law.name for law in year.laws] == [
        "The Personal Data Protection Law of Saudi Arabia",
        "The UK GDPR",
        "A place that was not named, or whose law we do not know",
        "The General Data Protection Regulation (GDPR)",
        "The California Consumer Privacy Act (CCPA)",
    ]


def test_a_year_belongs_to_the_controllers_place_and_the_last_one_comes_first() -> None:
    ask(10, received_at=datetime(2024, 12, 31, 23, 30, tzinfo=UTC))
    ask(10, received_at=datetime(2024, 6, 1, tzinfo=UTC))
    assert [year.year for year in figures.years()] == [2025, 2024]


def test_what_waits_is_late_after_its_day_unless_the_clock_stands_still_or_it_was_withdrawn() -> None:
    past = timezone.now() - timedelta(days=1)
    open_since = {"received_at": past - timedelta(days=30), "due_at": past, "closed_at": None}
    ask(10, state=State.RECEIVED, **open_since)
    ask(10, state=State.WAITING, paused_at=past, **open_since)
    ask(10, state=State.WITHDRAWN, **{**open_since, "closed_at": timezone.now()})
    (year,) = figures.years()
    assert year.whole is not None
    assert year.whole.late == "about 10"
    assert year.whole.median == "–"


def test_a_request_that_was_merged_into_another_counts_once() -> None:
    ask(10)
    first = make_request(make_user(), state=State.COMPLETED, received_at=SPRING)
    ask(10, state=State.WITHDRAWN, duplicate_of=first)
    (year,) = figures.years()
    assert year.whole is not None
    assert year.whole.received == "about 10"


def test_of_a_small_year_not_even_the_parts_are_told() -> None:
    ask(SMALLEST - 1)
    (year,) = figures.years()
    assert year.whole == figures.Line("All requests", enough=False)
    assert (year.rights, year.laws) == ([], [])


def test_no_count_that_is_told_can_be_read_back() -> None:
    seen: dict[str, set[int]] = {}
    for count in range(SMALLEST * 20 + 3):
        line = told(Counted("x", 500, count, 0, 0, None))
        seen.setdefault(line.answered, set()).add(count)
    assert min(len(counts) for counts in seen.values()) >= 3
    assert told(Counted("x", 200, 4, 2, 0, 3.0)).median == "–"
