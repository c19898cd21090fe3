"""Those who have data from us are told of it over real HTTPS, until each has answered; staff and the person see it."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from privacy.vocabulary import Right
from tests.journeys.cast import Cast
from tests.journeys.rights_walks import WALKS
from tests.journeys.walker import WORK_SECONDS, Walker
from tests.processor import Call, Processor, Reply, authority_pem
from tests.recipient_sides import DOMAIN, OpenDsrSide, WebhookSide
from tests.stack import eventually

pytestmark = [pytest.mark.journey, pytest.mark.promise("P7.4")]

REGISTER = "/admin/rights_requests/recipient/"
CARRIER, PRINTER, LAWYER = "Carrier by webhook", "Printer by OpenDSR", "Lawyer by letter"
BY_LAW = "The recipient says that the law obliges it to keep the data."


@dataclass
class Recipients:
    """Three that get profiles: one told in our own form, one in OpenDSR's, and one to which staff write."""

    agent: Walker
    carrier: WebhookSide
    printer: OpenDsrSide

    def __call__(self, call: Call) -> Reply:
        """Both machines listen on one server."""
        return (self.carrier if call.path.startswith("/notices") else self.printer)(call)

    def told_carrier(self, kind: str) -> dict[str, Any]:
        """The notice of this kind as it arrived, once it has."""
        return _only(lambda: [told for told in self.carrier.seen.values() if told["kind"] == kind])

    def told_printer(self) -> dict[str, Any]:
        """The request as it arrived, once it has."""
        return _only(lambda: list(self.printer.seen.values()))

    def carrier_says(self, told: dict[str, Any], **said: str) -> None:
        """Say by itself how far it is, at the address that the notice gave."""
        content = {"notice_id": told["notice_id"], **said}
        self._calls_back(told["callback_url"], content, self.carrier.signed)

    def printer_says(self, told: dict[str, Any], status: str) -> None:
        """The same as the specification has it."""
        (address,) = told["status_callback_urls"]
        content = {"subject_request_id": told["subject_request_id"], "request_status": status}
        self._calls_back(address, content | {"status_callback_url": address}, self.printer.signed)

    def _calls_back(self, address: str, content: dict[str, str], signed: Callable[[bytes], dict[str, str]]) -> None:
        body = json.dumps(content).encode()
        headers = {"Content-Type": "application/json", **signed(body)}
        assert self.agent.page.request.post(address, data=body, headers=headers).status == 204


def _only(found: Callable[[], list[dict[str, Any]]]) -> dict[str, Any]:
    assert eventually(lambda: bool(found()), seconds=WORK_SECONDS)
    (told,) = found()
    return told


@pytest.fixture(scope="module")
def recipients(cast: Cast) -> Iterator[Recipients]:
    """On the register while the tests of this module run: whoever is erased meanwhile waits for them."""
    agent, server = cast.agent, Processor()
    published = agent.page.request.get("/.well-known/occicor-keys.json").json()
    found = Recipients(agent, WebhookSide(published, {"status": "acknowledged"}), OpenDsrSide())
    server.behaves = found
    trusted = authority_pem()
    pinned = {"domain": DOMAIN, "certificate": found.printer.certificate(), "authority": trusted}
    with server.running():
        _enters(
            agent, CARRIER, "webhook", f"{server.url}/notices", public_key=found.carrier.public_key, authority=trusted
        )
        _enters(agent, PRINTER, "opendsr", f"{server.url}/v2/requests", **pinned)
        _enters(agent, LAWYER, "manual")
        yield found
        for name in (CARRIER, PRINTER, LAWYER):
            agent.goes(REGISTER)
            agent.follows(name)
            agent.main.locator("[name=active]").uncheck()
            agent.presses("Save")


def _enters(agent: Walker, name: str, adapter: str, address: str = "", **more: str) -> None:
    agent.goes(f"{REGISTER}add/")
    agent.chooses("adapter", adapter)
    agent.fills(name=name, what_for="Carries out orders", address=address, **more)
    agent.main.locator("[name=slugs][value=accounts-profile]").check()
    agent.presses("Save")
    agent.sees(name)


