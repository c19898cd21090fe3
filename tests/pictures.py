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
FIRST_PAGES = ("/", "/fr/", "/ar/")


@contextmanager
def undecided(browser: Browser, address: str, width: int, theme: str, **options: Any) -> Iterator[Page]:
    """A page of a browser that has never been to the site, with the question on it."""
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme="dark" if theme == "dark" else "light", **options
    )
    try:
        page = context.new_page()
        page.goto(address)
        yield page
    finally:
        context.close()


def take(browser: Browser, address: str, folder: Path) -> list[Path]:
    """A picture of the page with the question in every language and look; named after the version that it shows."""
    taken = []
    for first in FIRST_PAGES:
        for width, theme in LOOKS:
            with undecided(browser, address.rstrip("/") + first, width, theme) as page:
                version = page.locator("[data-consent]").get_attribute("data-consent") or ""
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
