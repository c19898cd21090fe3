"""A term in words: the law where it is the law, our commitment where it is not, and why."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from rights_requests import term_words
from rights_requests.deadlines import Term, extended, paused, term_for
from rights_requests.regimes import Span, Unit

RECEIVED = datetime(2026, 11, 25, 10, tzinfo=UTC)


def term(country: str, *, minor: bool = False) -> Term:
    return term_for(received_at=RECEIVED, country=country, right="access", minor=minor)


@pytest.mark.parametrize(
    ("country", "said"),
    [
        ("FR", "The law gives us until Monday 28 December 2026 (in 33 days)."),
        ("SA", "The law gives us until Friday 25 December 2026 (in 30 days)."),
        ("AE", "Our commitment: you have our answer by Friday 25 December 2026 (in 30 days)."),
        ("US-CA", "The law gives us until Monday 28 December 2026 (in 33 days)."),
        ("", "Our commitment: you have our answer by Sunday 20 December 2026 (in 25 days)."),
    ],
)
def test_a_date_is_called_the_law_only_where_it_is(country: str, said: str) -> None:
    assert term_words.answer_by(term(country), RECEIVED) == said


def test_a_longer_term_says_that_the_person_was_told() -> None:
    told = "We told you that we need more time. "
    assert term_words.answer_by(extended(term("FR"), RECEIVED), RECEIVED) == (
        f"{told}The law gives us until Thursday 25 February 2027 (in 92 days), and no longer."
    )
    ours = replace(term("AE"), extended_at=RECEIVED)
    assert term_words.answer_by(ours, RECEIVED) == (
        f"{told}Our commitment: you have our answer by Friday 25 December 2026 (in 30 days)."
    )


@pytest.mark.parametrize("country", ["FR", "AE"])
def test_a_day_that_is_over_is_called_late(country: str) -> None:
    after = RECEIVED + timedelta(days=40)
    said = term_words.answer_by(term(country), after)
    assert said.startswith("You should have had our answer by ")
    assert said.endswith(" days ago). We are late, and we are sorry.")


def test_the_reason_for_the_date_is_told() -> None:
    assert term_words.because(term("FR"), "access") == (
        "We go by the General Data Protection Regulation (GDPR): it gives us one month from Wednesday 25 November 2026."
    )
    assert term_words.because(term("BH"), "erasure") == (
        "We go by the Personal Data Protection Law of Bahrain and give ourselves 10 working days from Wednesday 25"
        " November 2026."
    )
    assert term_words.because(term("US-CA"), "access") == (
        "We are in France, so the General Data Protection Regulation (GDPR) counts wherever you live: one month from"
        " Wednesday 25 November 2026."
    )
    assert term_words.because(extended(term("FR"), RECEIVED), "access") == (
        "By the General Data Protection Regulation (GDPR) we first had one month from Wednesday 25 November 2026. We"
        " can take longer only once."
    )
    shortest = "keep to the shortest term that we know."
    unknown = f"We do not know which law holds where you live. So we {shortest}"
    assert term_words.because(term("JP"), "access") == unknown
    assert term_words.because(term("FR", minor=True), "access") == f"For someone under 18 we {shortest}"


def test_a_request_counted_by_rules_that_are_gone_still_says_its_date() -> None:
    kept = {**term("FR").as_json(), "regime": "gdpr-eu-2018", "counted_by": "gdpr-eu-2018"}
    old = Term.from_json(kept)
    assert term_words.answer_by(old, RECEIVED).startswith("The law gives us until Monday 28 December 2026")
    assert term_words.because(old, "access") == ""


def test_each_pause_is_told_with_its_days_and_its_reason() -> None:
    waited = paused(term("FR"), RECEIVED + timedelta(days=1), RECEIVED + timedelta(days=4))
    (told,) = term_words.pauses(waited)
    assert told == (
        "The clock stood still from Thursday 26 November 2026 to Sunday 29 November 2026: we could not be sure who was"
        " asking and waited for an answer."
    )
    assert term_words.pauses(term("FR")) == []


def test_lengths_are_said_as_people_say_them() -> None:
    said = [term_words.length(Span(amount, unit)) for unit in Unit for amount in (1, 3)]
    assert said == ["one month", "3 months", "one day", "3 days", "one working day", "3 working days"]


@pytest.mark.parametrize(("days", "left"), [(2, "31 days"), (33, "one day"), (40, "one day")])
def test_while_the_clock_stands_still_the_person_reads_why_and_how_much_is_left(days: int, left: str) -> None:
    since = RECEIVED + timedelta(days=days)
    said = term_words.stands_still(term("FR"), since)
    assert said.startswith("The clock has stood still since ")
    assert said.endswith(f"wait for an answer. When it is here, we have {left} left.")
