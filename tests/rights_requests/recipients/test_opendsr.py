"""Processors told by OpenDSR 2.0: the wire format, and whose signature counts."""

import base64
import json
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rights_requests.recipients import adapters
from rights_requests.recipients.notices import Identifier, NotGenuine, Notice, Party
from rights_requests.vocabulary import Adapter, NoticeKind
from tests.processor import Processor
from tests.recipient_sides import DOMAIN, OpenDsrSide
from tests.rights_requests.recipients.scene import EMAIL, notice, now, party, received, summary

OURS = "https://privacy.example/callback"


@pytest.fixture
def side(processor: Processor) -> OpenDsrSide:
    """The processor's end."""
    found = OpenDsrSide()
    processor.behaves = found
    return found


@pytest.fixture
def carrier(processor: Processor, side: OpenDsrSide) -> Party:
    """The processor as we know it."""
    return party(processor, "/v2/requests", certificate=side.certificate(), domain=DOMAIN)


@pytest.mark.promise("P7.4")
def test_an_erasure_arrives_in_the_form_of_the_specification(
    carrier: Party, side: OpenDsrSide, processor: Processor
) -> None:
    told = notice(identifiers=(Identifier("email", EMAIL), Identifier("user", "7")))
    outcome = adapters.tell(Adapter.OPENDSR, carrier, told, now())
    assert summary(outcome) == ("acknowledged", "taken_in")
    assert outcome.reference == str(told.id)
    assert [(call.method, call.path) for call in processor.calls] == [("POST", "/v2/requests")]
    assert side.seen[str(told.id)] == {
        "regulation": "gdpr",
        "subject_request_id": str(told.id),
        "subject_request_type": "erasure",
        "submitted_time": "2027-01-07T09:30:00Z",
        "api_version": "2.0",
        "subject_identities": [
            {"identity_type": "email", "identity_value": EMAIL, "identity_format": "raw"},
            {"identity_type": "controller_customer_id", "identity_value": "7", "identity_format": "raw"},
        ],
        "status_callback_urls": [OURS],
    }


@pytest.mark.parametrize("kind", [kind for kind in NoticeKind if kind != NoticeKind.ERASURE])
def test_what_opendsr_cannot_say_is_left_to_staff_and_nothing_is_sent(
    carrier: Party, processor: Processor, kind: NoticeKind
) -> None:
    assert summary(adapters.tell(Adapter.OPENDSR, carrier, notice(kind), now())) == ("pending", "unsupported")
    by_phone = notice(identifiers=(Identifier("phone", "+33123456789"),))
    assert summary(adapters.tell(Adapter.OPENDSR, carrier, by_phone, now())) == ("pending", "unsupported")
    assert processor.calls == []


STATUSES = {
    "pending": ("acknowledged", "taken_in"),
    "in_progress": ("acknowledged", "taken_in"),
    "completed": ("completed", "done"),
    "cancelled": ("acknowledged", "cancelled"),
    "finished": ("sent", "not_genuine"),
}


@pytest.mark.parametrize("status", STATUSES)
def test_the_status_is_asked_for_and_believed_when_signed(carrier: Party, side: OpenDsrSide, status: str) -> None:
    side.status = status
    assert summary(adapters.check(Adapter.OPENDSR, carrier, uuid4(), now())) == STATUSES[status]
    side.signs = False
    assert summary(adapters.check(Adapter.OPENDSR, carrier, uuid4(), now())) == ("sent", "no_statement")


CHANGED: dict[str, dict[str, Any]] = {
    "another request": {"subject_request_id": str(uuid4())},
    "no request": {"subject_request_id": None},
    "not what we sent": {"encoded_request": base64.b64encode(b"{}").decode()},
    "nothing of what we sent": {"encoded_request": None},
}


@pytest.mark.parametrize("case", CHANGED)
def test_a_signed_answer_about_something_else_counts_for_nothing(carrier: Party, side: OpenDsrSide, case: str) -> None:
    side.changes = CHANGED[case]
    assert summary(adapters.tell(Adapter.OPENDSR, carrier, notice(), now())) == ("sent", "not_genuine")


def test_a_status_that_is_no_word_counts_for_nothing(carrier: Party, side: OpenDsrSide) -> None:
    for status in (["completed"], {"completed": 1}, None, 1):
        side.changes = {"request_status": status}
        assert summary(adapters.check(Adapter.OPENDSR, carrier, uuid4(), now())) == ("sent", "not_genuine")


