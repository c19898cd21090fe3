"""`python -m tests.pictures ADDRESS FOLDER`: takes pictures of the question about cookies, as a running site shows it.

What it leaves in the folder, `manage.py keep_notice_pictures FOLDER` keeps beside the version that is shown.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from tests.browser import chromium

LOOKS = tuple((width, theme) for width in (320, 1280) for theme in ("light", "dark"))
HEIGHT = 800
FIRST_PAGES = ("/", "/fr/", "/ar/")


@contextmanager
def undecided(browser: Browser, address: str, **options: Any) -> Iterator[Page]:
    """A page of a browser that has never been to the site, with the question on it."""
    context = browser.new_context(**options)
    try:
        page = context.new_page()
        page.goto(address)
        yield page
    finally:
        context.close()


def in_each_look(page: Page) -> Iterator[tuple[int, str]]:
    """Show the page narrow and wide, light and dark; width and theme, one after the other."""
    for width, theme in LOOKS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        yield width, theme


def take(browser: Browser, address: str, folder: Path) -> list[Path]:
    """A picture of the page with the question in every language and look; named after the version that it shows."""
    taken = []
    for first in FIRST_PAGES:
        with undecided(browser, address.rstrip("/") + first) as page:
            version = page.locator("[data-consent]").get_attribute("data-consent") or ""
            for width, theme in in_each_look(page):
                path = folder / f"{version[:16]}-{width}-{theme}.png"
                page.screenshot(path=path)
                taken.append(path)
    return taken


def main() -> None:
    """Take them with the browser of the tests."""
    address, folder = sys.argv[1], Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        print(f"{len(take(browser, address, folder))} pictures are in {folder}.")  # noqa: T201 - it is a command


if __name__ == "__main__":
    main()
