"""How often something may be done: windows, several at once, by network and by key, with Valkey there and away."""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache, caches
from django.db import connection, connections
from django.test import RequestFactory, override_settings
from redis import Redis

from occicor import cache as cache_of_site
from occicor.cache import Breaker, ForgivingRedisCache
from privacy import limits

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P6.1")]
NOBODY = "unix:///nowhere/valkey.sock"
Later = Callable[[float], None]
ASKED = "limit:asked:192.0.2.7"


@pytest.fixture
def server() -> Iterator[Redis]:
    """Valkey, as the cache has it."""
    with Redis.from_url(settings.CACHES["default"]["LOCATION"]) as valkey:
        yield valkey


@pytest.fixture(params=["Valkey", "PostgreSQL"], autouse=True)
def counted_by(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, server: Redis) -> Iterator[str]:
    """Everything here holds on either side."""
    cache.clear()
    monkeypatch.setattr(ForgivingRedisCache, "breaker", Breaker(60))
    place = settings.CACHES["default"]["LOCATION"] if request.param == "Valkey" else NOBODY
    with override_settings(CACHES=settings.CACHES | {"default": settings.CACHES["default"] | {"LOCATION": place}}):
        yield request.param


@pytest.fixture
def later(server: Redis) -> Later:
    """Makes it as if what was counted had been counted so many seconds earlier."""

    def move(seconds: float) -> None:
        name, table = cache.make_key(ASKED), caches["fallback"]
        for place, at in enumerate(server.lrange(name, 0, -1)):  # type: ignore[arg-type]
            server.lset(name, place, str(int(at) - int(seconds * 1_000_000)))
        if counted := table.get(ASKED):
            table.set(ASKED, [at - seconds for at in counted], 60 * 60)

    return move


def limited(settings: Any, words: str) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"asked": words}


def asks(address: str = "192.0.2.7", **words: Any) -> bool:
    return limits.allows(RequestFactory().post("/", REMOTE_ADDR=address), "asked", **words)


def test_so_many_are_let_through_from_one_network_and_what_is_refused_is_not_counted(
    settings: Any, later: Later
) -> None:
    limited(settings, "2/m/ip")
    assert [asks() for _ in range(4)] == [True, True, False, False]
    assert asks("192.0.2.8")
    later(61)
    assert [asks() for _ in range(3)] == [True, True, False]


def test_the_first_few_of_each_network_are_counted_elsewhere_with_the_next_one(
    settings: Any, monkeypatch: pytest.MonkeyPatch, counted_by: str
) -> None:
    """So one process lets no more through than the limit says."""
    limited(settings, "5/m/ip")
    at, asked, take = [1000.0], [], ForgivingRedisCache.take
    monkeypatch.setattr(limits, "time", SimpleNamespace(monotonic=lambda: at[0]))
    monkeypatch.setattr(ForgivingRedisCache, "take", lambda *words: asked.append(words[1]) or take(*words))
    assert [asks(few=3) for _ in range(3)] == [True] * 3
    assert asked == [], counted_by
    assert [asks(few=3) for _ in range(3)] == [True, True, False]
    assert asked == [ASKED] * (4 + 1 + 1)
    assert asks("192.0.2.8", few=3)
    at[0] += 60
    assert asks(few=3)


@pytest.mark.parametrize("few", [0, 1, 2, 3, 9])
def test_no_few_is_more_than_the_limit(settings: Any, few: int) -> None:
    limited(settings, "2/m/ip,9/h/ip")
    assert [asks(few=few) for _ in range(4)] == [True, True, False, False]


