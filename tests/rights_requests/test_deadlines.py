"""The clock: counted as the law counts, told by a second opinion that counts another way."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy.vocabulary import Right
from rights_requests import deadlines
from rights_requests.deadlines import (
    Term,
    UnreadableTerm,
    extended,
    pause_counts,
    paused,
    term_for,
)
from rights_requests.errors import AlreadyExtended, ExtensionTooLate, NoExtension
from rights_requests.regimes import REGIMES, STRICTEST
from tests.rights_requests import calendar_oracle as oracle

PLACES = [place for regime in REGIMES for place in regime.countries]
RIGHTS = [*Right.values, "complaint", "opt_out"]
GDPR = {
    "FR": oracle.FRANCE,
    "RE": oracle.FRANCE,
    "DE": oracle.GERMANY,
    "PL": oracle.POLAND,
    "GB": oracle.UNITED_KINGDOM,
}
# From here to there the oracle knows every holiday that an extension can meet.
instants = st.datetimes(datetime(2026, 1, 1), datetime(2028, 9, 20), timezones=st.just(UTC))
terms = st.builds(
    term_for,
    received_at=instants,
    country=st.sampled_from([*PLACES, "", "JP"]),
    right=st.sampled_from(RIGHTS),
    minor=st.booleans(),
)
lengths = st.timedeltas(timedelta(0), timedelta(days=60))


def in_france(arrived: date, months: int) -> date:
    """The last day of a term of so many months of the controller's own law."""
    return oracle.first_working_day(oracle.months_later(arrived, months), oracle.SATURDAY_SUNDAY, oracle.FRANCE)


def term(received: str, country: str | None, right: str = "access", **more: Any) -> Term:
    return term_for(received_at=datetime.fromisoformat(received), country=country, right=right, **more)


def due(received: str, country: str | None, right: str = "access", **more: Any) -> str:
    """The last day of a term where the controller is."""
    return oracle.paris_day(term(received, country, right, **more).due_at).isoformat()


@pytest.mark.parametrize(
    ("received", "last_second"),
    [
        ("2026-01-31T10:00:00+00:00", "2026-03-02T23:59:59+01:00"),  # 28 February is a Saturday
        ("2028-01-31T10:00:00+00:00", "2028-02-29T23:59:59+01:00"),
        ("2027-03-31T08:00:00+00:00", "2027-04-30T23:59:59+02:00"),
        ("2026-12-15T08:00:00+00:00", "2027-01-15T23:59:59+01:00"),
        # 23:30 in UTC is the next day in Paris: there it arrived on the 15th.
        ("2026-06-14T23:30:00+00:00", "2026-07-15T23:59:59+02:00"),
        ("2026-06-14T21:59:59+00:00", "2026-07-15T23:59:59+02:00"),  # 14 July is a holiday
        # The term crosses the change of the clock, in autumn and in spring.
        ("2026-10-02T10:00:00+00:00", "2026-11-02T23:59:59+01:00"),
        ("2026-03-10T10:00:00+00:00", "2026-04-10T23:59:59+02:00"),
        # It ends on the night in which the clock changes: rolled to Monday.
        ("2026-09-25T10:00:00+00:00", "2026-10-26T23:59:59+01:00"),
        # 1 May is a holiday, then comes a weekend; Christmas 2026 is a Friday.
        ("2026-04-01T10:00:00+00:00", "2026-05-04T23:59:59+02:00"),
        ("2026-11-25T10:00:00+00:00", "2026-12-28T23:59:59+01:00"),
        # Whit Monday.
        ("2027-04-17T10:00:00+00:00", "2027-05-18T23:59:59+02:00"),
    ],
)
def test_in_france_an_answer_is_due_a_month_after_receipt_or_on_the_next_working_day(
    received: str, last_second: str
) -> None:
    assert term(received, "FR").due_at.isoformat() == last_second


def test_the_second_opinion_agrees_with_the_examples_of_authorities() -> None:
    # ICO: received on 3 September, due on 3 October; 31 March, due on 30 April. A leap year's February.
    assert oracle.months_later(date(2026, 9, 3), 1) == date(2026, 10, 3)
    assert oracle.months_later(date(2027, 3, 31), 1) == date(2027, 4, 30)
    assert oracle.months_later(date(2028, 1, 30), 1) == date(2028, 2, 29)
    assert oracle.months_later(date(2026, 12, 31), 2) == date(2027, 2, 28)
    assert oracle.weekday(date(2026, 11, 25)) == "Wednesday"
    assert oracle.end_in_paris(date(2026, 7, 1)).isoformat() == "2026-07-01T21:59:59+00:00"


