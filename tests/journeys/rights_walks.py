"""Each right from the question to the answer: what the person fills in, what staff decide, and what the person sees."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import expect

from privacy.vocabulary import Right
from tests.journeys.cast import Cast, Person, see_record
from tests.journeys.opened_package import OpenedPackage
from tests.journeys.walker import WORK_SECONDS, Walker
from tests.stack import eventually


@dataclass(frozen=True)
class Walk:
    """One right: how a person asks (the reference comes back), how staff decide, and how the person sees it done."""

    asks: Callable[[Cast, Person], str]
    decides: Callable[[Cast, str], None]
    sees: Callable[[Cast, Person, str], None]


def _sends(walker: Walker) -> str:
    """From the question over the check page to the reference, with the password once more where it is asked."""
    walker.presses("Continue")
    walker.is_at("Check your request before you send it")
    with walker.showing_who_it_is():
        walker.presses("Send your request")
    return walker.reference()


def _begins(walker: Walker, offer: str) -> None:
    walker.goes("/requests/new/")
    walker.follows(offer)


def verdict(anybody: Walker, document: Path, signature: Path | None = None) -> str:
    """What the public page says to somebody who uploads a document."""
    anybody.goes("/privacy/verify/")
    anybody.main.locator("[name=document_file]").set_input_files(document)
    if signature:
        anybody.main.locator("[name=signature_file]").set_input_files(signature)
    anybody.presses("Check this document")
    shown = anybody.main.locator(".notice-title")
    expect(shown).to_be_visible()
    return shown.inner_text()


def one_person_approves(cast: Cast, reference: str) -> None:
    cast.agent.approves(reference)


def nobody_decides(_cast: Cast, _reference: str) -> None:
    """The law leaves nothing to decide."""


def _asks_for_a_copy(_cast: Cast, person: Person) -> str:
    return person.walker.asks_for_a_copy()


def opens_the_copy(cast: Cast, person: Person, reference: str) -> None:
    walker = person.walker
    walker.goes(f"/requests/{reference}/")
    walker.waits_for("Your copy is ready")
    package = _downloaded(cast, person, reference)
    values = [row[person.field] for row in package.rows(person.holding)]
    assert person.value in values
    manifest = package.folder / "manifest.json"
    assert verdict(walker, manifest, package.folder / "manifest.json.sig").startswith("Genuine")


def _downloaded(cast: Cast, person: Person, reference: str) -> OpenedPackage:
    folder = cast.folder / reference
    folder.mkdir()
    assert person.walker.opens(f"/requests/{reference}/download/") == 200
    package = OpenedPackage.open(person.walker.downloads(folder, "Download my data"))
    package.check_hashes()
    assert package.check_schema() > 0
    return package


def _asks_for_erasure(_cast: Cast, person: Person) -> str:
    return person.walker.asks_for_erasure()


def two_people_approve(cast: Cast, reference: str) -> None:
    cast.agent.opens_in_queue(reference)
    cast.agent.presses("Recommend the erasure")
    cast.agent.sees("You recommended the erasure.")
    with cast.officer() as officer:
        officer.approves_erasure(reference)


def keeps_the_receipt(cast: Cast, person: Person, reference: str) -> None:
    """The address in the last message leads to a receipt that anybody can check."""
    walker = person.walker
    letter = walker.letter(f"Your data is deleted: {reference}")
    follow = re.search(r"/requests/follow/\S+", letter)
    assert follow is not None
    walker.goes(follow.group())
    walker.sees("Your data is deleted")
    folder = cast.folder / reference
    folder.mkdir()
    receipt = walker.downloads(folder, "Save the signed receipt")
    assert verdict(walker, receipt) == "Genuine: this receipt is ours and unchanged"


def _called(person: Person) -> str:
    """The field with which somebody is called: a Customer gives no more than a nickname."""
    return "nickname" if person.holding == "accounts-enrolment" else "name"


def _asks_for_a_correction(_cast: Cast, person: Person) -> str:
    return person.walker.asks_for_a_correction(_called(person), "Ida Right")


def correction_is_accepted(cast: Cast, reference: str) -> None:
    cast.agent.opens_in_queue(reference)
    cast.agent.main.locator("[name^=answer_]").select_option("accepted")
    cast.agent.presses("Put the decisions on record")
    cast.agent.approves(reference)


def sees_the_right_value(_cast: Cast, person: Person, reference: str) -> None:
    walker = person.walker
    walker.goes(f"/requests/{reference}/")
    walker.waits_for("Your corrections are decided")
    walker.goes("/requests/new/rectification/")
    assert walker.main.locator(f"[name$=':{_called(person)}']").first.input_value() == "Ida Right"
    if person.has_account:
        walker.goes("/account/profile/")
        assert walker.value("name") == "Ida Right"


def _asks_for_restriction(_cast: Cast, person: Person) -> str:
    walker = person.walker
    _begins(walker, "Restrict the use of my data")
    walker.chooses("ground", "accuracy")
    walker.fills(message="I moved, and you still write to the old store.")
    return _sends(walker)


def is_restricted(cast: Cast, person: Person, reference: str) -> None:
    walker = person.walker
    walker.goes(f"/requests/{reference}/")
    walker.waits_for("The use of your data is restricted")
    staff_are_warned(cast, person, reference, "Restricted since")
    walker.goes(f"/requests/{reference}/")
    walker.follows("Let us use it again")
    walker.presses("End it")
    walker.sees("It has ended.")
    cast.agent.opens_in_queue(reference, view="closed")
    expect(cast.agent.main).not_to_contain_text("Restricted since")


RECORDS = {
    "accounts-enrolment": "/admin/accounts/enrolment/",
    "visitors-contactmessage": "/admin/visitors/contactmessage/",
}


def staff_are_warned(cast: Cast, person: Person, reference: str, warning: str) -> None:
    """In the request's workspace, and wherever else staff look at what is held about the person."""
    cast.agent.opens_in_queue(reference, view="closed")
    cast.agent.sees(warning)
    if person.holding in RECORDS:
        see_record(cast.agent, RECORDS[person.holding], (person.about or person.walker).email, warning)


