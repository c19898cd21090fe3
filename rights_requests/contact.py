"""Seals what an erasure must remember until it has told the person: address and identifiers, unreadable at rest."""

import json
from base64 import b64decode, b64encode
from uuid import UUID

from privacy.data_map.subject import Subject
from privacy.package.seal import unwrap_key, wrap_key


def seal_contact(address: str, request_id: UUID) -> bytes:
    """The address, readable only with the key outside the database and only for this request."""
    return wrap_key(address.encode(), _purpose("contact", request_id))


def open_contact(sealed: bytes | memoryview, request_id: UUID) -> str:
    """The address that was sealed for this request; raises SealBroken."""
    return unwrap_key(sealed, _purpose("contact", request_id)).decode()


def seal_subject(subject: Subject, request_id: UUID) -> str:
    """The identifiers of a person whose rows are about to go, as text for a step's marker."""
    content = {
        "user_id": str(subject.user_id) if subject.user_id else None,
        "emails": sorted(subject.emails),
        "phones": sorted(subject.phones),
        "visitor_refs": sorted(subject.visitor_refs),
    }
    return b64encode(wrap_key(json.dumps(content).encode(), _purpose("subject", request_id))).decode()


def open_subject(sealed: str, request_id: UUID) -> Subject:
    """The identifiers that were sealed for this request; raises SealBroken."""
    content = json.loads(unwrap_key(b64decode(sealed), _purpose("subject", request_id)))
    return Subject(
        user_id=UUID(content["user_id"]) if content["user_id"] else None,
        emails=frozenset(content["emails"]),
        phones=frozenset(content["phones"]),
        visitor_refs=frozenset(content["visitor_refs"]),
    )


def _purpose(what: str, request_id: UUID) -> bytes:
    return f"{what}:".encode() + request_id.bytes