@settings(max_examples=400, deadline=None)
@given(instants, st.sampled_from(sorted(GDPR)), st.sampled_from(["access", "erasure", "objection"]))
def test_months_end_where_someone_who_walks_day_by_day_ends(received: datetime, country: str, right: str) -> None:
    counted = term_for(received_at=received, country=country, right=right)
    arrived = oracle.paris_day(received)
    for end, months in ((counted.due_at, 1), (counted.extended_due_at, 3)):
        nominal = oracle.months_later(arrived, months)
        walked = oracle.first_working_day(nominal, oracle.SATURDAY_SUNDAY, GDPR[country])
        assert end == oracle.end_in_paris(min(walked, in_france(arrived, months)))
    assert counted.extension_notice_by == counted.due_at
    assert counted.law


@settings(max_examples=200, deadline=None)
@given(instants, st.sampled_from([("SA", 30, 60), ("AE", 30, 0), ("QA", 30, 0), ("KW", 30, 0), ("OM", 45, 0)]))
def test_days_are_calendar_days_where_nothing_says_that_they_move(
    received: datetime, numbers: tuple[str, int, int]
) -> None:
    country, days, longer = numbers
    counted = term_for(received_at=received, country=country, right="access")
    arrived = oracle.paris_day(received)
    due_on = min(oracle.days_later(arrived, days), in_france(arrived, 1))
    latest_on = min(oracle.days_later(arrived, longer or days), in_france(arrived, 3))
    assert counted.due_at == oracle.end_in_paris(due_on)
    assert counted.extended_due_at == (oracle.end_in_paris(latest_on) if latest_on > due_on else None)


@settings(max_examples=300, deadline=None)
@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 11, 20), timezones=st.just(UTC)),
    st.sampled_from([("access", 15), ("portability", 15), ("erasure", 10), ("rectification", 10)]),
)
def test_in_bahrain_working_days_are_counted_around_friday_and_saturday(
    received: datetime, numbers: tuple[str, int]
) -> None:
    right, days = numbers
    arrived = oracle.paris_day(received)
    walked = oracle.working_days_later(arrived, days, oracle.FRIDAY_SATURDAY, oracle.BAHRAIN)
    counted = term_for(received_at=received, country="BH", right=right)
    assert counted.due_at == oracle.end_in_paris(min(walked, in_france(arrived, 1)))


@pytest.mark.promise("P5.1")
@settings(max_examples=200, deadline=None)
@given(instants, st.sampled_from([*PLACES, "", "JP"]), st.sampled_from(RIGHTS), st.booleans())
def test_nobody_waits_longer_than_the_controllers_own_law_allows(
    received: datetime, place: str, right: str, minor: bool
) -> None:
    counted = term_for(received_at=received, country=place, right=right, minor=minor)
    arrived = oracle.paris_day(received)
    assert counted.due_at <= oracle.end_in_paris(in_france(arrived, 1))
    if counted.extended_due_at is not None:
        assert counted.due_at < counted.extended_due_at <= oracle.end_in_paris(in_france(arrived, 3))


@pytest.mark.parametrize(
    ("place", "last_day", "counted_by", "law"),
    [
        ("SA", "2026-12-25", "sa", True),  # thirty days are shorter here
        ("US-CA", "2026-12-28", "gdpr-fr", True),  # 45 days would be longer than the month
        ("OM", "2026-12-28", "gdpr-fr", True),
        ("ES", "2026-12-28", "gdpr-es", True),
        ("AE", "2026-12-25", "ae", False),
    ],
)
def test_the_shorter_of_the_two_laws_gives_the_date(place: str, last_day: str, counted_by: str, law: bool) -> None:
    counted = term("2026-11-25T10:00:00+00:00", place)
    assert oracle.paris_day(counted.due_at).isoformat() == last_day
    assert (counted.counted_by, counted.law) == (counted_by, law)


def test_where_two_terms_end_together_the_one_that_is_law_counts() -> None:
    # Thirty days, our own choice, and a month of the law end on the same day.
    counted = term("2026-11-30T10:00:00+00:00", "AE")
    assert (counted.regime, counted.counted_by, counted.law) == ("ae", "gdpr-fr", True)


@pytest.mark.parametrize(
    ("received", "country", "right", "last_day"),
    [
        ("2026-06-29T10:00:00+00:00", "BH", "erasure", "2026-07-13"),  # Monday + 10, without two weekends
        ("2026-12-10T10:00:00+00:00", "BH", "erasure", "2026-12-28"),  # the National Day takes two days
        ("2026-11-20T10:00:00+00:00", "GB", "access", "2026-12-21"),  # 20 December is a Sunday
        ("2026-11-25T10:00:00+00:00", "GB", "access", "2026-12-28"),  # a holiday there, none in France
        ("2026-09-12T10:00:00+00:00", "ES", "access", "2026-10-12"),  # Spain's national day
        ("2026-09-12T10:00:00+00:00", "FR", "access", "2026-10-12"),  # is none in France
        ("2026-11-25T10:00:00+00:00", "US-CA", "objection", "2026-12-17"),  # 26 November is Thanksgiving
        ("2026-11-25T10:00:00+00:00", "sa", "access", "2026-12-25"),  # however it is written
    ],
)
def test_known_days_in_other_places(received: str, country: str, right: str, last_day: str) -> None:
    assert due(received, country, right) == last_day