def _has_it_sent(cast: Cast, person: Person) -> str:
    """With an account to a service on the web, without one to somebody's mailbox."""
    walker = person.walker
    _begins(walker, "Take my data elsewhere")
    if person.has_account:
        walker.chooses("way", "https")
        walker.fills(url=f"{cast.processor.url}/{walker.email}")
    else:
        walker.chooses("way", "mail")
        walker.fills(email=f"new.home.{walker.email}")
    return _sends(walker)


def _is_delivered(cast: Cast, person: Person, reference: str) -> None:
    walker = person.walker
    walker.goes(f"/requests/{reference}/")
    walker.waits_for("Your data was made ready to take with you")
    (_arrives_at_the_service if person.has_account else _is_taken_once)(cast, person, reference)


def _arrives_at_the_service(cast: Cast, person: Person, reference: str) -> None:
    mine = f"/{person.walker.email}"
    assert eventually(lambda: any(call.path == mine for call in cast.processor.calls), seconds=WORK_SECONDS)
    (call,) = [call for call in cast.processor.calls if call.path == mine]
    own = _downloaded(cast, person, reference)
    assert (call.method, call.headers["content-type"]) == ("PUT", "application/zip")
    assert hashlib.sha256(call.body).digest() == hashlib.sha256(own.archive.read_bytes()).digest()
    assert own.rows(person.holding)
    assert "took all of it" in person.walker.letter(f"Your data is at {urlsplit(cast.processor.url).netloc}")


def _is_taken_once(cast: Cast, person: Person, reference: str) -> None:
    """The link opens for whoever has the mailbox, once; then it is good for nothing."""
    with cast.visit(java_script_enabled=person.walker.scripts) as recipient:
        recipient.email = f"new.home.{person.walker.email}"
        link = re.search(r"http\S+/transfer/\S+", recipient.letter("Somebody has their data sent to you"))
        assert link is not None
        path = urlsplit(link.group()).path
        recipient.goes(path)
        recipient.is_at("Somebody has their data sent to you")
        recipient.sees(reference)
        folder = cast.folder / reference
        folder.mkdir()
        OpenedPackage.open(recipient.downloads(folder, "Download the file")).check_hashes()
        assert recipient.goes(path) == 404
    assert reference in person.walker.letter("Your data was taken with the link")


def _objects(cast: Cast, person: Person) -> str:
    """With an account to advertising; without one to a use that has to be weighed."""
    walker = person.walker
    _begins(walker, "Object to the use of my data")
    if person.has_account:
        walker.chooses("ground", "marketing")
    else:
        walker.chooses("ground", "own_situation")
        walker.main.locator("[name=purposes][value=improve]").check()
        walker.fills(message="Our works council has not agreed to it.")
    return _sends(walker)


def _objection_is_decided(cast: Cast, reference: str) -> None:
    """Advertising has ended already; anything else somebody weighs."""
    cast.agent.goes(f"/admin/rights_requests/rightsrequest/?view=open&q={reference}")
    found = cast.agent.page.get_by_role("link", name=reference, exact=True)
    if found.count():
        found.click()
        if cast.agent.main.get_by_role("button", name="Approve and start").count():
            cast.agent.approves(reference)


def is_heeded(cast: Cast, person: Person, reference: str) -> None:
    walker = person.walker
    walker.goes(f"/requests/{reference}/")
    walker.waits_for("Your objection is carried out")
    staff_are_warned(cast, person, reference, "Objection since")


WALKS: Mapping[Right, Walk] = {
    Right.ACCESS: Walk(_asks_for_a_copy, one_person_approves, opens_the_copy),
    Right.RECTIFICATION: Walk(_asks_for_a_correction, correction_is_accepted, sees_the_right_value),
    Right.ERASURE: Walk(_asks_for_erasure, two_people_approve, keeps_the_receipt),
    Right.RESTRICTION: Walk(_asks_for_restriction, one_person_approves, is_restricted),
    Right.PORTABILITY: Walk(_has_it_sent, one_person_approves, _is_delivered),
    Right.OBJECTION: Walk(_objects, _objection_is_decided, is_heeded),
}
