"""The watch over every journey: it is seen to catch what no page of the portal may do."""

import pytest
from playwright.sync_api import Browser

from tests.browser import Watch, watched_page
from tests.journeys.walker import plant
from tests.stack import RunningStack

pytestmark = [pytest.mark.journey, pytest.mark.promise("P0.3")]

ELSEWHERE = "http://127.0.0.2:9/counter.png"
STRICT = {"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'"}


def seen(browser: Browser, stack: RunningStack, body: str, headers: dict[str, str], **options: bool) -> Watch:
    """What the watch made of a planted page; AssertionError when the test that opened it would have passed."""
    with pytest.raises(AssertionError), watched_page(browser, stack.base_url, **options) as (page, watch):
        plant(page, f"<!doctype html><html lang='en'><title>Planted</title><body>{body}</body></html>", headers)
        page.wait_for_load_state("networkidle")
    return watch


@pytest.mark.parametrize(
    "body",
    ["<script>document.title = 'run'</script>", "<p style='color: red'>styled</p>", f"<img src='{ELSEWHERE}' alt=''>"],
    ids=["script", "style", "picture"],
)
def test_what_the_policy_refuses_fails_a_journey(browser: Browser, running_stack: RunningStack, body: str) -> None:
    watch = seen(browser, running_stack, body, STRICT)
    assert len(watch.csp_violations) == 1
    assert watch.elsewhere == ([ELSEWHERE] if ELSEWHERE in body else [])


def test_a_style_that_the_policy_refuses_fails_a_journey_without_scripts_too(
    browser: Browser, running_stack: RunningStack
) -> None:
    assert seen(browser, running_stack, "<p style='color: red'>x</p>", STRICT, java_script_enabled=False).csp_violations


def test_a_request_to_another_site_fails_a_journey(browser: Browser, running_stack: RunningStack) -> None:
    assert seen(browser, running_stack, f"<img src='{ELSEWHERE}' alt=''>", {}).elsewhere == [ELSEWHERE]


@pytest.mark.parametrize("script", ["console.error('something')", "throw new Error('something')"])
def test_an_error_on_the_console_fails_a_journey(browser: Browser, running_stack: RunningStack, script: str) -> None:
    watch = seen(browser, running_stack, f"<script>{script}</script>", {})
    assert "something" in str(watch.complaints)


def test_a_journey_that_saw_no_page_proves_nothing_and_fails(browser: Browser, running_stack: RunningStack) -> None:
    with pytest.raises(AssertionError), watched_page(browser, running_stack.base_url):
        pass


def test_a_sound_page_passes_and_is_counted(browser: Browser, running_stack: RunningStack) -> None:
    with watched_page(browser, running_stack.base_url) as (page, watch):
        page.goto("/")
        page.goto("/privacy/")
    assert watch.pages == [f"{running_stack.base_url}/", f"{running_stack.base_url}/privacy/"]
