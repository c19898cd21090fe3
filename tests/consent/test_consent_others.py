"""What other companies set and show, in a real browser: only after the reader's own act, and gone with it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from cookie_consent.models import Cookie
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from consent.models import ConsentEvent, Party, Purpose, Tracker
from consent.vocabulary import Matching
from tests.browser import Watch, watched_page
from tests.consent.choosing import publish

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.consent.probing"),
    pytest.mark.promise("P11.1"),
    pytest.mark.promise("P11.4"),
]
FILMS = "https://films.example/"
Open = Callable[..., Any]


@pytest.fixture(autouse=True)
def _asked(settings: Any) -> None:
    """Films of another site, and a partner whose cookies begin with `_ad_`."""
    settings.EMBED_HOSTS = ["films.example"]
    publish()
    ads = Purpose.objects.get(group__varname="ads")
    cookie = Cookie.objects.create(name="_ad_", cookiegroup=ads.group)
    Tracker.objects.create(cookie=cookie, party=Party.objects.create(name="Partner"), matching=Matching.PREFIX)
    publish()


@pytest.fixture
def opened(browser: Browser, live_server: LiveServer) -> Open:
    """Opens a page in a browser of one's own, in which the other site answers; the watch has what it was asked."""

    @contextmanager
    def of(path: str, **options: Any) -> Iterator[tuple[Page, Watch]]:
        with watched_page(browser, live_server.url, **options) as (page, watch):
            page.route(f"{FILMS}**", lambda route: route.fulfill(body="<p>A film</p>", content_type="text/html"))
            page.goto(path)
            yield page, watch

    return of


def names(page: Page) -> set[str]:
    return {str(cookie["name"]) for cookie in page.context.cookies()}


@pytest.mark.parametrize("scripts", [True, False], ids=["script", "no script"])
def test_a_film_is_asked_for_once_or_always_and_never_before(opened: Open, scripts: bool) -> None:
    with opened("/film/", java_script_enabled=scripts) as (page, watch):
        assert (page.locator("iframe").count(), watch.elsewhere) == (0, [])
        page.get_by_role("link", name="Show it this once").click()
        expect(page.frame_locator("iframe").get_by_text("A film")).to_be_visible()
        assert (len(page.frames), watch.elsewhere) == (2, [f"{FILMS}e/1"])
        assert not page.context.cookies()
        assert not ConsentEvent.objects.exists()
        page.goto("/film/")
        expect(page.locator("iframe")).to_have_count(0)
        page.get_by_role("button", name="Always show films").click()
        expect(page.frame_locator("iframe").get_by_text("A film")).to_be_visible()
        assert names(page) == {"consent", "consent_ref"}
        event = ConsentEvent.objects.get()
        assert (event.method, event.states, event.surface) == ("embed", {"social": "given"}, "film")
        # The other purposes are still open: one film says nothing about them.
        expect(page.locator("[data-consent]")).to_contain_text("Advertising.")
        expect(page.locator("[data-consent]")).not_to_contain_text("What changed")
        assert watch.elsewhere == [f"{FILMS}e/1"] * 2
        watch.elsewhere.clear()


def test_with_the_yes_go_its_cookies_whether_scripts_see_them_or_not_and_by_how_their_names_begin(opened: Open) -> None:
    with opened("/probe/") as (page, _watch):
        page.get_by_role("button", name="Accept all").click()
        expect(page.locator("body[data-ran]")).to_have_count(1)
        lies = {"value": "1", "domain": str(urlsplit(page.url).hostname), "path": "/"}
        for name, hidden in (("_ad_", True), ("_ad_77", False), ("_ad_x", True), ("other", False)):
            page.context.add_cookies([{"name": name, "httpOnly": hidden, **lies}])  # type: ignore[typeddict-item]
        page.goto("/probe/")
        assert names(page) >= {"_ad_", "_ad_77", "_ad_x", "other"}
        page.get_by_role("button", name="Withdraw what you accepted about cookies").click()
        expect(page.get_by_role("button", name="Withdraw what you accepted about cookies")).to_have_count(0)
        assert names(page) == {"consent", "other"}
        assert page.locator("body[data-ran]").count() == 0
        assert "probe.js" not in page.content()
        page.reload()
        assert page.locator("body[data-ran]").count() == 0
    given, withdrawn = ConsentEvent.objects.order_by("id")
    assert (given.method, withdrawn.method) == ("accept_all", "withdraw")
    assert set(withdrawn.states) == {"stats", "social", "ads"}
    assert set(withdrawn.states.values()) == {"refused"}
