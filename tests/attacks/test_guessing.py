"""Trying passwords without end: from one network, from many at one account, with forged headers (A6)."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.account import app_settings
from django.core.cache import cache
from django.test import Client

from accounts import known_places
from accounts.models import SignIn, User
from tests.accounts.flows import sign_in
from tests.accounts.test_sign_ins import BRITAIN, FIREFOX, FRANCE, PHONE, browser
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P6.1")]
WAIT = "Wait five minutes"
# As the settings say, and as the docs tell: so many wrong ones from one network, so many for one account.
A_MINUTE_OF_ONE_NETWORK, FIVE_MINUTES_OF_ONE_ACCOUNT = 10, 5


def refused(answer: Any) -> bool:
    """Whether the answer says to wait; an answer that opens, or that says "wrong", does not."""
    return answer.status_code == 429 or WAIT in answer.content.decode()


def tries(client: Callable[[int], Client], account: Callable[[int], User], most: int = 40) -> int:
    """How many wrong passwords are looked at before one is refused."""
    for number in range(most):
        if refused(sign_in(client(number), account(number), "wrong wrong wrong")):
            return number
    return most


def test_the_limits_are_those_that_the_tests_know() -> None:
    said = f"{A_MINUTE_OF_ONE_NETWORK}/m/ip,{FIVE_MINUTES_OF_ONE_ACCOUNT}/300s/key"
    assert app_settings.RATE_LIMITS["login_failed"] == said


def test_one_network_is_stopped_whatever_account_it_tries() -> None:
    people = [make_user() for _ in range(15)]
    assert tries(lambda _number: browser(FRANCE), lambda number: people[number % 15]) == A_MINUTE_OF_ONE_NETWORK


def test_many_networks_are_stopped_at_one_account() -> None:
    user = make_user()
    assert tries(lambda number: browser(f"198.51.{number}.7"), lambda _number: user) == FIVE_MINUTES_OF_ONE_ACCOUNT
    assert refused(sign_in(browser(BRITAIN), user))


@pytest.mark.parametrize("name", ["x-forwarded-for", "x-real-ip", "forwarded", "cf-connecting-ip", "true-client-ip"])
def test_a_forged_header_opens_no_new_count(name: str) -> None:
    people = [make_user() for _ in range(15)]
    forged = lambda number: browser(FRANCE, **{name: f"198.51.{number}.7"})  # noqa: E731
    assert tries(forged, lambda number: people[number % 15]) == A_MINUTE_OF_ONE_NETWORK


def test_behind_a_proxy_only_its_own_word_counts(settings: Any) -> None:
    """What stands before the address that the proxy wrote is talk."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    people = [make_user() for _ in range(15)]
    forged = lambda number: browser("10.0.0.1", **{"x-forwarded-for": f"198.51.{number}.7, {FRANCE}"})  # noqa: E731
    assert tries(forged, lambda number: people[number % 15]) == A_MINUTE_OF_ONE_NETWORK
    told = browser("10.0.0.1", **{"x-forwarded-for": f"{FRANCE}, {BRITAIN}"})
    assert sign_in(told, people[0]).status_code == 302


def test_strangers_keep_nobody_out_who_comes_from_where_they_always_come() -> None:
    user = make_user()
    assert sign_in(browser(FRANCE), user).status_code == 302
    assert tries(lambda number: browser(f"198.51.{number}.7"), lambda _number: user) == FIVE_MINUTES_OF_ONE_ACCOUNT
    assert refused(sign_in(browser(BRITAIN), user))
    assert refused(sign_in(browser(FRANCE, PHONE), user))
    assert sign_in(browser(FRANCE), user).status_code == 302


def test_where_somebody_always_comes_from_has_a_limit_too() -> None:
    user = make_user()
    sign_in(browser(FRANCE), user)
    assert tries(lambda _number: browser(FRANCE), lambda _number: user) == FIVE_MINUTES_OF_ONE_ACCOUNT
    assert refused(sign_in(browser(FRANCE), user))


def test_a_place_that_was_not_the_persons_is_a_strangers() -> None:
    user = make_user()
    sign_in(browser(BRITAIN), user)
    cache.clear()
    place = {"login": user.email.upper(), "address": BRITAIN, "user_agent": FIREFOX}
    assert known_places.bucket(**place) == "81.2.69.0/24 firefox linux"
    assert known_places.bucket(**{**place, "login": make_user().email}) == ""
    assert known_places.bucket(**{**place, "address": "nonsense"}) == ""
    row = SignIn.objects.get(user=user)
    row.disowned_at = row.at
    row.save()
    assert known_places.bucket(**place) == ""
