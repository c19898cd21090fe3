"""What was told a moment ago: asked once, told again, asked anew after that; and the clock that is counted on."""

from datetime import timedelta

import pytest

from privacy import clock, lately
from privacy.lately import Lately


class Instant:
    """A process's own clock, moved by hand."""

    at = 1000.0

    def monotonic(self) -> float:
        """As `time.monotonic`."""
        return self.at


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Instant:
    instant = Instant()
    for module in (lately, clock):
        monkeypatch.setattr(module, "time", instant)
    monkeypatch.setattr(lately, "SECONDS", 1.0)
    return instant


def test_a_question_is_asked_once_a_second(at: Instant) -> None:
    answers = iter("abc")
    told = Lately(lambda: next(answers))
    heard = []
    for at.at in (1000.0, 1000.9, 1001.0, 1001.99, 1002.0):
        heard.append(told())
    assert heard == ["a", "a", "b", "b", "c"]


def test_what_could_not_be_told_is_asked_again(at: Instant) -> None:
    def asked() -> str:
        if at.at < 1000.5:
            raise ConnectionError
        return "there again"

    told = Lately(asked)
    with pytest.raises(ConnectionError):
        told()
    at.at = 1000.6
    assert told() == "there again"


@pytest.mark.django_db
def test_the_clock_that_is_counted_on_is_the_databases(
    at: Instant, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: object
) -> None:
    monkeypatch.setattr(clock, "_told", Lately(clock._look))
    with django_assert_num_queries(1):  # type: ignore[operator]
        first = clock.counted_on()
        at.at += 0.75
        assert clock.counted_on() - first == timedelta(seconds=0.75)
    assert abs(clock.now() - first) < timedelta(seconds=30)
    at.at += 0.25
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert clock.counted_on() > first
