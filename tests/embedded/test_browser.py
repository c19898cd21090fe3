"""The watched page of the journeys: it sees what it must not overlook."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import watched_page
from tests.stack import RunningStack

pytestmark = pytest.mark.journey


def test_the_home_page_of_the_running_site_opens_without_a_complaint(page: Page) -> None:
    page.goto("/")
    assert page.locator("main h1").count() == 1


def test_a_page_without_script_is_watched_too(open_page: Callable[..., AbstractContextManager[Any]]) -> None:
    with open_page(java_script_enabled=False) as (page, watch):
        page.goto("/outbox/")
        assert "Outbox" in page.title()
    assert watch.csp_violations == []


def test_what_the_policy_refuses_fails_the_journey(browser: Browser, running_stack: RunningStack) -> None:
    with (
        pytest.raises(AssertionError, match="Content Security Policy"),
        watched_page(browser, running_stack.base_url) as (page, watch),
    ):
        page.goto("/")
        page.evaluate("document.body.setAttribute('style', 'color: red')")
        page.wait_for_timeout(200)
        assert watch.csp_violations


def test_a_request_to_elsewhere_fails_the_journey(browser: Browser, running_stack: RunningStack) -> None:
    with (
        pytest.raises(AssertionError, match="request to http"),
        watched_page(browser, running_stack.base_url) as (page, _watch),
    ):
        page.goto(running_stack.base_url.replace("127.0.0.1", "localhost"))
