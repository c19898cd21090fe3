"""Choices about cookies in the scene: a reader who accepted everything, and a partner nobody was asked about."""

from dataclasses import dataclass

from playwright.sync_api import StorageState, expect

from tests.journeys.walker import Walker

LANGUAGES = ("en", "fr", "ar")
TRACKER = "/admin/consent/tracker/add/"


@dataclass(frozen=True)
class ChoicesScene:
    """The browser of whoever accepted, and the address of the receipt."""

    agreed: StorageState
    choice_receipt: str


def choose(reader: Walker, officer: Walker) -> ChoicesScene:
    """Accept everything; enter a partner and what it sets, which is not published."""
    reader.goes("/about/")
    reader.page.get_by_role("button", name="Accept all", exact=True).click()
    expect(reader.page.locator("[data-consent]")).to_have_count(0)
    reader.goes("/consent/history/")
    receipt = reader.main.get_by_role("link", name="Receipt").first.get_attribute("href")
    officer.goes("/admin/consent/party/add/")
    officer.fills(name="Partner Limited")
    officer.presses("Save")
    officer.goes(TRACKER)
    officer.fills(name="_ad_", **{f"{word}_{code}": "Words" for word in ("what_for", "lasts") for code in LANGUAGES})
    officer.main.locator("[name=purpose]").select_option(index=1)
    officer.main.locator("[name=matching]").select_option("prefix")
    officer.main.locator("[name=party]").select_option(label="Partner Limited")
    officer.presses("Save")
    officer.is_at("Trackers")
    return ChoicesScene(reader.page.context.storage_state(), str(receipt))
