"""The company's pages in a real browser: nothing moves, menu and picture obey the keyboard, no script is needed."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from playwright.sync_api import expect

from tests.journeys.looking import PHONE
from tests.journeys.test_keyboard import tab_to
from tests.journeys.walker import Walker

pytestmark = pytest.mark.journey

Visit = Callable[..., AbstractContextManager[Walker]]
# What moves because somebody pressed something is what they wanted.
SHIFTS = """
    new PerformanceObserver(list => {
        window.shifted = list.getEntries().filter(entry => !entry.hadRecentInput)
            .reduce((sum, entry) => sum + entry.value, window.shifted);
    }).observe({type: "layout-shift", buffered: true});
    window.shifted = 0;
"""


def test_home_loads_little_and_nothing_on_it_moves(visitor: Walker) -> None:
    page = visitor.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script(SHIFTS)
    page.goto("/", wait_until="networkidle")
    assert page.evaluate("() => window.shifted") == 0
    page.get_by_label("What to do", exact=True).check()
    expect(page.locator(".reading-todo")).to_be_visible()
    assert page.evaluate("() => window.shifted") == 0
    assert len(asked) <= 6, asked
    assert sum("instrument-sans" in url for url in asked) == 1


def test_on_a_phone_the_menu_opens_and_closes_by_keyboard_and_without_a_script(visit: Visit) -> None:
    with visit(java_script_enabled=False, viewport=PHONE) as walker:
        page = walker.page
        walker.goes("/")
        menu, way = page.get_by_role("button", name="Menu"), page.get_by_role("link", name="Security", exact=True)
        ways = page.get_by_role("navigation", name="Main")
        expect(ways).to_be_hidden()
        menu.press("Enter")
        expect(ways).to_be_visible()
        page.keyboard.press("Tab")
        expect(ways.get_by_role("link").first).to_be_focused()
        page.keyboard.press("Escape")
        expect(ways).to_be_hidden()
        expect(way).to_have_count(1)


def test_the_picture_shows_what_is_asked_of_it_by_keyboard(visitor: Walker) -> None:
    visitor.goes("/")
    page = visitor.page
    tab_to(page, "What is there")
    expect(page.locator(".layer-read")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".layer-plan")).to_be_visible()
    expect(page.locator(".layer-read")).to_be_hidden()
    expect(page.locator(".reading-plan")).to_be_visible()


def test_a_dialog_opens_over_the_page_and_gives_the_focus_back(agent: Walker) -> None:
    agent.goes("/style/")
    page = agent.page
    opener, dialog = page.get_by_role("link", name="Sign out…"), page.get_by_role("dialog")
    opener.press("Enter")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def test_without_a_script_the_dialog_is_a_page(visit_as: Visit) -> None:
    with visit_as("agent", java_script_enabled=False) as walker:
        walker.goes("/style/")
        walker.follows("Sign out…")
        dialog = walker.page.get_by_role("dialog")
        expect(dialog.get_by_role("button", name="Sign out")).to_be_visible()
        dialog.get_by_role("link", name="Go back").click()
        expect(dialog).to_be_hidden()