def test_a_holiday_whose_date_is_only_estimated_does_not_lengthen_a_term() -> None:
    # Eid al-Fitr is expected on 9 to 11 March 2027, Tuesday to Thursday; nobody has seen that moon yet.
    assert due("2027-02-28T10:00:00+00:00", "BH", "erasure") == "2027-03-14"
    # That of 20 to 22 March 2026 (Friday to Sunday) was announced.
    assert due("2026-03-08T10:00:00+00:00", "BH", "erasure") == "2026-03-23"


def test_california_wants_an_acknowledgement_within_ten_business_days() -> None:
    counted = term("2026-11-25T10:00:00+00:00", "US-CA")
    assert counted.ack_due_at is not None
    assert oracle.paris_day(counted.ack_due_at).isoformat() == "2026-12-10"
    assert term("2026-11-25T10:00:00+00:00", "FR").ack_due_at is None


def test_the_uk_wants_a_complaint_acknowledged_within_thirty_days() -> None:
    counted = term("2026-11-02T10:00:00+00:00", "GB", "complaint")
    assert counted.ack_due_at is not None
    assert oracle.paris_day(counted.ack_due_at).isoformat() == "2026-12-02"
    assert not counted.law  # the acknowledgement has a number in the law, the answer has none
    assert term("2026-11-02T10:00:00+00:00", "GB").ack_due_at is None


@settings(max_examples=150, deadline=None)
@given(instants, st.sampled_from(["", "JP", "ZZ", None]), st.sampled_from(RIGHTS))
def test_where_no_law_is_known_the_shortest_term_of_all_holds(
    received: datetime, country: str | None, right: str
) -> None:
    unknown = term_for(received_at=received, country=country, right=right)
    each = [term_for(received_at=received, country=place, right=right) for place in PLACES]
    assert unknown.due_at == min(other.due_at for other in each)
    assert unknown.ack_due_at == min((other.ack_due_at for other in each if other.ack_due_at), default=None)
    assert (unknown.regime, unknown.law) == (STRICTEST, False)


@pytest.mark.promise("P5.5")
@pytest.mark.promise("P9.1")
@settings(max_examples=150, deadline=None)
@given(instants, st.sampled_from(PLACES), st.sampled_from(RIGHTS))
def test_a_child_gets_the_shortest_term_of_all_wherever_it_lives(received: datetime, place: str, right: str) -> None:
    grown_up = term_for(received_at=received, country=place, right=right)
    child = term_for(received_at=received, country=place, right=right, minor=True)
    assert child.due_at == term_for(received_at=received, country="", right=right).due_at
    assert child.due_at <= grown_up.due_at
    assert child.regime == grown_up.regime
    assert child.law == (grown_up.law and child.due_at == grown_up.due_at)


def test_of_two_equal_terms_the_persons_own_law_gives_the_dates() -> None:
    # Americans and Californians have the same fifteen business days to be left alone, in May shorter than Bahrain's.
    for place, code in (("US", "us"), ("US-CA", "us-ca")):
        child = term("2026-05-12T10:00:00+00:00", place, "objection", minor=True)
        assert (child.regime, child.counted_by) == (code, code)


def test_the_law_of_another_place_is_our_commitment_here(monkeypatch: pytest.MonkeyPatch) -> None:
    # Without the laws that are shortest today: what is left must not turn into the law for those it does not bind.
    monkeypatch.setattr(deadlines, "REGIMES", [regime for regime in REGIMES if regime.code in {"sa", "om"}])
    assert term("2026-11-25T10:00:00+00:00", "SA", minor=True).law
    for counted in (term("2026-11-25T10:00:00+00:00", ""), term("2026-11-25T10:00:00+00:00", "OM", minor=True)):
        assert (counted.counted_by, counted.law) == ("sa", False)


@settings(max_examples=150, deadline=None)
@given(terms, lengths, lengths)
def test_a_term_survives_being_kept_as_json(counted: Term, before: timedelta, waited: timedelta) -> None:
    asked = counted.received_at + before
    moved = paused(counted, asked, asked + waited)
    for one in (counted, moved):
        assert Term.from_json(one.as_json()) == one
    assert all(isinstance(value, str | bool | list | None) for value in moved.as_json().values())


