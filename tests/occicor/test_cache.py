"""The cache while Valkey answers, and while it does not: limits hold either way, and pages stay quick."""

import logging
import time
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.cache import cache, caches
from django.test import Client, override_settings

from occicor.cache import Breaker, ForgivingRedisCache
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db

NOBODY = "unix:///nowhere/valkey.sock"


def caches_at(location: str) -> dict[str, dict[str, object]]:
    """The caches as they are set, with the server at another place."""
    return settings.CACHES | {"default": settings.CACHES["default"] | {"LOCATION": location}}


@pytest.fixture(autouse=True)
def _closed_breaker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ForgivingRedisCache, "breaker", Breaker(0.2))


@pytest.fixture
def _server_away() -> Iterator[None]:
    with override_settings(CACHES=caches_at(NOBODY)):
        yield


@pytest.mark.parametrize("location", ["", NOBODY], ids=["server there", "server away"])
def test_everything_that_a_cache_does_works_with_and_without_the_server(location: str) -> None:
    with override_settings(CACHES=caches_at(location or settings.REDIS_URL)):
        cache.set("a", [1, 2], 60)
        assert cache.get("a") == [1, 2]
        assert cache.get("b", "none") == "none"
        assert cache.add("lock", True, 60)
        assert not cache.add("lock", True, 60)
        assert cache.touch("a", 60)
        assert cache.has_key("a")
        cache.set("count", 1, 60)
        assert cache.incr("count") == 2
        cache.set_many({"c": 3, "d": 4}, 60)
        assert cache.get_many(["c", "d", "e"]) == {"c": 3, "d": 4}
        cache.delete_many(["c", "d"])
        assert cache.delete("a")
        assert not cache.delete("a")
        cache.clear()
        assert cache.get("count") is None


@pytest.mark.usefixtures("_server_away")
def test_while_the_server_is_away_only_one_call_in_a_while_tries_it(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="occicor.cache"):
        for number in range(20):
            cache.get(f"key {number}")
    assert ForgivingRedisCache.breaker.failures == 1
    assert len(caplog.records) == 1
    time.sleep(0.25)
    cache.get("again")
    assert ForgivingRedisCache.breaker.failures == 2


@pytest.mark.usefixtures("_server_away")
def test_wrong_passwords_are_limited_although_the_server_is_away(client: Client) -> None:
    user = make_user()
    for _ in range(6):
        answer = client.post("/account/login/", {"login": user.email, "password": "wrong password"})
        assert "_auth_user_id" not in client.session
    assert answer.status_code == 429 or "too many times" in answer.content.decode()
    # Not even the right password opens the account now: the count is kept in PostgreSQL.
    client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_no_address_or_account_can_be_read_from_what_is_stored() -> None:
    assert "192.0.2.7" not in cache.make_key("allauth:rl:login:ip:192.0.2.7")
    assert cache.make_key("one") != cache.make_key("two")
    assert cache.make_key("one") == caches["fallback"].make_key("one")
