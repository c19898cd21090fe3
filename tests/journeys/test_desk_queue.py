"""A day's work in the queue with the keyboard: rows, choosing, many at once, the list of keys, and turning them off."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.cast import Visit
from tests.journeys.walker import Walker

pytestmark = pytest.mark.journey
QUEUE = "/admin/rights_requests/rightsrequest/"


@pytest.fixture(scope="module")
def reference(visit: Visit, new_email: Callable[[], str]) -> str:
    """A request that somebody has just made."""
    with visit() as person:
        person.signs_up(new_email())
        return person.asks_for_a_copy()


@pytest.fixture
def staff(visit_as: Visit, reference: str) -> Iterator[Walker]:
    """The agent before the queue, of which the request is the one row."""
    with visit_as("agent") as walker:
        walker.goes(f"{QUEUE}?q={reference}")
        yield walker


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim()"))


def test_a_row_is_reached_chosen_and_opened_without_the_mouse(staff: Walker, reference: str) -> None:
    page = staff.page
    page.keyboard.press("j")
    assert focused(page) == reference
    page.keyboard.press("x")
    expect(page.locator("#result_list tbody [type=checkbox]")).to_be_checked()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(reference)
    page.keyboard.press("g")
    page.keyboard.press("q")
    staff.is_at("Queue")
    page.keyboard.press("/")
    page.keyboard.type("jx?")
    expect(page.locator("#searchbar")).to_have_value("jx?")


def test_the_keys_are_listed_closed_by_escape_and_turned_off_for_good(staff: Walker, reference: str) -> None:
    page = staff.page
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard")
    expect(dialog).to_contain_text("Choose the row, or not")
    page.keyboard.press("j")
    assert focused(page) != reference
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("Control+j")
    assert focused(page) != reference
    staff.goes("/admin/keys/")
    staff.presses("Turn single keys off")
    staff.goes(f"{QUEUE}?q={reference}")
    page.keyboard.press("j")
    assert focused(page) != reference
    page.get_by_role("link", name="Keyboard").click()
    expect(dialog).to_contain_text("Single keys are turned off.")
    staff.goes("/admin/keys/")
    staff.presses("Turn single keys on")


@pytest.mark.parametrize("scripts", [True, False])
def test_chosen_requests_are_assigned_in_four_steps(visit_as: Visit, reference: str, scripts: bool) -> None:
    with visit_as("agent", java_script_enabled=scripts) as walker:
        walker.goes(f"{QUEUE}?q={reference}")
        walker.main.locator("#result_list tbody [type=checkbox]").check()
        walker.presses("Assign…")
        walker.is_at("Assign these requests")
        walker.chooses("to", "nobody")
        walker.presses("Assign them")
        walker.sees("Done for 1 of 1 request.")
        walker.main.get_by_role("link", name="Back to the queue").click()
        walker.sees(reference)


def test_a_view_is_kept_and_deleted(staff: Walker) -> None:
    staff.goes(f"{QUEUE}?view=late&right__exact=access")
    staff.main.locator("summary", has_text="Keep this view").click()
    staff.fills(name="Late copies")
    staff.presses("Keep it")
    staff.sees("“Late copies” is kept beside the tabs.")
    expect(staff.page.get_by_role("link", name="Late copies")).to_have_attribute("aria-current", "page")
    staff.main.locator("summary", has_text="Keep this view").click()
    staff.main.get_by_role("button", name="Delete Late copies").click()
    staff.sees("The view is deleted")