def test_what_is_no_term_is_refused() -> None:
    kept = term("2026-11-25T10:00:00+00:00", "FR").as_json()
    with pytest.raises(UnreadableTerm, match="some day"):
        Term.from_json({**kept, "due_at": "some day"})
    for wrong in ({**kept, "unheard": "of"}, {**kept, "due_at": None}, {**kept, "pauses": None}, {}):
        with pytest.raises(UnreadableTerm):
            Term.from_json(wrong)


def test_an_extension_is_counted_from_the_receipt_and_told_before_the_first_term_ends() -> None:
    first = term("2026-11-30T10:00:00+00:00", "FR")
    assert first.due_at.isoformat() == "2026-12-30T23:59:59+01:00"
    longer = extended(first, first.due_at)
    # Three months from 30 November: the end of February is a Sunday.
    assert longer.due_at.isoformat() == "2027-03-01T23:59:59+01:00"
    assert (longer.extended_at, longer.extension_notice_by) == (first.due_at, first.due_at)
    with pytest.raises(AlreadyExtended):
        extended(longer, first.due_at)
    with pytest.raises(ExtensionTooLate):
        extended(first, first.due_at + timedelta(seconds=1))
    assert first.extended_at is None


def test_there_is_no_extension_where_the_law_knows_none() -> None:
    for place in ("BH", "AE", "QA", "KW", ""):
        counted = term("2026-11-30T10:00:00+00:00", place)
        assert counted.extension_notice_by is None
        with pytest.raises(NoExtension):
            extended(counted, counted.received_at)


def test_an_extension_never_goes_beyond_the_law_of_the_persons_place() -> None:
    # Oman knows 45 days and no extension; the month of our own law may be made longer, but not beyond them.
    longer = extended(first := term("2026-11-25T10:00:00+00:00", "OM"), first.due_at)
    assert oracle.paris_day(longer.due_at).isoformat() == "2027-01-09"
    # California: ninety days end before three months do.
    assert first.extended_due_at == longer.due_at
    californian = term("2026-11-25T10:00:00+00:00", "US-CA")
    assert oracle.paris_day(extended(californian, californian.due_at).due_at).isoformat() == "2027-02-23"


@settings(max_examples=200, deadline=None)
@given(terms, lengths, lengths)
def test_a_pause_moves_every_end_by_the_time_waited_or_nothing(
    counted: Term, before: timedelta, waited: timedelta
) -> None:
    asked = counted.received_at + before
    moved = paused(counted, asked, asked + waited)
    counts = pause_counts(counted, asked)
    assert counts == (counted.regime != STRICTEST and counted.pause_if_asked_by is not None and before.days < 7)
    by = waited if counts else timedelta(0)
    for end in ("due_at", "extended_due_at", "extension_notice_by"):
        was, now = getattr(counted, end), getattr(moved, end)
        assert (was is None and now is None) or now.astimezone(UTC) - was.astimezone(UTC) == by
    assert moved.ack_due_at == counted.ack_due_at


def test_only_a_question_asked_promptly_stops_the_clock() -> None:
    counted = term("2026-11-02T10:00:00+00:00", "FR")
    last = counted.received_at + timedelta(days=7)
    assert pause_counts(counted, last)
    assert not pause_counts(counted, last + timedelta(seconds=1))
    assert not pause_counts(counted, counted.received_at - timedelta(seconds=1))
    assert paused(counted, last + timedelta(days=1), last + timedelta(days=9)) == counted


@pytest.mark.parametrize("place", ["US-CA", "US", "SA", "OM", "BH", ""])
def test_verifying_the_identity_pauses_no_clock_there(place: str) -> None:
    counted = term("2026-11-02T10:00:00+00:00", place)
    assert paused(counted, counted.received_at, counted.received_at + timedelta(days=9)) == counted


def test_two_questions_that_wait_at_once_are_waited_for_once() -> None:
    counted = term("2026-11-02T10:00:00+00:00", "FR")
    at = counted.received_at
    once = paused(counted, at, at + timedelta(days=4))
    twice = paused(once, at + timedelta(days=2), at + timedelta(days=5))
    assert twice.due_at == counted.due_at + timedelta(days=5)
    assert paused(once, at + timedelta(days=1), at + timedelta(days=3)) == once
    with pytest.raises(ValueError, match="before asked"):
        paused(counted, at + timedelta(days=1), at)


def test_a_pause_over_the_change_of_the_clock_is_real_time() -> None:
    counted = term("2026-10-20T10:00:00+00:00", "FR")
    assert counted.due_at.isoformat() == "2026-11-20T23:59:59+01:00"
    # Noon to noon on the walls of Paris, a week apart, is an hour more than seven days.
    asked, answered = (datetime(2026, 10, day, 12, tzinfo=ZoneInfo("Europe/Paris")) for day in (20, 27))
    assert paused(counted, asked, answered).due_at.isoformat() == "2026-11-28T00:59:59+01:00"
