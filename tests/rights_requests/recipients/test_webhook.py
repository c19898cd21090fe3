"""Recipients told by our own signed form: what arrives, whose word counts, and what a forged word does."""

import json
import time
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from privacy.package import signing
from rights_requests.recipients import adapters
from rights_requests.recipients.notices import NotGenuine, Party
from rights_requests.vocabulary import Adapter, NoticeKind
from tests.processor import Processor, Reply
from tests.recipient_sides import WebhookSide
from tests.rights_requests.recipients.scene import EMAIL, notice, now, party, received, summary


@pytest.fixture
def side(processor: Processor) -> WebhookSide:
    """The recipient's end, silent until told what to say."""
    found = WebhookSide(signing.public_keys())
    processor.behaves = found
    return found


@pytest.fixture
def carrier(processor: Processor, side: WebhookSide) -> Party:
    """The recipient as we know it."""
    return party(processor, "/notices", public_key=side.public_key)


@pytest.mark.promise("P7.4")
@pytest.mark.parametrize("kind", NoticeKind)
def test_every_kind_of_notice_arrives_signed_and_says_no_more_than_needed(
    carrier: Party, side: WebhookSide, kind: NoticeKind
) -> None:
    told = notice(kind)
    adapters.tell(Adapter.WEBHOOK, carrier, told, now())
    changed = [{"field": "family_name", "old": "Canary-Old", "new": "Canary-New"}]
    assert side.seen == {
        str(told.id): {
            "version": 1,
            "notice_id": str(told.id),
            "request_id": str(told.request_id),
            "kind": kind.value,
            "controller": "127.0.0.1:8000",
            "recipient": "Carrier",
            "created_at": "2027-01-07T09:30:00Z",
            "identifiers": [{"kind": "email", "value": EMAIL}],
            "corrections": changed if kind == NoticeKind.RECTIFICATION else [],
            "callback_url": "https://privacy.example/callback",
        }
    }


def test_a_notice_told_twice_is_the_same_message(carrier: Party, side: WebhookSide, processor: Processor) -> None:
    told = notice()
    for _attempt in range(2):
        adapters.tell(Adapter.WEBHOOK, carrier, told, now())
    first, second = processor.calls
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == f"notice_{told.id}"
    assert len(side.seen) == 1


SAID: dict[str, tuple[dict[str, Any] | None, tuple[str, str]]] = {
    "nothing": (None, ("sent", "no_statement")),
    "taken in": ({"status": "acknowledged"}, ("acknowledged", "taken_in")),
    "done": ({"status": "completed"}, ("completed", "done")),
    "nothing held": ({"status": "nothing_held"}, ("completed", "nothing_held")),
    "impossible": ({"status": "impossible"}, ("impossible", "not_possible")),
    "too much": ({"status": "impossible", "reason": "disproportionate"}, ("impossible", "disproportionate")),
    "the law": ({"status": "impossible", "reason": "required_by_law"}, ("impossible", "required_by_law")),
    "an unknown word": ({"status": "finished"}, ("sent", "not_genuine")),
    "an unknown reason": ({"status": "impossible", "reason": "busy"}, ("sent", "not_genuine")),
    "a list": ({"status": ["completed"]}, ("sent", "not_genuine")),
    "another notice": ({"status": "completed", "notice_id": str(uuid4())}, ("sent", "not_genuine")),
    "no notice": ({"status": "completed", "notice_id": None}, ("sent", "not_genuine")),
}


@pytest.mark.parametrize("case", SAID)
def test_what_a_recipient_signs_counts(carrier: Party, side: WebhookSide, case: str) -> None:
    side.says, expected = SAID[case]
    told = notice()
    assert summary(adapters.tell(Adapter.WEBHOOK, carrier, told, now())) == expected
    assert summary(adapters.check(Adapter.WEBHOOK, carrier, told.id, now())) == expected


@pytest.mark.promise("P7.4")
def test_two_hundred_ok_alone_completes_nothing(carrier: Party, processor: Processor) -> None:
    told = notice()
    body = json.dumps({"notice_id": str(told.id), "status": "completed"}).encode()
    processor.behaves = lambda _call: Reply(200, body)
    assert summary(adapters.tell(Adapter.WEBHOOK, carrier, told, now())) == ("sent", "no_statement")


def test_an_answer_signed_by_someone_else_completes_nothing(carrier: Party, side: WebhookSide) -> None:
    side.says, side.key = {"status": "completed"}, Ed25519PrivateKey.generate()
    assert summary(adapters.tell(Adapter.WEBHOOK, carrier, notice(), now())) == ("sent", "not_genuine")


