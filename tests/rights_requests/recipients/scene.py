"""Notices and recipients as plain values, for tests that tell one the other."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from rights_requests.recipients.notices import Correction, Identifier, Notice, Outcome, Party, Received
from rights_requests.vocabulary import NoticeKind
from tests.processor import Processor, authority_pem

EMAIL = "canary-ann@example.org"


def now() -> datetime:
    """The present instant."""
    return datetime.now(UTC)


def notice(kind: NoticeKind = NoticeKind.ERASURE, **changes: Any) -> Notice:
    """A notice about one person, known by an e-mail address."""
    corrections = (Correction("family_name", "Canary-Old", "Canary-New"),) if kind == NoticeKind.RECTIFICATION else ()
    made = Notice(
        id=uuid4(),
        request_id=uuid4(),
        kind=kind,
        created_at=datetime(2027, 1, 7, 9, 30, tzinfo=UTC),
        identifiers=(Identifier("email", EMAIL),),
        corrections=corrections,
        callback_url="https://privacy.example/callback",
    )
    return replace(made, **changes)


def party(processor: Processor, path: str, **settings: str) -> Party:
    """The recipient behind a processor."""
    return Party("Carrier", processor.url + path, {"authority": authority_pem(), **settings})


def received(raw: bytes, headers: dict[str, str], about: Notice | UUID, url: str = "") -> Received:
    """What arrived at the address that a notice gave."""
    return Received(about.id if isinstance(about, Notice) else about, url, raw, headers)


def summary(outcome: Outcome) -> tuple[str, str]:
    """State and detail: what most tests look at."""
    return outcome.state.value, outcome.detail.value
