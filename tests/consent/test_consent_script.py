"""The question in a real browser: nothing runs before it is saved, nothing is lost, nothing comes back from a cache."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from consent.models import AccountConsent, ConsentEvent, Purpose
from tests.browser import watched_page
from tests.consent.choosing import chosen, publish
from tests.factories import PASSWORD, make_user
from tests.journeys.looking import look
from tests.rights_requests.browsing import browser_of
from tests.stack import eventually

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.consent.probing"),
    pytest.mark.promise("P11.1"),
]
COMES_BACK = "() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
# It waits for nothing: a page that has gone can no longer say that it did.
LEAVES_AT_ONCE = """(wait) => {
    const leave = () => { location.href = "/probe.js"; };
    document.querySelector("[data-consent] [value=refuse_all]").click();
    if (wait) setTimeout(leave, wait); else leave();
}"""
Open = Callable[..., Any]


@pytest.fixture(autouse=True)
def _asked(settings: Any) -> None:
    settings.EMBED_HOSTS = ["films.example"]
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "consent": "1000/m/ip"}
    publish()


@pytest.fixture
def opened(browser: Browser, live_server: LiveServer) -> Open:
    """Opens the page with the probe in a browser of one's own; whatever a page complains about fails the test."""

    @contextmanager
    def of(**options: Any) -> Iterator[Page]:
        with watched_page(browser, live_server.url, **options) as (page, _watch):
            page.goto("/probe/")
            yield page

    return of


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def asks(page: Page) -> Any:
    return page.locator("[data-consent]")


def withdrawal(page: Page) -> Any:
    """The button at the foot of the page, as far as it can be seen."""
    return page.get_by_role("button", name="Withdraw what you accepted about cookies")


def ran(page: Page) -> bool:
    return page.locator("body[data-ran]").count() > 0


def answered_with(status: int, route: Route) -> None:
    route.fulfill(status=status, body="{}")


def names(context: BrowserContext) -> set[str]:
    return {str(cookie["name"]) for cookie in context.cookies()}


def test_what_was_accepted_runs_only_once_it_is_saved_and_on_later_pages_by_the_server(opened: Open) -> None:
    with opened() as page:
        happened: list[str] = []
        page.on("response", lambda answer: happened.append(f"{answer.status} {urlsplit(answer.url).path}"))
        page.on("request", lambda asked: happened.append(f"asks {urlsplit(asked.url).path}"))
        page.keyboard.press("Escape")
        expect(asks(page)).to_be_visible()
        expect(withdrawal(page)).to_have_count(0)
        assert not page.context.cookies()
        press(page, "Accept all")
        expect(page.locator("body[data-ran]")).to_have_count(1)
        assert [one for one in happened if "/consent/" in one or "probe" in one] == [
            *("asks /consent/", "200 /consent/", "asks /probe.js", "200 /probe.js"),
        ]
        expect(asks(page)).to_have_count(0)
        expect(page.locator("main")).to_be_focused()
        expect(page.get_by_role("status")).to_have_text("Saved.")
        expect(page.locator(".agreed")).to_be_visible()
        assert names(page.context) == {"consent", "consent_ref"}
        page.goto("/probe/")
        expect(page.locator("body[data-ran]")).to_have_count(1)
        expect(asks(page)).to_have_count(0)


def test_what_was_accepted_can_be_taken_back_on_the_same_page(opened: Open) -> None:
    with opened() as page:
        press(page, "Accept all")
        withdrawal(page).click()
        expect(withdrawal(page)).to_have_count(0)
        assert "consent_ref" not in names(page.context)
    assert [event.method for event in ConsentEvent.objects.order_by("id")] == ["accept_all", "withdraw"]


@pytest.mark.parametrize("scripts", [True, False], ids=["script", "no script"])
def test_what_was_refused_is_not_even_sent(opened: Open, scripts: bool) -> None:
    with opened(java_script_enabled=scripts) as page:
        expect(page.locator("template[data-purpose=social]")).to_have_count(1)
        press(page, "Refuse all")
        expect(asks(page)).to_have_count(0)
        expect(withdrawal(page)).to_have_count(0)
        expect(page.locator("template")).to_have_count(0)
        assert names(page.context) == {"consent"}
        assert page.url.endswith("/probe/")
        assert "probe.js" not in (page.goto("/probe/").text())
        assert not ran(page)
    assert ConsentEvent.objects.get().surface == "probe"


def test_where_saving_fails_nothing_is_switched_on_and_the_question_stays(opened: Open) -> None:
    with opened() as page:
        failed = page.get_by_role("alert").filter(has_text="Your choice could not be saved")
        for status in (503, 429, 0):
            if status:
                page.route("**/consent/", partial(answered_with, status))
            page.context.set_offline(not status)
            press(page, "Accept all")
            expect(failed).to_be_visible()
            page.unroute_all()
            assert not ran(page)
            assert not page.context.cookies()
            expect(page.get_by_role("button", name="Accept all")).to_be_visible()
        assert not ConsentEvent.objects.exists()
        page.context.set_offline(False)
        press(page, "Accept all")
        expect(asks(page)).to_have_count(0)
        assert ConsentEvent.objects.count() == 1


def test_a_question_that_changed_meanwhile_is_asked_anew(opened: Open) -> None:
    with opened() as page:
        Purpose.objects.get(group__varname="ads").recipients.create(name="Partner")
        publish()
        press(page, "Accept all")
        expect(asks(page)).to_contain_text("Advertising.")
        assert not page.context.cookies()
        assert not ran(page)