def test_who_came_is_forgotten_and_not_kept_without_end(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    limited(settings, "1/m/ip")
    monkeypatch.setattr(limits.FewOfEach, "MOST_NAMES", 5)
    for number in range(20):
        assert asks(f"192.0.2.{number}", few=1)
        assert len(limits._few_of_each._came) <= 5
    assert not any("192.0.2" in str(known) for known in limits._few_of_each._came.items())


def test_the_window_slides(settings: Any, later: Later) -> None:
    limited(settings, "2/m/ip")
    assert asks()
    later(40)
    assert asks()
    later(30)
    # The first of them is over, the second is not.
    assert [asks(), asks()] == [True, False]


def test_of_several_windows_each_must_have_room(settings: Any, later: Later) -> None:
    limited(settings, "2/m/ip, 3/2h/ip")
    assert [asks() for _ in range(3)] == [True, True, False]
    later(61)
    assert [asks() for _ in range(3)] == [True, False, False]
    later(30 * 60)
    assert not asks() or settings is None
    later(2 * 60 * 60)
    assert asks()


def test_who_is_refused_is_told_for_how_long(settings: Any, later: Later) -> None:
    limited(settings, "1/m/ip, 2/2h/ip")
    request = RequestFactory().post("/", REMOTE_ADDR="192.0.2.7")
    told = []
    for seconds in (0, 20, 41, 0):
        later(seconds)
        refused = not limits.allows(request, "asked")
        told.append(limits.wait_seconds(request) if refused else 0)
    assert (told[0], told[2]) == (0, 0)
    assert told[1] in {39, 40}
    # Of two windows that are full the longer one counts: the first of the two was a minute ago.
    assert told[3] in {2 * 60 * 60 - 62, 2 * 60 * 60 - 61}


def test_where_others_counted_a_minute_is_told() -> None:
    assert limits.wait_seconds(RequestFactory().get("/")) == limits.RETRY_SECONDS


def test_nothing_at_all_can_be_let_through(settings: Any) -> None:
    limited(settings, "0/m/ip")
    request = RequestFactory().post("/", REMOTE_ADDR="192.0.2.7")
    assert not limits.allows(request, "asked")
    assert limits.wait_seconds(request) == 60


def test_what_is_limited_per_key_is_limited_from_everywhere_together(settings: Any) -> None:
    limited(settings, "1/d/key")
    assert asks(key="ann@example.org")
    assert not asks("192.0.2.8", key="ann@example.org")
    assert asks(key="ben@example.org")


def test_one_household_has_one_network(settings: Any) -> None:
    limited(settings, "1/m/ip")
    assert asks("2001:db8:1:2::1")
    assert not asks("2001:db8:1:2:ffff::9")
    assert asks("2001:db8:1:3::1")


def test_neither_address_nor_key_can_be_read_where_they_are_counted(settings: Any, server: Redis) -> None:
    limited(settings, "5/m/key")
    asks(key="ann@example.org")
    names = b" ".join(server.keys("*"))  # type: ignore[arg-type]
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM cache_fallback")
        names += " ".join(row[0] for row in cursor.fetchall()).encode()
    assert cache.make_key("limit:asked:ann@example.org").encode() in names
    assert b"ann" not in names


def test_no_count_makes_room_for_others_before_its_time(settings: Any, counted_by: str) -> None:
    limited(settings, "1/d/key")
    assert asks(key="ann@example.org")
    if counted_by == "PostgreSQL":
        with connection.cursor() as cursor:
            for number, until in ((1, "-1 day"), (2, "1 day")):
                rows = "SELECT %s || n, '', now() + %s::interval FROM generate_series(1, 400) n"
                # Names before and after any digest, so that whatever goes by name would go too.
                cursor.execute(f"INSERT INTO cache_fallback {rows}", ["~" if number == 1 else "~~", until])
            asks(key="ben@example.org")
            cursor.execute("SELECT count(*) FROM cache_fallback WHERE cache_key LIKE '~%'")
            assert cursor.fetchone() == (400,)
    assert not asks(key="ann@example.org")


def test_what_was_counted_is_forgotten_when_its_longest_window_is_over(
    settings: Any, counted_by: str, server: Redis
) -> None:
    limited(settings, "5/m/ip,6/h/ip")
    assert asks()
    if counted_by == "Valkey":
        assert 3590 < server.ttl(cache.make_key(ASKED)) <= 3600  # type: ignore[operator]
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT expires - now() FROM cache_fallback WHERE cache_key = %s", [cache.make_key(ASKED)])
        assert 3590 < cursor.fetchone()[0].total_seconds() <= 3600


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_no_more_come_through(settings: Any) -> None:
    limited(settings, "5/h/ip")

    def ask(_person: int) -> bool:
        try:
            return asks()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as people:
        assert sum(people.map(ask, range(16))) == 5


def test_once_valkey_forgot_the_script_it_is_told_again(settings: Any, server: Redis) -> None:
    limited(settings, "2/m/ip")
    assert asks()
    server.script_flush()
    assert [asks(), asks()] == [True, False]


def test_valkey_away_is_noticed_once_and_the_limit_holds(
    settings: Any, counted_by: str, caplog: pytest.LogCaptureFixture
) -> None:
    limited(settings, "1/m/ip")
    with caplog.at_level(logging.WARNING, logger=cache_of_site.__name__):
        assert [asks(), asks()] == [True, False]
    assert len(caplog.records) == (counted_by == "PostgreSQL")


def test_every_limit_of_the_site_can_be_read() -> None:
    for words in settings.ACCOUNT_RATE_LIMITS.values():
        assert limits.windows_of(words)
    assert limits.windows_of("10/h/ip,50/d/ip") == ("ip", ((10, 3600), (50, 86400)))


@pytest.mark.parametrize("words", ["", "5", "5/m", "5/w/ip", "5/m/ip,5/m/key", "5/m/user", "-1/m/ip", "5/m/ip,"])
def test_a_limit_that_says_nothing_clear_is_an_error(words: str) -> None:
    with pytest.raises(ValueError, match="not a limit"):
        limits.windows_of(words)


@pytest.mark.parametrize(("words", "key"), [("1/m/ip", "ann@example.org"), ("1/m/key", "")])
def test_whoever_asks_says_what_is_counted(settings: Any, words: str, key: str) -> None:
    limited(settings, words)
    with pytest.raises(ValueError, match="is limited per"):
        asks(key=key)
