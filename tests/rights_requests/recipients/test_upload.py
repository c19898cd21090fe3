"""A package on its way to a server that the person named: whole, once, to no private place, with proof."""

import hashlib
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from privacy.package import signing
from privacy.package.seal import SealBroken
from rights_requests.recipients.transport import Answered, Refused, Unreachable
from rights_requests.recipients.upload import Delivery, Parcel, deliver
from tests.processor import Call, Processor, Reply, authority_pem
from tests.recipient_sides import check_ours
from tests.rights_requests.recipients.scene import now
from tests.rights_requests.recipients.spy import connections

CONTENT = b"PK" + b"package " * 100_000


def parcel(content: bytes = CONTENT) -> Parcel:
    """A package, to be read in pieces."""
    pieces = (content[start : start + 65_536] for start in range(0, len(content), 65_536))
    return Parcel(uuid4(), "R-1234.zip", len(content), hashlib.sha256(content).hexdigest(), pieces)


def delivered(processor: Processor, sent: Parcel, path: str = "/in", **options: Any) -> Delivery:
    """Upload to the processor."""
    return deliver(processor.url + path, sent, now(), trusted_pem=authority_pem(), **options)


@pytest.mark.promise("P5.6")
@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_the_package_arrives_whole_with_its_digest_and_our_signature(processor: Processor, method: str) -> None:
    published = signing.public_keys()

    def takes(call: Call) -> Reply:
        check_ours(call, published, call.headers["repr-digest"].encode())
        location = "https://me:password@store.example/kept/1?sig=secret#top"
        return Reply(201, b"", {"Repr-Digest": call.headers["repr-digest"], "Location": location})

    processor.behaves = takes
    sent = parcel()
    proof = delivered(processor, sent, "/in?token=a%2Fb", method=method)
    assert proof == Delivery(201, taken=True, confirmed=True, location="https://store.example/kept/1")
    assert proof.as_json() == {"status": 201, "confirmed": True, "location": "https://store.example/kept/1"}
    (call,) = processor.calls
    assert (call.method, call.path) == (method, "/in?token=a%2Fb")
    assert hashlib.sha256(call.body).hexdigest() == sent.sha256
    assert call.headers["content-length"] == str(len(CONTENT))
    assert call.headers["content-type"] == "application/zip"
    assert call.headers["content-disposition"] == 'attachment; filename="R-1234.zip"'
    assert call.headers["idempotency-key"] == str(sent.transfer_id)
    assert call.headers["webhook-id"] == f"transfer_{sent.transfer_id}"
    assert "referer" not in call.headers
    assert "cookie" not in call.headers


def test_what_is_only_accepted_is_not_taken_yet(processor: Processor) -> None:
    for status, taken in ((200, True), (204, True), (202, False)):
        processor.behaves = lambda _call, status=status: Reply(status)
        proof = delivered(processor, parcel(b"PK"))
        assert (proof.taken, proof.confirmed) == (taken, False)


def test_the_digest_of_something_else_confirms_nothing(processor: Processor) -> None:
    processor.behaves = lambda _call: Reply(200, b"", {"Repr-Digest": parcel(b"other").digest})
    assert not delivered(processor, parcel()).confirmed


@pytest.mark.promise("P5.6")
def test_a_server_inside_gets_nothing_of_it() -> None:
    read: list[bool] = []

    def pieces() -> Iterator[bytes]:
        read.append(True)
        yield b"PK"

    kept_back = Parcel(uuid4(), "a.zip", 2, "0" * 64, pieces())
    for url in ("https://169.254.169.254/latest", "https://localhost/", "http://files.example.org/", "file:///etc"):
        with connections() as seen, pytest.raises(Refused):
            deliver(url, kept_back, now())
        assert seen == []
    assert read == []


@pytest.mark.parametrize("status", [302, 307, 401, 413, 500])
def test_a_refusal_is_told_with_its_number_and_nothing_goes_elsewhere(processor: Processor, status: int) -> None:
    processor.behaves = lambda _call: Reply(status, b"", {"Location": "https://10.0.0.1/"})
    with connections() as seen, pytest.raises(Answered) as answered:
        delivered(processor, parcel())
    assert answered.value.status == status
    assert set(seen) == {"127.0.0.1"}


def test_a_server_without_proof_of_its_name_gets_nothing(processor: Processor) -> None:
    with pytest.raises(Unreachable):
        deliver(processor.url, parcel(), now())
    assert processor.calls == []


def test_a_package_that_is_damaged_on_disk_is_never_whole_elsewhere(processor: Processor) -> None:
    def pieces() -> Iterator[bytes]:
        yield CONTENT[:1000]
        raise SealBroken("altered")

    damaged = Parcel(uuid4(), "a.zip", len(CONTENT), "0" * 64, pieces())
    with pytest.raises(SealBroken):
        delivered(processor, damaged)
    assert all(len(call.body) < len(CONTENT) for call in processor.calls)


def test_a_location_that_cannot_be_read_is_left_out(processor: Processor) -> None:
    for said in ("https://[broken", "/kept/1?sig=secret"):
        processor.behaves = lambda _call, said=said: Reply(201, b"", {"Location": said})
        assert delivered(processor, parcel(b"PK")).location in {"", "/kept/1"}