def _ticks(agent: Walker, reference: str, name: str, far: str, words: str, view: str = "closed") -> None:
    """Staff say how far a recipient is, where the request asks them to."""
    agent.opens_in_queue(reference, view)
    form = agent.main.locator("form:has([name=far])")
    agent.main.locator("summary", has_text="Tick off a recipient").click()
    options = form.locator("[name=notice] option").all_inner_texts()
    form.locator("[name=notice]").select_option(label=next(one for one in options if name in one))
    form.locator("[name=far]").select_option(far)
    form.locator("[name=words]").fill(words)
    form.get_by_role("button").first.click()
    agent.sees("It is on record how far the recipient is.")


def _reads(person: Walker, path: str, *said: tuple[str, str]) -> None:
    """The person finds each recipient and how far it is."""
    person.goes(path)
    for name, words in said:
        row = person.main.locator("tr").filter(has_text=name)
        assert words in row.inner_text(), row.inner_text()


def test_a_correction_is_told_with_old_and_new_and_followed_to_the_end(cast: Cast, recipients: Recipients) -> None:
    person = cast.newcomer("account", scripts=True)
    reference = WALKS[Right.RECTIFICATION].asks(cast, person)
    WALKS[Right.RECTIFICATION].decides(cast, reference)
    told = recipients.told_carrier("rectification")
    assert told["identifiers"] == [{"kind": "email", "value": person.walker.email}]
    assert told["corrections"] == [{"field": "Name", "old": person.value, "new": "Ida Right"}]
    page = f"/requests/{reference}/"
    _reads(person.walker, page, (CARRIER, "Acknowledged"), (PRINTER, "Not told yet"), (LAWYER, "Not told yet"))
    recipients.carrier_says(told, status="completed", reference="CASE-4711")
    cast.agent.opens_in_queue(reference, "closed")
    cast.agent.sees("A recipient waits for you")
    letter = cast.agent.main.locator("details", has_text=f"What to write to {LAWYER}")
    assert f"Name: “{person.value}” becomes “Ida Right”" in (letter.text_content() or "")
    _ticks(cast.agent, reference, LAWYER, "sent", "")
    _ticks(cast.agent, reference, LAWYER, "completed", "Their answer of today, by letter.")
    _ticks(cast.agent, reference, PRINTER, "impossible", "Its labels are printed and gone.")
    cast.agent.sees("Nothing to do: the request was answered")
    gone = (PRINTER, "Its labels are printed and gone.")
    _reads(person.walker, page, (CARRIER, "Done"), (LAWYER, "Done"), gone)


def test_a_restriction_that_one_cannot_keep_is_told_to_the_person_with_the_reason(
    cast: Cast, recipients: Recipients
) -> None:
    person = cast.newcomer("account", scripts=False)
    reference = WALKS[Right.RESTRICTION].asks(cast, person)
    WALKS[Right.RESTRICTION].decides(cast, reference)
    told = recipients.told_carrier("restriction")
    recipients.carrier_says(told, status="impossible", reason="required_by_law")
    _reads(person.walker, f"/requests/{reference}/", (CARRIER, BY_LAW))


def test_an_erasure_is_done_when_each_has_answered_and_the_receipt_names_them(
    cast: Cast, recipients: Recipients
) -> None:
    person = cast.newcomer("account", scripts=True)
    reference = WALKS[Right.ERASURE].asks(cast, person)
    WALKS[Right.ERASURE].decides(cast, reference)
    carrier, printer = recipients.told_carrier("erasure"), recipients.told_printer()
    assert printer["subject_identities"] == [
        {"identity_type": "email", "identity_value": person.walker.email, "identity_format": "raw"}
    ]
    recipients.carrier_says(carrier, status="completed")
    recipients.printer_says(printer, "completed")
    _ticks(cast.agent, reference, LAWYER, "completed", "They shredded the file.", "open")
    letter = person.walker.letter(f"Your data is deleted: {reference}")
    follow = re.search(r"/requests/follow/\S+", letter)
    assert follow is not None
    _reads(person.walker, follow.group(), (CARRIER, "Done"), (PRINTER, "Done"), (LAWYER, "Done"))
