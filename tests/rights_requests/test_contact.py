"""What an erasure remembers is unreadable without the key and useless for another request."""

from uuid import uuid4

import pytest

from privacy.data_map.subject import Subject
from privacy.package.seal import SealBroken
from rights_requests.contact import open_contact, open_subject, seal_contact, seal_subject

SUBJECT = Subject(user_id=uuid4(), emails=frozenset({"ann@example.org"}), phones=frozenset({"+33123"}))


def test_the_sealed_address_opens_to_itself() -> None:
    request_id = uuid4()
    sealed = seal_contact("ann@example.org", request_id)
    assert b"ann" not in sealed
    assert open_contact(memoryview(sealed), request_id) == "ann@example.org"


def test_the_sealed_identifiers_open_to_the_same_person() -> None:
    request_id = uuid4()
    assert open_subject(seal_subject(SUBJECT, request_id), request_id) == SUBJECT


def test_a_seal_of_one_request_does_not_open_for_another() -> None:
    sealed = seal_contact("ann@example.org", uuid4())
    with pytest.raises(SealBroken):
        open_contact(sealed, uuid4())


def test_a_changed_seal_does_not_open() -> None:
    request_id = uuid4()
    sealed = bytearray(seal_contact("ann@example.org", request_id))
    sealed[-1] ^= 1
    with pytest.raises(SealBroken):
        open_contact(bytes(sealed), request_id)


def test_an_address_is_not_taken_for_identifiers() -> None:
    request_id = uuid4()
    with pytest.raises(SealBroken):
        open_contact(bytes.fromhex(seal_contact("a@b.c", request_id).hex())[::-1], request_id)
