"""The browser of the journeys: what it saw that no page may cause is kept, and fails the test at its end."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

# A file beside a page that is meant to be missing is told by the page's status, which the tests look at themselves.
EXPECTED = ("Failed to load resource",)


@dataclass
class Watch:
    """Which pages were opened, and everything that they complained about."""

    pages: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    @property
    def csp_violations(self) -> list[str]:
        """What the content security policy refused."""
        return [text for text in self.console if "Content Security Policy" in text or "Content-Security-Policy" in text]

    @property
    def complaints(self) -> list[str]:
        """All that must be empty at the end of a journey."""
        console = [text for text in self.console if not text.startswith(EXPECTED)]
        return [*console, *self.errors, *(f"request to {url}" for url in self.elsewhere)]

    def follow(self, context: BrowserContext, base_url: str) -> None:
        """Watch every page of a context."""

        def on_console(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"}:
                self.console.append(message.text)

        def on_request(request: Any) -> None:
            if request.is_navigation_request():
                self.pages.append(request.url)
            if not request.url.startswith((base_url, "data:", "blob:", "file:", "about:")):
                self.elsewhere.append(request.url)

        context.on("console", on_console)
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        context.on("request", on_request)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser that CHROMIUM names (`make test` finds or installs it)."""
    arguments = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    if os.geteuid() == 0:
        # Chromium's own sandbox refuses root; the pages are ours.
        arguments.append("--no-sandbox")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM"), args=arguments)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def watched_page(browser: Browser, base_url: str, **options: Any) -> Iterator[tuple[Page, Watch]]:
    """A page of a fresh context; on leaving, AssertionError when anything complained, or when nothing was opened."""
    context = browser.new_context(base_url=base_url, accept_downloads=True, **options)
    watch = Watch()
    watch.follow(context, base_url)
    try:
        page = context.new_page()
        page.set_default_timeout(15_000)
        yield page, watch
    finally:
        context.close()
    assert not watch.complaints, "\n".join(watch.complaints)
    assert watch.pages, "no page was opened"