@pytest.mark.parametrize("key", [ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 2048)])
def test_keys_of_both_kinds_are_known_and_only_the_pinned_one_counts(
    processor: Processor, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
) -> None:
    side = OpenDsrSide(key=key, status="completed")
    processor.behaves = side
    pinned = party(processor, "/requests", certificate=side.certificate(), domain=DOMAIN)
    other = party(processor, "/requests", certificate=OpenDsrSide().certificate(), domain=DOMAIN)
    assert summary(adapters.check(Adapter.OPENDSR, pinned, uuid4(), now())) == ("completed", "done")
    assert summary(adapters.check(Adapter.OPENDSR, other, uuid4(), now())) == ("sent", "not_genuine")


def test_a_certificate_whose_time_is_over_or_of_another_domain_proves_nothing(
    processor: Processor, side: OpenDsrSide
) -> None:
    side.status = "completed"
    over = party(processor, "/requests", certificate=side.certificate(days=-1), domain=DOMAIN)
    elsewhere = party(processor, "/requests", certificate=side.certificate(), domain="other.example")
    for found in (over, elsewhere):
        assert summary(adapters.check(Adapter.OPENDSR, found, uuid4(), now())) == ("sent", "not_genuine")


class TestCallback:
    """What a processor tells us by itself."""

    def body(self, about: Notice, **changes: Any) -> bytes:
        said = {"subject_request_id": str(about.id), "request_status": "completed", "status_callback_url": OURS}
        return json.dumps(said | changes).encode()

    def refused(self, carrier: Party, raw: bytes, headers: dict[str, str], about: Notice, url: str = OURS) -> None:
        with pytest.raises(NotGenuine):
            adapters.read_callback(Adapter.OPENDSR, carrier, received(raw, headers, about, url), now())

    def test_a_signed_one_is_believed(self, carrier: Party, side: OpenDsrSide) -> None:
        told = notice()
        raw = self.body(told)
        found = adapters.read_callback(Adapter.OPENDSR, carrier, received(raw, side.signed(raw), told, OURS), now())
        assert summary(found) == ("completed", "done")

    def test_one_changed_byte_is_one_too_many(self, carrier: Party, side: OpenDsrSide) -> None:
        told = notice()
        raw = self.body(told, request_status="pending")
        headers = side.signed(raw)
        self.refused(carrier, raw.replace(b"pending", b"completed"), headers, told)
        self.refused(carrier, raw + b" ", headers, told)
        for value in ("", "not base64!", "é", "AAAA"):
            self.refused(carrier, raw, headers | {"X-OpenDSR-Signature": value}, told)
        self.refused(carrier, raw, headers | {"X-OpenDSR-Processor-Domain": "other.example"}, told)

    def test_one_for_another_address_notice_or_status_is_refused(self, carrier: Party, side: OpenDsrSide) -> None:
        told = notice()
        for raw in (
            self.body(told, status_callback_url="https://other.example/"),
            self.body(notice()),
            self.body(told, request_status="finished"),
            self.body(told, request_status=["completed"]),
            b"[]",
            b"{}",
            b"{",
            b"\xff",
        ):
            self.refused(carrier, raw, side.signed(raw), told)

    def test_without_a_certificate_nobody_is_believed(self, side: OpenDsrSide) -> None:
        told = notice()
        raw = self.body(told)
        self.refused(Party("C", "https://c.example/requests", {"domain": DOMAIN}), raw, side.signed(raw), told)
        self.refused(Party("C", "https://c.example/requests"), raw, side.signed(raw), told)


def test_settings_that_miss_something_are_named(side: OpenDsrSide) -> None:
    def found(address: str = "https://c.example/v2/requests", **settings: Any) -> set[str]:
        return set(adapters.faults(Adapter.OPENDSR, Party("C", address, settings)))

    good = {"certificate": side.certificate(), "domain": DOMAIN}
    assert found(**good) == set()
    assert found("https://c.example/v2/", **good) == {"address"}
    assert found("https://c.example/requests?a=b", **good) == {"address"}
    assert found(**(good | {"domain": "other.example"})) == {"domain"}
    assert found(**(good | {"known_by": ["phone"]})) == {"known_by"}
    assert found(domain=DOMAIN) == {"certificate"}
    edwards = OpenDsrSide(key=Ed25519PrivateKey.generate()).certificate()
    assert found(**(good | {"certificate": edwards})) == {"certificate"}
