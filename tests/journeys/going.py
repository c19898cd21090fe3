"""How one gets to a page in one of its states: what is opened, filled in and pressed on the way."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory

from tests.journeys.scene import Scene, in_queue
from tests.journeys.walker import Walker

# A list as a personnel office writes it: Windows-1252, semicolons, a column more than needed, three mistakes.
PERSONNEL = (Path(__file__).parents[1] / "accounts" / "imports" / "personnel.csv").read_bytes()
Going = Callable[[Walker, Scene], object]


@dataclass(frozen=True)
class Place:
    """One page in one state; `who` is a visitor or the role of a demonstration account.

    `heading` is a part of the page's heading.
    """

    name: str
    who: str
    heading: str
    goes: Going = field(repr=False)


def at(path: str) -> Going:
    """The page at an address, in which names of the scene stand in braces."""
    return lambda walker, scene: walker.opens(path.format_map(names(scene)))


def names(scene: Scene) -> dict[str, Any]:
    """What may stand in the braces."""
    return {**vars(scene), **vars(scene.rights), **vars(scene.choices), **vars(scene.cards)}


def pressed(path: str, button: str, **answers: str) -> Going:
    """The page after a button was pressed."""

    def go(walker: Walker, scene: Scene) -> None:
        walker.opens(path.format_map(names(scene)))
        walker.fills(**answers)
        walker.presses(button)

    return go


def checked(document: str) -> Going:
    """The verdict on a document of the scene."""

    def go(walker: Walker, scene: Scene) -> None:
        walker.goes("/privacy/verify/")
        walker.main.locator("[name=document_file]").set_input_files(getattr(scene, document))
        walker.presses("Check this document")

    return go


def workspace(name: str, view: str = "open") -> Going:
    """The workspace of a request of the scene."""
    return lambda walker, scene: walker.opens_in_queue(names(scene)[name], view)


def refusing_without_words(walker: Walker, scene: Scene) -> None:
    walker.opens_in_queue(scene.opened)
    walker.main.locator("summary", has_text="Refuse the request").click()
    walker.presses("Refuse and tell the person")


def file_looked_at(walker: Walker, scene: Scene) -> None:
    walker.opens_in_queue(scene.corrected)
    walker.main.locator("section:has(#files) li a").first.click()


def copy_before_it_is_made(walker: Walker, scene: Scene) -> None:
    """What a copy is made of, after the question for the password where that was given a while ago."""
    walker.opens_in_queue(scene.opened)
    with walker.showing_who_it_is():
        walker.follows("Look through it and leave something out")


def copy_entries(walker: Walker, scene: Scene) -> None:
    copy_before_it_is_made(walker, scene)
    walker.follows("Your requests")


def copy_left_out_without_words(walker: Walker, scene: Scene) -> None:
    copy_before_it_is_made(walker, scene)
    walker.fills(term="markup")
    walker.presses("Show every place")
    walker.presses("Leave it out")


def proposing_no_fee(walker: Walker, scene: Scene) -> None:
    walker.opens_in_queue(scene.rights.longer)
    walker.main.locator("summary", has_text="Propose a fee").click()
    walker.presses("Propose the fee")


def publishing_without_reasons(walker: Walker, scene: Scene) -> None:
    walker.goes("/admin/consent/noticeversion/publish/")
    walker.ticks("Ask everybody again")
    walker.presses("Publish it now")


def first_row(path: str, naming: str = "") -> Going:
    """What the first line of a list leads to, of those that name this."""

    def go(walker: Walker, scene: Scene) -> None:
        walker.goes(path)
        walker.main.locator("tbody th a, tbody td a").filter(has_text=naming).first.click()

    return go


def in_row(path: str, naming: str) -> Going:
    """What the first row of a list leads to of those that say this, in whichever of their cells."""

    def go(walker: Walker, scene: Scene) -> None:
        walker.goes(path)
        walker.main.locator("tbody tr:has(a)").filter(has_text=naming).first.locator("th a, td a").first.click()

    return go


def list_read(walker: Walker, scene: Scene) -> None:
    """A list of people that waits for a word; only so many wait at once, so the same one is looked at again."""
    walker.goes("/account/customer/import/")
    waiting = walker.main.locator("tbody tr:has(.pill-now) th a")
    if waiting.count():
        waiting.first.click()
    else:
        walker.sends_a_list(PERSONNEL)


def list_discarded(walker: Walker, scene: Scene) -> None:
    list_read(walker, scene)
    walker.presses("Discard this list")


def followed(path: str, naming: str, link: str) -> Going:
    """Where a link of the row of a list leads that names this."""

    def go(walker: Walker, scene: Scene) -> None:
        first_row(path, naming)(walker, scene)
        walker.follows(link)

    return go


def queue(query: str) -> Going:
    return lambda walker, scene: in_queue(walker, query)


def chosen(button: str) -> Going:
    """What is asked before something is done with the first request of the queue."""

    def go(walker: Walker, scene: Scene) -> None:
        in_queue(walker, "view=open")
        walker.main.locator("#result_list tbody [type=checkbox]").first.check()
        walker.presses(button)

    return go


def keeping_without_a_name(walker: Walker, scene: Scene) -> None:
    in_queue(walker, "view=late")
    walker.main.locator("summary", has_text="Keep this view").click()
    walker.presses("Keep it")


def profile_changed(walker: Walker, scene: Scene) -> None:
    walker.goes("/account/profile/")
    walker.fills(position="Buyer", address=f"{walker.value('address')}.")
    walker.presses("Save my profile")


def stale_form(walker: Walker, scene: Scene) -> None:
    walker.goes("/account/password/reset/")
    walker.page.context.clear_cookies()
    walker.presses("Send me a code")


def too_often(walker: Walker, scene: Scene) -> None:
    for _attempt in range(6):
        walker.goes("/account/password/reset/")
        walker.fills(email="nobody.at.all@example.org")
        walker.presses("Send me a code")


def of_somebody_else(walker: Walker, scene: Scene) -> None:
    """Sign in once more, and say of the time before that it was somebody else."""
    walker.page.context.clear_cookies()
    walker.signs_in(to="/account/sign-ins/")
    walker.main.get_by_role("link", name="This was not me").first.click()


def erasure_checked(walker: Walker, scene: Scene) -> None:
    walker.goes("/requests/new/erasure/")
    walker.presses("Continue")


def correction_checked(walker: Walker, scene: Scene) -> None:
    walker.corrects("workplace", "w" * 100)


def for_someone_checked(walker: Walker, scene: Scene) -> None:
    walker.opens("/requests/for-someone/")
    walker.main.locator("[name=role][value=agent]").check()
    walker.main.locator("[name=right][value=access]").check()
    walker.fills(name="Ada Agent", email="somebody.else@example.org")
    walker.presses("Continue")
    walker.presses("Continue")
    walker.opens("/requests/for-someone/access/check/")


def deciding_on_nothing(walker: Walker, scene: Scene) -> None:
    walker.opens_in_queue(scene.corrected)
    walker.presses("Put the decisions on record")


def answered(right: str, **choices: str) -> Going:
    """The page after choosing answers to the question of a right and going on."""

    def go(walker: Walker, scene: Scene) -> None:
        walker.goes(f"/requests/new/{right}/")
        for name, choice in choices.items():
            walker.chooses(name, choice)
        walker.presses("Continue")

    return go


def spent_button(walker: Walker, scene: Scene) -> None:
    walker.opens(f"/requests/{scene.ready}/download/")
    walker.main.locator("[name=token]").evaluate("field => { field.value = 'spent' }")
    walker.presses("Download my data")


def meddled(path: str, name: str, value: str, button: str) -> Going:
    """The page after a hidden field was changed in the browser and a button pressed."""

    def go(walker: Walker, scene: Scene) -> None:
        walker.goes(path)
        walker.main.locator(f"[name={name}]").first.evaluate("(field, value) => { field.value = value }", value)
        walker.presses(button)

    return go


def failing(template: str, **told: object) -> Going:
    """A page that a sound site does not show, or after years only, put at an address of the site."""

    def go(walker: Walker, scene: Scene) -> None:
        request = RequestFactory().get("/")
        request.user = AnonymousUser()
        with_request = template.startswith(("4", "account", "consent/"))
        page = render_to_string(template, told, request=request if with_request else None)
        walker.page.route(f"**/failing/{template}", lambda route: route.fulfill(body=page, content_type="text/html"))
        walker.goes(f"/failing/{template}")

    return go


def arrive(place: Place, walker: Walker, scene: Scene) -> None:
    """Go there and see that it is the place."""
    place.goes(walker, scene)
    walker.is_at(re.compile(re.escape(place.heading)))