def test_the_question_how_far_it_is_carries_no_personal_data(carrier: Party, processor: Processor) -> None:
    told = notice()
    adapters.check(Adapter.WEBHOOK, carrier, told.id, now())
    (call,) = processor.calls
    assert (call.method, call.path, call.body) == ("GET", f"/notices/{told.id}", b"")


def test_a_reference_of_theirs_is_kept_when_it_is_a_plain_word(carrier: Party, side: WebhookSide) -> None:
    for said, kept in (("CASE-2027:4", "CASE-2027:4"), ("Ann <ann@example.org>", ""), ("x" * 101, ""), (None, "")):
        side.says = {"status": "acknowledged", "reference": said}
        assert adapters.tell(Adapter.WEBHOOK, carrier, notice(), now()).reference == kept


class TestCallback:
    """What a recipient tells us by itself."""

    def body(self, about: object, **changes: Any) -> bytes:
        return json.dumps({"notice_id": str(about), "status": "completed"} | changes).encode()

    def refused(self, carrier: Party, raw: bytes, headers: Mapping[str, str], about: Any) -> None:
        with pytest.raises(NotGenuine):
            adapters.read_callback(Adapter.WEBHOOK, carrier, received(raw, dict(headers), about), now())

    def test_a_signed_one_is_believed_whatever_the_case_of_its_headers(self, carrier: Party, side: WebhookSide) -> None:
        told = notice()
        raw = self.body(told.id)
        headers = {name.title(): value for name, value in side.signed(raw).items()}
        found = adapters.read_callback(Adapter.WEBHOOK, carrier, received(raw, headers, told), now())
        assert summary(found) == ("completed", "done")

    def test_one_changed_byte_or_header_is_one_too_many(self, carrier: Party, side: WebhookSide) -> None:
        told = notice()
        raw = self.body(told.id, status="acknowledged")
        headers = side.signed(raw)
        self.refused(carrier, raw.replace(b"acknowledged", b"completed"), headers, told)
        self.refused(carrier, raw, headers | {"webhook-id": "msg_2"}, told)
        self.refused(carrier, raw, headers | {"webhook-timestamp": str(int(headers["webhook-timestamp"]) + 1)}, told)
        for value in ("", "v1a,", "v1a,AAAA", "v1a,é", headers["webhook-signature"].replace("v1a", "v1")):
            self.refused(carrier, raw, headers | {"webhook-signature": value}, told)
        for name in headers:
            self.refused(carrier, raw, {other: value for other, value in headers.items() if other != name}, told)

    def test_another_recipients_key_is_not_this_ones(self, carrier: Party, side: WebhookSide) -> None:
        told, raw = notice(), self.body(notice().id)
        self.refused(carrier, raw, WebhookSide(side.published).signed(raw), told)

    def test_a_word_about_one_notice_says_nothing_about_another(self, carrier: Party, side: WebhookSide) -> None:
        raw = self.body(notice().id)
        self.refused(carrier, raw, side.signed(raw), notice())

    @pytest.mark.parametrize("seconds", [-301, 301, -86_400])
    def test_a_replay_later_is_too_old(self, carrier: Party, side: WebhookSide, seconds: int) -> None:
        told = notice()
        raw = self.body(told.id)
        self.refused(carrier, raw, side.signed(raw, at=time.time() + seconds), told)

    @pytest.mark.parametrize("raw", [b"", b"[]", b"null", b"{", b"\xff", b'"completed"', b"[" * 60_000, b"{}"])
    def test_what_is_signed_but_not_in_our_form_is_refused(self, carrier: Party, side: WebhookSide, raw: bytes) -> None:
        self.refused(carrier, raw, side.signed(raw), notice())

    def test_nothing_large_is_looked_at(self, carrier: Party, side: WebhookSide) -> None:
        told = notice()
        raw = self.body(told.id, padding="x" * adapters.CALLBACK_BYTES)
        self.refused(carrier, raw, side.signed(raw), told)

    def test_without_a_key_nobody_is_believed(self, side: WebhookSide) -> None:
        told = notice()
        raw = self.body(told.id)
        self.refused(Party("Carrier", "https://carrier.example"), raw, side.signed(raw), told)


def test_settings_that_miss_something_are_named(carrier: Party) -> None:
    assert adapters.faults(Adapter.WEBHOOK, Party("C", "https://c.example/", carrier.settings)) == {}
    wrong = Party("C", "http://c.example/?a=b", {"public_key": "whpk_AAAA", "known_by": ["name"], "authority": "none"})
    found = {name: str(text) for name, text in adapters.faults(Adapter.WEBHOOK, wrong).items()}
    assert found.keys() == {"address", "public_key", "known_by", "authority"}
    assert found["address"] == "Write an address that begins with https://."
    assert found["known_by"] == "This way of telling knows these kinds of identifier: email, phone, user, visitor."
