"""A stranger in the account is noticed, put out and kept out; a passkey from its making to its end."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import watched_page
from tests.journeys.conftest import Visit
from tests.journeys.walker import Walker
from tests.stack import RunningStack

LINK = re.compile(r"http://\S+/account/sign-ins/not-me/\S+")
NEW_PASSWORD = "nine blue crates by the door"


@contextmanager
def visit_from(browser: Browser, stack: RunningStack, address: str) -> Iterator[Walker]:
    """Somebody who comes from this internet address, as the proxy in front of the site says."""
    with watched_page(browser, stack.base_url, extra_http_headers={"X-Forwarded-For": address}) as (page, _watch):
        yield Walker(page, stack)


@pytest.mark.promise("P1.4")
@pytest.mark.promise("P2.6")
def test_a_sign_in_from_another_country_is_told_and_undone_with_one_press(
    browser: Browser, running_stack: RunningStack, visitor: Walker, new_email: Callable[[], str]
) -> None:
    with (
        visit_from(browser, running_stack, "82.64.7.9") as owner,
        visit_from(browser, running_stack, "81.2.69.142") as stranger,
    ):
        owner.signs_up(new_email())
        stranger.email = visitor.email = owner.email
        stranger.signs_in()
        owner.goes("/account/sign-ins/")
        rows = owner.main.locator("tbody tr").all_inner_texts()
        assert ["United Kingdom" in rows[0], "This was not me" in rows[0]] == [True, True]
        assert ["France" in rows[1], "This one" in rows[1]] == [True, True]
        says_it_was_somebody_else(visitor)
        for walker in (stranger, owner):
            walker.goes("/account/")
            walker.is_at("Sign in")
        stranger.fills(login=stranger.email, password=stranger.password)
        stranger.presses("Sign in")
        stranger.sees("do not belong together")
    chooses_a_new_password(visitor)
    visitor.signs_in()
    visitor.goes("/account/sign-ins/")
    visitor.sees("Not you")


def says_it_was_somebody_else(reader: Walker) -> None:
    """Read the message in a browser that is signed in nowhere, follow its link and press the button."""
    letter = reader.letter("A new sign-in to your account")
    assert "Where: United Kingdom" in letter
    link = LINK.search(letter)
    assert link is not None
    reader.goes(link.group())
    reader.is_at("Was this not you?")
    reader.presses("This was not me")
    reader.is_at("Your account is safe")


def chooses_a_new_password(reader: Walker) -> None:
    """Go on from there with the code in the next message."""
    reader.follows("Choose a new password")
    reader.fills(email=reader.email)
    reader.presses("Send me a code")
    reader.is_at("Enter the code from our message")
    reader.fills(code=reader.code("Your code to choose a new password"))
    reader.presses("Continue")
    reader.fills(password1=NEW_PASSWORD)
    reader.presses("Save my new password")
    reader.is_at("Your password is changed")
    reader.password = NEW_PASSWORD


def plug_in_a_key(page: Page) -> None:
    """Give the browser a device that confirms by itself, as a finger on a sensor would."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True}
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": {**kind, "automaticPresenceSimulation": True}})


@pytest.mark.promise("P6.1")
def test_a_passkey_from_its_making_to_its_end(
    browser: Browser, running_stack: RunningStack, visit: Visit, new_email: Callable[[], str], tmp_path: Path
) -> None:
    """Browsers bind passkeys to a name, so the person goes to localhost; at a number they are told why it fails."""
    with visit() as walker:
        walker.signs_up(new_email())
        walker.opens("/account/2fa/webauthn/add/")
        expect(walker.main.get_by_role("alert")).to_be_hidden()
        walker.presses("Add the passkey")
        refusal = (
            "Browsers allow passkeys only where the address of a site is a name, such as localhost, and not a number."
        )
        expect(walker.main.get_by_role("alert").get_by_text(refusal)).to_be_visible()
        email = walker.email
    with watched_page(browser, f"http://localhost:{running_stack.port}") as (page, _watch):
        person = Walker(page, running_stack, email)
        plug_in_a_key(page)
        person.signs_in()
        person.opens("/account/2fa/webauthn/add/")
        person.fills(name="work phone")
        person.presses("Add the passkey")
        keeps_the_codes(person, tmp_path)
        page.context.clear_cookies()
        person.goes("/account/login/?next=/account/sign-ins/")
        person.fills(login=email, password=person.password)
        person.presses("Sign in")
        person.is_at("Second step")
        person.presses("Use a passkey")
        person.is_at("Your sign-ins")
        expect(person.main.locator("tbody tr").first).to_contain_text("Password and passkey")
        renames_and_removes_it(person)


def keeps_the_codes(person: Walker, folder: Path) -> None:
    """Save the recovery codes while they are shown."""
    person.is_at("Your recovery codes")
    codes = person.main.locator("code").all_inner_texts()
    assert len(codes) == 10
    assert person.downloads(folder, "Download as a text file").read_text(encoding="ascii").split() == codes


def renames_and_removes_it(person: Walker) -> None:
    """Give the passkey another name, then take it away."""
    person.goes("/account/2fa/webauthn/")
    person.follows("Rename work phone")
    person.shows_again_who_it_is()
    person.fills(name="home key")
    person.presses("Save the name")
    person.follows("Remove home key")
    person.presses("Remove the passkey")
    person.sees("You have none yet.")
