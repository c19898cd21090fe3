"""The portal with the keyboard alone: one sees where one is, skips the header, and gets a request filed."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.scene_of_rights import WHICH, ask_something, propose_a_fee, take_longer
from tests.journeys.walker import Walker

pytestmark = pytest.mark.journey

Visit = Callable[..., AbstractContextManager[Walker]]
MOST_TABS = 40
FOCUSED = """
    () => {
        const node = document.activeElement;
        if (!node || node === document.body) return null;
        const box = node.getBoundingClientRect();
        const drawn = part => part && (getComputedStyle(part).outlineStyle !== "none"
            && parseFloat(getComputedStyle(part).outlineWidth) >= 2);
        return {
            name: (node.getAttribute("aria-label") || node.labels?.[0]?.textContent || node.textContent).trim()
                .replace(/\\s+/g, " "),
            ring: Boolean(drawn(node)),
            inside: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
        };
    }
"""


@pytest.fixture
def person(visit_as: Visit) -> Iterator[Walker]:
    with visit_as("other_subject") as walker:
        yield walker


def tab_to(page: Page, name: str) -> list[str]:
    """Press Tab until the thing of this name has the focus; what was passed. Each must be seen to have it."""
    passed: list[str] = []
    for _press in range(MOST_TABS):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None:
            continue
        assert focused["ring"], f"no ring around “{focused['name']}” on {page.url}"
        assert focused["inside"], f"“{focused['name']}” has the focus and is not on screen at {page.url}"
        if focused["name"].startswith(name):
            return passed
        passed.append(focused["name"])
    raise AssertionError(f"“{name}” is not reached by Tab on {page.url}, only {passed}")


@pytest.mark.parametrize("width", [1280, 320])
def test_a_request_is_filed_and_withdrawn_with_the_keyboard_alone(person: Walker, width: int) -> None:
    page = person.page
    page.set_viewport_size({"width": width, "height": 600})
    person.goes("/")
    tab_to(page, "Your requests")
    page.keyboard.press("Enter")
    person.is_at("Your requests")
    tab_to(page, "Make a request")
    page.keyboard.press("Enter")
    person.is_at("Make a request about your data")
    tab_to(page, "Get a copy of my data")
    page.keyboard.press("Enter")
    person.is_at("Get a copy of my data")
    tab_to(page, "Is there anything you want to tell us?")
    page.keyboard.type("by keyboard")
    tab_to(page, "Continue")
    page.keyboard.press("Enter")
    person.is_at("Check your request before you send it")
    person.sees("by keyboard")
    tab_to(page, "Send your request")
    page.keyboard.press("Enter")
    reference = person.reference()
    person.goes(f"/requests/{reference}/")
    tab_to(page, "Withdraw this request")
    page.keyboard.press("Enter")
    person.is_at("Withdraw your request?")
    tab_to(page, "Withdraw your request")
    page.keyboard.press("Space")
    person.sees("Your request is withdrawn")


def test_a_fee_is_declined_a_question_answered_and_a_longer_term_read_with_the_keyboard_alone(
    person: Walker, agent: Walker
) -> None:
    page = person.page
    person.goes("/requests/new/access/")
    person.presses("Continue")
    person.chooses("country", "FR")
    person.presses("Send your request")
    reference = person.reference()
    propose_a_fee(agent, reference)
    person.goes(f"/requests/{reference}/")
    passed = tab_to(page, "Decline the fee")
    assert "Accept the fee of 12.50 €" in passed
    page.keyboard.press("Enter")
    person.sees("You declined the fee.")
    ask_something(agent, reference, "clarification", WHICH)
    person.goes(f"/requests/{reference}/")
    tab_to(page, "Your answer")
    page.keyboard.type("Of all years.")
    tab_to(page, "Send your answer")
    page.keyboard.press("Enter")
    person.sees("Thank you. The work on your request goes on.")
    take_longer(agent, reference)
    person.goes(f"/requests/{reference}/")
    person.sees("Your messages stand in three archives.")
    tab_to(page, "Withdraw this request")
    page.keyboard.press("Enter")
    person.is_at("Withdraw your request?")
    tab_to(page, "Withdraw your request")
    page.keyboard.press("Enter")
    person.sees("Your request is withdrawn")


@pytest.mark.parametrize("path", ["/", "/privacy/", "/account/login/", "/privacy/verify/"])
def test_the_first_tab_offers_to_skip_the_header(visitor: Walker, path: str) -> None:
    visitor.goes(path)
    assert tab_to(visitor.page, "Skip to the content") == []
    visitor.page.keyboard.press("Enter")
    expect(visitor.main).to_be_focused()
    visitor.page.keyboard.press("Tab")
    assert visitor.page.evaluate("() => document.activeElement.closest('main, footer') !== null")


def test_the_desk_has_a_way_past_its_header_too(agent: Walker) -> None:
    agent.goes("/admin/")
    assert tab_to(agent.page, "Skip to") == []


@pytest.mark.parametrize(
    ("path", "button"),
    [
        ("/account/signup/", "Create my account"),
        ("/account/login/", "Sign in"),
        ("/privacy/verify/", "Check this document"),
    ],
)
def test_the_summary_of_errors_has_the_focus_and_leads_to_the_field(visitor: Walker, path: str, button: str) -> None:
    visitor.goes(path)
    visitor.presses(button)
    summary = visitor.page.locator(".error-summary")
    expect(summary).to_be_focused()
    assert visitor.page.title().startswith("Error: ")
    visitor.page.keyboard.press("Tab")
    link = summary.get_by_role("link").first
    expect(link).to_be_focused()
    field = link.get_attribute("href")
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.locator(str(field))).to_be_focused()
    expect(visitor.page.locator(str(field))).to_have_attribute("aria-invalid", "true")
