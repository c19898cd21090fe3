"""Seals what a request must remember of people, unreadable at rest: addresses and identifiers, bound to the request."""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from privacy.data_map.subject import Subject
from privacy.package.seal import unwrap_key, wrap_key


def seal_contact(address: str, request_id: UUID) -> bytes:
    """The address, or several on a line each, readable only with the key outside the database and for this request."""
    return wrap_key(address.encode(), purpose_of("contact", request_id))


def open_contact(sealed: bytes | memoryview, request_id: UUID) -> str:
    """The address that was sealed for this request; raises SealBroken."""
    return unwrap_key(sealed, purpose_of("contact", request_id)).decode()


def seal_person(subject: Subject, request_id: UUID) -> bytes:
    """The identifiers of the data subject, for a request that no account stands behind."""
    return wrap_key(json.dumps(subject.as_json()).encode(), purpose_of("subject", request_id))


def open_person(sealed: bytes | memoryview, request_id: UUID) -> Subject:
    """The identifiers that were sealed for this request; raises SealBroken."""
    return Subject.from_json(json.loads(unwrap_key(sealed, purpose_of("subject", request_id))))


def seal_subject(subject: Subject, request_id: UUID) -> str:
    """The identifiers of a person whose rows are about to go, as text for a step's marker."""
    return b64encode(seal_person(subject, request_id)).decode()


def open_subject(sealed: str, request_id: UUID) -> Subject:
    """The identifiers that were sealed for this request; raises SealBroken."""
    return open_person(b64decode(sealed), request_id)


def seal_requester(content: Mapping[str, Any], request_id: UUID) -> bytes:
    """How to reach whoever asks for someone else: `email`, and `name` if it was given."""
    return wrap_key(json.dumps(dict(content)).encode(), purpose_of("requester", request_id))


def open_requester(sealed: bytes | memoryview, request_id: UUID) -> dict[str, Any]:
    """What `seal_requester` sealed for this request; raises SealBroken."""
    found: dict[str, Any] = json.loads(unwrap_key(sealed, purpose_of("requester", request_id)))
    return found


def purpose_of(what: str, request_id: UUID) -> bytes:
    """To what it is bound: what it is (contact, subject, requester), and the request."""
    return f"{what}:".encode() + request_id.bytes
