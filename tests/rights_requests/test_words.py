"""Dates, counts and sizes in words."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from rights_requests import words
from rights_requests.templatetags import rights_words

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 12, 26, 10, 0, tzinfo=PARIS)


def test_a_date_is_said_whole_and_how_far_away_it_is() -> None:
    assert words.in_words(datetime(2027, 1, 7, 23, 59, tzinfo=PARIS), NOW) == "Thursday 7 January 2027 (in 12 days)"


@pytest.mark.parametrize(
    ("days", "said"),
    [(0, "today"), (1, "tomorrow"), (-1, "yesterday"), (2, "in 2 days"), (12, "in 12 days"), (-2, "2 days ago")],
)
def test_near_days_have_their_own_words(days: int, said: str) -> None:
    assert words.relative(NOW + timedelta(days=days), NOW) == said


def test_a_day_is_a_calendar_day_of_the_controllers_zone_and_not_24_hours() -> None:
    late, early = datetime(2026, 12, 26, 23, 59, tzinfo=PARIS), datetime(2026, 12, 27, 0, 1, tzinfo=PARIS)
    assert words.relative(early, late) == "tomorrow"


def test_a_reader_in_another_zone_gets_the_controllers_day() -> None:
    due = datetime(2027, 1, 7, 23, 59, 59, tzinfo=PARIS)
    with timezone.override("Pacific/Auckland"):
        assert words.day(due) == "Thursday 7 January 2027"


def test_summer_time_does_not_move_a_day() -> None:
    before, after = datetime(2027, 3, 27, 0, 30, tzinfo=PARIS), datetime(2027, 3, 29, 0, 15, tzinfo=PARIS)
    assert words.relative(after, before) == "in 2 days"


def test_a_moment_has_its_time() -> None:
    assert words.moment(datetime(2027, 1, 7, 14, 5, tzinfo=PARIS)) == "Thursday 7 January 2027 at 14:05"


def test_names_of_days_follow_the_language() -> None:
    with translation.override("fr"):
        assert words.day(datetime(2027, 1, 7, tzinfo=PARIS)) == "jeudi 7 janvier 2027"


@pytest.mark.parametrize(
    ("count", "said"), [(0, "nothing"), (1, "1 record"), (2, "2 records"), (1204, "1,204 records")]
)
def test_counts_are_said_in_words(count: int, said: str) -> None:
    assert words.entries(count) == said


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (3_400, "3.4 kB"),
        (12_300_000, "12 MB"),
        (5_000_000_000, "5.0 GB"),
        (5_000_000_000_000, "5000 GB"),
    ],
)
def test_sizes_are_said_in_words(count: int, said: str) -> None:
    assert words.size(count) == said


@pytest.mark.parametrize(
    "say",
    [
        rights_words.in_words,
        rights_words.day_in_words,
        rights_words.moment_in_words,
        rights_words.relative_in_words,
        rights_words.entries_in_words,
        rights_words.size_in_words,
    ],
)
def test_what_is_not_known_is_not_said(say: object) -> None:
    assert callable(say)
    assert say(None) == ""