def test_whoever_leaves_at_once_has_chosen_all_the_same(opened: Open) -> None:
    """After 0, 5, 20 and 100 milliseconds, five times each (with EVERY_PLACE=1 twenty times): none is lost."""
    rounds = 20 if os.environ.get("EVERY_PLACE") else 5
    with opened() as page:
        for wait in (0, 5, 20, 100) * rounds:
            page.evaluate(LEAVES_AT_ONCE, wait)
            page.wait_for_url("**/probe.js")
            assert eventually(lambda: names(page.context) == {"consent"}, seconds=2), f"lost after {wait} ms"
            page.context.clear_cookies()
            page.goto("/probe/")
    assert ConsentEvent.objects.count() == 4 * rounds


def test_two_tabs_leave_the_last_word_as_a_whole_and_both_rows(opened: Open) -> None:
    with opened() as first:
        second = first.context.new_page()
        second.goto("/probe/")
        press(first, "Refuse all")
        expect(asks(first)).to_have_count(0)
        press(second, "Accept all")
        expect(second.locator("body[data-ran]")).to_have_count(1)
        first.reload()
        expect(first.locator("body[data-ran]")).to_have_count(1)
    assert [event.states for event in ConsentEvent.objects.order_by("id")] == [
        {"social": "refused"},
        {"social": "given"},
    ]


def test_an_account_counts_while_signed_in_and_the_browser_has_its_own_choice_back_afterwards(opened: Open) -> None:
    user = make_user()
    chosen(browser_of(user), "refuse_all")
    with opened() as page:
        press(page, "Accept all")
        expect(asks(page)).to_have_count(0)
        own = sorted(page.context.cookies(), key=str)
        page.goto("/account/login/?next=/probe/")
        page.get_by_label("E-mail address", exact=True).fill(user.email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.locator("main").get_by_role("button", name="Sign in").click()
        told = page.get_by_role("status").filter(has_text="cookie choices count here")
        expect(told).to_contain_text("Your account refused. This browser accepted.")
        assert not ran(page)
        press(page, "Keep my account’s choice")
        expect(told).to_have_count(0)
        assert AccountConsent.objects.get().states == {"social": "refused"}
        page.get_by_role("button", name="Sign out").click()
        page.goto("/probe/")
        expect(page.locator("body[data-ran]")).to_have_count(1)
        assert [one for one in sorted(page.context.cookies(), key=str) if one in own] == own


@pytest.mark.parametrize("account", ["", "refuse_all"], ids=["asks to take over", "chose otherwise"])
def test_what_a_signed_in_person_is_told_can_be_read_by_everybody(opened: Open, account: str) -> None:
    user = make_user()
    if account:
        chosen(browser_of(user), account)
    session = browser_of(user).cookies["sessionid"].value
    with opened(bypass_csp=True) as page:
        press(page, "Accept all")
        expect(asks(page)).to_have_count(0)
        page.context.add_cookies([{"name": "sessionid", "value": session, "domain": "localhost", "path": "/"}])
        page.goto("/about/")
        buttons = page.locator(".consent .consent-act")
        expect(buttons).to_have_count(2)
        first, second = (buttons.nth(number).bounding_box() for number in range(2))
        assert (first["width"], first["height"]) == (second["width"], second["height"])
        found = look(page)
        assert {mode: wrong for mode, wrong in [*found.axe.items(), *found.sticks_out.items()] if wrong} == {}


def test_a_page_from_the_cache_asks_nothing_that_was_answered_and_runs_nothing_that_was_withdrawn(opened: Open) -> None:
    with opened() as page:
        page.get_by_role("button", name="Choose", exact=True).click()
        page.get_by_role("group", name="Films and posts").get_by_label("Yes", exact=True).check()
        press(page, "Save my choices")
        goes_back(page)
        expect(page.locator("body[data-ran]")).to_have_count(1)
        expect(asks(page)).to_have_count(0)
        page.goto("/consent/settings/")
        press(page, "Refuse and withdraw everything")
        goes_back(page)
        expect(page.locator("body:not([data-ran])")).to_have_count(1)
        expect(page.locator(".agreed")).to_have_count(0)


def goes_back(page: Page) -> None:
    """Go back over the page of choices, which was opened and then answered, to where it was left for that."""
    page.wait_for_load_state()
    page.evaluate("() => history.go(-2)")
    page.wait_for_url("**/probe/")
    page.wait_for_load_state()
    assert page.evaluate("() => performance.getEntriesByType('navigation')[0].type") == "back_forward"


def test_a_page_that_was_kept_whole_is_asked_for_anew(opened: Open) -> None:
    """Browsers that keep pages as they were left tell them so; that of the tests keeps none, so they are told here."""
    with opened() as kept:
        now = kept.context.new_page()
        now.goto("/probe/")
        press(now, "Accept all")
        expect(now.locator("body[data-ran]")).to_have_count(1)
        expect(asks(kept)).to_be_visible()
        kept.evaluate(COMES_BACK)
        expect(kept.locator("body[data-ran]")).to_have_count(1)
        expect(asks(kept)).to_have_count(0)
        now.goto("/consent/settings/")
        press(now, "Refuse and withdraw everything")
        now.wait_for_load_state()
        kept.evaluate(COMES_BACK)
        expect(kept.locator("body:not([data-ran])")).to_have_count(1)
        expect(kept.locator(".agreed")).to_have_count(0)
