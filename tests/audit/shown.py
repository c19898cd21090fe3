"""Every page in a real browser: axe in four looks, nothing that sticks out, nothing refused, nothing from elsewhere."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby, product
from typing import Literal

from playwright.sync_api import Page as BrowserPage
from playwright.sync_api import ViewportSize

from tests.audit.stage import Stage
from tests.audit.verdict import Verdict
from tests.audit.walking import Page
from tests.browser import EXPECTED, Watch
from tests.journeys.looking import OPEN_DETAILS, PHONE, STICKS_OUT, WIDE, run_axe

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
WIDTHS: tuple[ViewportSize, ...] = (ViewportSize(width=1280, height=800), ViewportSize(width=320, height=640))
# One that is read from the left and one that is read from the right.
AXE_LANGUAGES = {"en", "ar"}
SHOWN_HTML = 160


@dataclass
class Seen:
    """What the browser said about all pages, by kind."""

    sideways: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def take(self, watch: Watch, page: Page) -> None:
        """Note down what was heard on this page, and listen afresh."""
        refused = watch.csp_violations
        self.refused += [f"{page}: {text}" for text in refused]
        self.elsewhere += [f"{page}: {url}" for url in watch.elsewhere]
        # That a page is missing is what the page of that name is for.
        heard = [text for text in watch.console if page.answer.status == 200 or not text.startswith(EXPECTED)]
        self.errors += [f"{page}: {text}" for text in [*heard, *watch.errors] if text not in refused]
        for kind in (watch.console, watch.elsewhere, watch.errors):
            kind.clear()


def verdicts(stage: Stage) -> Iterator[Verdict]:
    """All that a browser finds out about pages."""
    seen = Seen()
    for role, pages in by_role(stage.pages):
        with stage.someone(role, viewport=PHONE) as context:
            watch = Watch()
            watch.follow(context, stage.base_url)
            tab = context.new_page()
            for page in pages:
                _look_at(tab, page, stage.opens(tab, page), seen)
                seen.take(watch, page)
    number = len(stage.pages)
    yield Verdict.of("browser: scrolling sideways at 320 px", number, seen.sideways)
    yield Verdict.of("browser: refused by the content security policy", number, seen.refused)
    yield Verdict.of("browser: requests to other hosts", number, seen.elsewhere)
    yield Verdict.of("browser: errors and warnings in the console", number, seen.errors)
    yield Verdict.of("browser: pages that did not open", number, seen.missed)
    yield _axe(stage)


def by_role(pages: list[Page]) -> Iterator[tuple[str, list[Page]]]:
    """The pages of each role, in their order."""
    for role, group in groupby(sorted(pages, key=lambda page: page.role), lambda page: page.role):
        yield role, list(group)


def _look_at(tab: BrowserPage, page: Page, wrong: str, seen: Seen) -> None:
    """Under the site's own policy, on a phone and then on a wide screen; `wrong` says why the page is another one."""
    if wrong:
        seen.missed.append(wrong)
        return
    tab.evaluate(OPEN_DETAILS)
    seen.sideways += [f"{page}: {part}" for part in tab.evaluate(STICKS_OUT)]
    tab.set_viewport_size(WIDE)
    tab.evaluate(OPEN_DETAILS)
    tab.set_viewport_size(PHONE)


def _axe(stage: Stage) -> Verdict:
    found: list[str] = []
    pages = [page for page in stage.pages if page.language in AXE_LANGUAGES]
    for role, theirs in by_role(pages):
        # Only for axe a script is let past the policy; what the policy refuses is seen before, without it.
        with stage.someone(role, bypass_csp=True) as context:
            tab = context.new_page()
            for page in theirs:
                found += [wrong] if (wrong := stage.opens(tab, page)) else list(in_four_looks(tab, page))
    looks = len(SCHEMES) * len(WIDTHS)
    note = f"each page in {looks} looks: light and dark, 1280 and 320 px wide; languages: en, ar"
    return Verdict.of("axe: violations", len(pages), found, note)


def in_four_looks(tab: BrowserPage, page: Page) -> Iterator[str]:
    """All rules of axe on the open page; each violation once, with the looks in which it is there."""
    tab.evaluate(OPEN_DETAILS)
    found: dict[str, list[str]] = {}
    for width, scheme in product(WIDTHS, SCHEMES):
        tab.set_viewport_size(width)
        tab.emulate_media(color_scheme=scheme)
        for violation in run_axe(tab):
            found.setdefault(violation, []).append(f"{scheme} {width['width']}")
    return told(found, str(page))


def told(found: Mapping[str, list[str]], page: str) -> Iterator[str]:
    """Violations with the looks in which they were seen."""
    return (f"{page} [{', '.join(looks)}]: {violation}" for violation, looks in found.items())
