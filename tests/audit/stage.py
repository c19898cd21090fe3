"""The site as the checks find it: who can sign in, what there is to see, and a folder for what the tools write."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Error, StorageState
from playwright.sync_api import Page as BrowserPage

from tests.audit.fetching import Reader
from tests.audit.tools import Tools
from tests.audit.walking import SITEMAP, Page, Walk, pages_of, starts
from tests.browser import chromium
from tests.journeys.walker import Walker
from tests.stack import RunningStack

VISITOR = "visitor"
# From who may open least to who may open most.
PEOPLE = ("subject", "administrator", "agent", "officer")


@dataclass
class Stage:
    """Everything that the checks share; `sessions` are the signed-in browsers' cookies by role."""

    stack: RunningStack
    tools: Tools
    folder: Path
    browser: Browser
    sessions: dict[str, StorageState]
    walks: list[Walk]
    pages: list[Page]

    @property
    def base_url(self) -> str:
        """The site's address, without a slash at its end."""
        return self.stack.base_url

    def reader(self, role: str) -> Reader:
        """Somebody who asks for addresses without a browser."""
        return Reader(self.base_url, self.cookies(role))

    def cookies(self, role: str) -> str:
        """The cookies of a role, as a request carries them; empty for a visitor."""
        state: dict[str, Any] = {"cookies": [], **self.sessions.get(role, {})}
        return "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in state["cookies"])

    def opens(self, tab: BrowserPage, page: Page) -> str:
        """Open a page as whoever it is for; why it is not the one that was read before, or nothing."""
        try:
            answer = tab.goto(page.address, wait_until="load")
            if "/reauthenticate/" in tab.url and "/reauthenticate/" not in page.address:
                self._shows_again_who_it_is(tab, page.role)
                answer = tab.goto(page.address, wait_until="load")
        except Error as error:
            return f"{page}: {error.message.splitlines()[0]}"
        landed = urlsplit(tab.url).path
        if answer is None or answer.status != page.answer.status or landed != urlsplit(page.address).path:
            return f"{page}: answered {answer and answer.status} at {landed}, and {page.answer.status} before"
        return ""

    def _shows_again_who_it_is(self, tab: BrowserPage, role: str) -> None:
        """Give the password once more, as is asked some minutes after signing in, in whatever language."""
        password = tab.locator("main [name=password]")
        password.fill(self.stack.accounts[role].password)
        with tab.expect_navigation():
            password.press("Enter")
        # The session has another key from now on.
        self.sessions[role] = tab.context.storage_state()

    @contextmanager
    def someone(self, role: str, **options: Any) -> Iterator[BrowserContext]:
        """A browser of one's own in which this role is signed in, freshly where one can be."""
        if role != VISITOR:
            self.sessions[role] = _signed_in(self.browser, self.stack, role)
            options["storage_state"] = self.sessions[role]
        context = self.browser.new_context(base_url=self.base_url, reduced_motion="reduce", **options)
        try:
            yield context
        finally:
            context.close()


@contextmanager
def set_stage(stack: RunningStack, tools: Tools, folder: Path) -> Iterator[Stage]:
    """People sign in, ask for something, get it; then everything that each of them can reach is read once."""
    folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        sessions = {role: _signed_in(browser, stack, role) for role in PEOPLE}
        stage = Stage(stack, tools, folder, browser, sessions, [], [])
        _ask_for_copies(stage)
        sitemap = stage.reader(VISITOR).asks(f"{stage.base_url}/{SITEMAP}")
        begin = starts(stage.base_url, sitemap.text if sitemap.status == 200 else "")
        stage.walks = [Walk(role).goes(stage.reader(role), begin) for role in (VISITOR, *PEOPLE)]
        stage.pages = pages_of(stage.walks)
        yield stage


def _ask_for_copies(stage: Stage) -> None:
    """One request that waits for an answer, and one that was answered and can be downloaded."""
    _walker(stage, "subject").asks_for_a_copy("Everything since 2024, please.")
    owner = _walker(stage, "administrator")
    reference = owner.asks_for_a_copy()
    _walker(stage, "agent").approves(reference)
    owner.goes(f"/requests/{reference}/")
    owner.waits_for("Your copy is ready")


def _walker(stage: Stage, role: str) -> Walker:
    context = stage.browser.new_context(base_url=stage.base_url, storage_state=stage.sessions[role])
    return Walker(context.new_page(), stage.stack)


def _signed_in(browser: Browser, stack: RunningStack, role: str) -> StorageState:
    account = stack.accounts[role]
    context = browser.new_context(base_url=stack.base_url)
    walker = Walker(context.new_page(), stack, account.email, account.password)
    walker.signs_in(to="/account/")
    if account.second_step:
        walker.says_why()
    state = context.storage_state()
    context.close()
    return state
