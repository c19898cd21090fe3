"""The question about cookies in a real browser: no trick in it, in any language and look; pictures of it are kept."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.journeys.looking import OF_COLOURS, OF_WIDTH, STICKS_OUT, ZOOMED, run_axe
from tests.pictures import FIRST_PAGES, HEIGHT, LOOKS, in_each_look, take, undecided
from tests.stack import RunningStack

pytestmark = pytest.mark.promise("P11.1")
# What makes one button easier to see or to reach than another.
LIKE = """buttons => buttons.map(button => {
  const style = getComputedStyle(button), box = button.getBoundingClientRect();
  return {
    tag: button.tagName, classes: button.className, tab: button.tabIndex,
    look: ["color", "backgroundColor", "fontSize", "fontWeight", "borderColor", "borderWidth", "opacity"]
      .map(name => style[name]),
    width: box.width, height: box.height, top: box.top, bottom: box.bottom, left: box.left, right: box.right,
  };
})"""
FLATTERY = {"best", "better experience", "love", "recommended", "unfortunately", "miss out", "worse"}


@pytest.mark.parametrize("first", FIRST_PAGES)
def test_no_answer_is_easier_than_another(browser: Browser, running_stack: RunningStack, first: str) -> None:
    with undecided(browser, running_stack.base_url + first, bypass_csp=True) as page:
        for width, theme in in_each_look(page):
            buttons = page.locator("[data-consent] button[name=act]")
            _are_alike(buttons.evaluate_all(LIKE), width)
            assert page.evaluate(STICKS_OUT) == []
            # Every rule once in each language; in other looks those that can tell something there.
            rules = None if (width, theme) == (1280, "light") else OF_WIDTH if theme == "light" else OF_COLOURS
            assert run_axe(page, rules) == []
        region = page.get_by_role("region", name=page.locator(".consent-title").inner_text(), exact=True)
        assert region.get_by_role("button").count() == 3
        assert not region.locator(":checked").count()
        assert not FLATTERY & set(region.inner_text().lower().split())
        assert not page.context.cookies()
        page.set_viewport_size(ZOOMED)
        assert page.evaluate(STICKS_OUT) == []
        # One step of the keyboard from each to the next, and none of them is a trap.
        buttons.first.focus()
        for _step in range(2):
            page.keyboard.press("Tab")
        assert buttons.last.evaluate("button => button === document.activeElement")
        page.keyboard.press("Escape")
        assert buttons.count() == 3


def _are_alike(found: list[dict[str, Any]], width: int) -> None:
    """No button is bigger, brighter or easier to reach than another, and all are in sight at once."""
    accept, refuse, choose = found
    for other in (refuse, choose):
        assert all(accept[name] == other[name] for name in ("tag", "classes", "tab", "look", "height"))
        assert abs(accept["width"] - other["width"]) <= accept["width"] * 0.1
    for one in found:
        assert one["height"] >= 44
        assert one["left"] >= 0
        assert one["right"] <= width
        assert one["bottom"] <= HEIGHT


def test_pictures_of_each_language_and_look_are_kept_beside_the_version(
    browser: Browser, running_stack: RunningStack, tmp_path: Path
) -> None:
    taken = take(browser, running_stack.base_url, tmp_path)
    assert len({path.read_bytes() for path in taken}) == len(taken) == len(FIRST_PAGES) * len(LOOKS)
    running_stack.manage("keep_notice_pictures", str(tmp_path))
    with undecided(browser, f"{running_stack.base_url}/fr/consent/notices/1/") as page:
        links = page.locator('a[href$=".png"]')
        assert links.count() == len(LOOKS)
        answer = page.request.get(running_stack.base_url + str(links.first.get_attribute("href")))
        assert answer.body() in {path.read_bytes() for path in taken}
