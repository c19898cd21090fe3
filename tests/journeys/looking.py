"""What can be measured on a page as it is shown: axe's findings, and what sticks out of a narrow window."""

from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 320, "height": 640}
# A window of 1280 by 800 at 400 % zoom: a quarter of the width and of the height is left.
ZOOMED = {"width": 320, "height": 200}

# Style sheets are looked into as well, where the browser lets a script read them.
RUN_AXE = """
    rules => axe.run(document, {
        resultTypes: ["violations"],
        preload: location.protocol !== "file:",
        ...(rules && {runOnly: {type: "rule", values: rules}}),
    }).then(answer => answer.violations)
"""
STICKS_OUT = """
    () => {
        const width = document.documentElement.clientWidth;
        const more = document.scrollingElement.scrollWidth - width;
        if (more <= 0) return [];
        const scrolls = node => node && node !== document.body
            && (/auto|scroll|hidden|clip/.test(getComputedStyle(node).overflowX) || scrolls(node.parentElement));
        const sticks = node => {
            const text = document.createRange();
            text.selectNodeContents(node);
            return [node, text].some(part => {
                const box = part.getBoundingClientRect();
                return box.width && (box.right > width || box.left < 0);
            });
        };
        const name = node => node.tagName.toLowerCase() + (node.className ? "." + node.className : "");
        const culprits = [...document.body.querySelectorAll("*")].filter(node => sticks(node) && !scrolls(node));
        return [`${more} px too wide`, ...culprits.reverse().slice(0, 5).map(name)];
    }
"""
OPEN_DETAILS = "() => document.querySelectorAll('details').forEach(part => { part.open = true })"
TURN = "direction => { document.documentElement.dir = direction }"
# What can change with the colours, and what with the width; all rules run once. `make audit` runs all of them in every
# combination of colours, width and direction.
OF_COLOURS = ["color-contrast", "link-in-text-block"]
OF_WIDTH = ["scrollable-region-focusable", "target-size", "meta-viewport", *OF_COLOURS]


@dataclass
class Looked:
    """What was found on one page, by the way it was looked at; empty lists are good."""

    axe: dict[str, list[str]] = field(default_factory=dict)
    sticks_out: dict[str, list[str]] = field(default_factory=dict)
    title: str = ""
    language: str = ""


def look(page: Page) -> Looked:
    """Look at the page in light and dark, wide, on a phone, zoomed in, and from right to left; once it is all there."""
    page.wait_for_load_state()
    found = Looked(title=page.title(), language=page.locator("html").get_attribute("lang") or "")
    page.evaluate(OPEN_DETAILS)
    page.set_viewport_size(PHONE)
    found.axe = _axe_in_every_look(page)
    found.sticks_out["320"] = page.evaluate(STICKS_OUT)
    page.evaluate(TURN, "rtl")
    found.axe["right to left, 320"] = run_axe(page, OF_WIDTH)
    found.sticks_out["320, right to left"] = page.evaluate(STICKS_OUT)
    page.evaluate(TURN, "ltr")
    page.set_viewport_size(ZOOMED)
    found.sticks_out["400 %"] = page.evaluate(STICKS_OUT)
    page.set_viewport_size(WIDE)
    found.sticks_out["1280"] = page.evaluate(STICKS_OUT)
    return found


def _axe_in_every_look(page: Page) -> dict[str, list[str]]:
    """Each rule where it can tell something; leaves the page light and narrow."""
    found = {"light, 320": run_axe(page, OF_WIDTH)}
    page.set_viewport_size(WIDE)
    found["light, 1280"] = run_axe(page)
    page.emulate_media(color_scheme="dark")
    found["dark, 1280"] = run_axe(page, OF_COLOURS)
    page.set_viewport_size(PHONE)
    found["dark, 320"] = run_axe(page, OF_COLOURS)
    page.emulate_media(color_scheme="light")
    return found


def run_axe(page: Page, rules: list[str] | None = None) -> list[str]:
    """The violations in words: rule, what to do, and where."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(AXE_SCRIPT)
    violations: list[dict[str, Any]] = page.evaluate(RUN_AXE, rules)
    return [
        f"{violation['id']}: {violation['help']} at {node['target']} {node['html'][:160]} {_why(node)}"
        for violation in violations
        for node in violation["nodes"]
    ]


def _why(node: dict[str, Any]) -> str:
    return "; ".join(check["message"] for check in [*node["any"], *node["all"], *node["none"]])
