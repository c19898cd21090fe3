"""The answers of a request that is being written, kept in the session until it is sent."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from django.contrib.sessions.backends.base import SessionBase

from privacy.vocabulary import Right

_SESSION_KEY = "rights_requests_draft"


@dataclass(frozen=True)
class Draft:
    """One draft. `key` is the idempotency key: it changes with every answer, so a stale page cannot send new words."""

    right: Right
    key: UUID
    message: str = ""
    plan_hash: str = ""
    reference: str = ""

    @property
    def sent(self) -> bool:
        """Whether this draft has become a request; its reference is then known and its words are forgotten."""
        return bool(self.reference)


def write(session: SessionBase, right: Right, *, message: str = "", plan_hash: str = "") -> Draft:
    """Keep these answers, in place of any earlier draft, under a new idempotency key."""
    return _store(session, Draft(right, uuid4(), message=message, plan_hash=plan_hash))


def mark_sent(session: SessionBase, draft: Draft, reference: str) -> Draft:
    """Forget the words and remember where they went, so that a second press of the button leads to the same request."""
    return _store(session, Draft(draft.right, draft.key, reference=reference))


def read(session: SessionBase, right: Right) -> Draft | None:
    """The draft for this right, sent or not; None when there is none or it is not readable."""
    kept = session.get(_SESSION_KEY)
    if not isinstance(kept, dict) or kept.get("right") != right.value:
        return None
    return Draft(right, UUID(kept["key"]), kept["message"], kept["plan_hash"], kept["reference"])


def unsent(session: SessionBase, right: Right) -> Draft | None:
    """The draft for this right that has not been sent yet; None otherwise."""
    draft = read(session, right)
    return draft if draft and not draft.sent else None


def _store(session: SessionBase, draft: Draft) -> Draft:
    session[_SESSION_KEY] = {
        "right": draft.right.value,
        "key": str(draft.key),
        "message": draft.message,
        "plan_hash": draft.plan_hash,
        "reference": draft.reference,
    }
    return draft
