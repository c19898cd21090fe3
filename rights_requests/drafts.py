"""The answers of a request that is being written, kept in the session until it is sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.contrib.sessions.backends.base import SessionBase

from privacy.vocabulary import Right

_SESSION_KEY = "rights_requests_draft"
_COUNTRY = "rights_requests_country"
# Where the answers of somebody who asks for another person are kept: apart from what they ask for themselves.
FOR_SOMEONE = "rights_requests_draft_for_someone"


@dataclass(frozen=True)
class Draft:
    """One draft. `key` is the idempotency key: it changes with every answer, so a stale page cannot send new words.

    `answers` are what the right's question asked for, as plain JSON values by field.
    """

    right: Right
    key: UUID
    answers: Mapping[str, Any] = field(default_factory=dict)
    reference: str = ""

    @property
    def sent(self) -> bool:
        """Whether this draft has become a request; its reference is then known and its words are forgotten."""
        return bool(self.reference)

    @property
    def message(self) -> str:
        """What the person added in their own words."""
        return str(self.answers.get("message", ""))

    @property
    def plan_hash(self) -> str:
        """The plan of erasure that the person saw."""
        return str(self.answers.get("plan_hash", ""))


def remember_country(session: SessionBase, country: str) -> None:
    """Remember where the person says they live, for whatever they send next; empty where they left it open."""
    session[_COUNTRY] = country


def country(session: SessionBase) -> str:
    """Where the person said they live; empty where they did not."""
    return str(session.get(_COUNTRY, ""))


def write(session: SessionBase, right: Right, *, slot: str = _SESSION_KEY, **answers: Any) -> Draft:
    """Keep these answers, in place of any earlier draft, under a new idempotency key."""
    return _store(session, Draft(right, uuid4(), answers), slot)


def mark_sent(session: SessionBase, draft: Draft, reference: str, *, slot: str = _SESSION_KEY) -> Draft:
    """Forget the words and remember where they went, so that a second press of the button leads to the same request."""
    return _store(session, Draft(draft.right, draft.key, reference=reference), slot)


def read(session: SessionBase, right: Right, *, slot: str = _SESSION_KEY) -> Draft | None:
    """The draft for this right, sent or not; None when there is none or it is not readable."""
    kept = session.get(slot)
    if not isinstance(kept, dict) or kept.get("right") != right.value or "answers" not in kept:
        return None
    return Draft(right, UUID(kept["key"]), kept["answers"], kept["reference"])


def unsent(session: SessionBase, right: Right) -> Draft | None:
    """The draft for this right that has not been sent yet; None otherwise."""
    draft = read(session, right)
    return draft if draft and not draft.sent else None


def any_unsent(session: SessionBase, *, slot: str) -> Draft | None:
    """The draft in this place, whatever right it is about, that has not been sent yet; None otherwise."""
    found = (read(session, right, slot=slot) for right in Right)
    return next((draft for draft in found if draft and not draft.sent), None)


def _store(session: SessionBase, draft: Draft, slot: str) -> Draft:
    session[slot] = {
        "right": draft.right.value,
        "key": str(draft.key),
        "answers": dict(draft.answers),
        "reference": draft.reference,
    }
    return draft
