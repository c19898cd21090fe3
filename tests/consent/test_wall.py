"""The wall: no cookie leaves to which nobody agreed, and what was refused is taken out of the browser."""

import logging
from typing import Any

import pytest
from cookie_consent.models import Cookie
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from consent.middleware import ConsentMiddleware, UnagreedCookie
from consent.models import Party, Purpose, Tracker
from consent.vocabulary import Matching
from tests.consent.choosing import chosen, publish

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P11.1"), pytest.mark.promise("P11.3")]


@pytest.fixture(autouse=True)
def _with_a_partner() -> None:
    """A partner whose cookies begin with `_ad_`, set by us or by a script of theirs."""
    publish()
    ads = Purpose.objects.get(group__varname="ads")
    cookie = Cookie.objects.create(name="_ad_", cookiegroup=ads.group)
    party = Party.objects.create(name="Partner")
    Tracker.objects.create(cookie=cookie, party=party, matching=Matching.PREFIX)
    publish()


def through_the_wall(cookies: dict[str, str], *names: str) -> HttpResponse:
    """The answer of a view that sets these cookies to a browser that has those."""

    def view(_request: HttpRequest) -> HttpResponse:
        answer = HttpResponse("page")
        for name in names:
            answer.set_cookie(name, "1")
        return answer

    request = RequestFactory().get("/")
    request.COOKIES = cookies
    return ConsentMiddleware(view)(request)


def kept(client: Client) -> dict[str, str]:
    return {name: cookie.value for name, cookie in client.cookies.items() if cookie.value}


@pytest.mark.parametrize("name", ["_ad_", "_ad_9", "unheard_of"])
def test_a_cookie_that_nobody_agreed_to_does_not_leave(
    settings: Any, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    settings.CONSENT_WALL_RAISES = False
    with caplog.at_level(logging.ERROR):
        answer = through_the_wall({}, name, "csrftoken")
    assert set(answer.cookies) == {"csrftoken"}
    assert name in caplog.text


def test_in_tests_and_development_that_is_an_error() -> None:
    with pytest.raises(UnagreedCookie, match="unheard_of"):
        through_the_wall({}, "unheard_of")


def test_what_was_accepted_leaves_and_what_was_refused_is_taken_back(client: Client, settings: Any) -> None:
    chosen(client, "accept_all", notice=2)
    assert set(through_the_wall(kept(client), "_ad_9").cookies) == {"_ad_9"}
    chosen(client, "withdraw", notice=2)
    answer = through_the_wall({**kept(client), "_ad_9": "1", "_ad_": "1", "theirs": "1"})
    assert {name: cookie["max-age"] for name, cookie in answer.cookies.items()} == {"_ad_9": 0, "_ad_": 0}


def test_a_cookie_may_always_be_deleted() -> None:
    def view(_request: HttpRequest) -> HttpResponse:
        answer = HttpResponse("page")
        answer.delete_cookie("_old")
        return answer

    assert set(ConsentMiddleware(view)(RequestFactory().get("/")).cookies) == {"_old"}
