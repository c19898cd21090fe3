"""Why a member of staff looks at people's data: asked once a visit, kept in the session, written to every look."""

from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from privacy import audit
from privacy.actors import Actor
from privacy.vocabulary import LookReason

# Where a session keeps the visit: the reason, since when, and which lists were seen.
IN_SESSION = "looking"
Session = MutableMapping[str, Any]


class ReasonWanted(Exception):
    """Nobody's data is shown before a reason is chosen; the desk asks for it and comes back to the page."""


@dataclass(frozen=True)
class Visit:
    """What staff said that they look for, and since when; it ends with the session, and after a few hours."""

    reason: LookReason
    since: datetime

    @property
    def is_over(self) -> bool:
        """Whether the reason is to be given anew (settings.LOOK_REASON_HOURS)."""
        return timezone.now() >= self.since + timedelta(hours=settings.LOOK_REASON_HOURS)


def of(session: Session) -> Visit | None:
    """The visit that was begun in this session, even when it is over; None where none was, or its word is gone."""
    kept = session.get(IN_SESSION)
    if not isinstance(kept, dict) or kept.get("why") not in LookReason.values:
        return None
    return Visit(LookReason(kept["why"]), datetime.fromisoformat(kept["since"]))


def require(session: Session, *, reading: bool) -> Visit:
    """The visit; raises ReasonWanted without one, and when it is over while somebody reads.

    What is sent (`reading` false) goes through under the last reason: it was typed while that one counted.
    """
    visit = of(session)
    if visit is None or (reading and visit.is_over):
        raise ReasonWanted
    return visit


@transaction.atomic
def begin(*, actor: Actor, session: Session, reason: LookReason) -> Visit:
    """Begin a visit for this reason, with an audit entry; another one ends with that. Each call is a new visit."""
    visit = Visit(reason, timezone.now())
    session[IN_SESSION] = {"why": reason.value, "since": visit.since.isoformat(), "lists": []}
    audit.record(event="look_reason.chosen", actor=actor, data={audit.WHY: reason.value})
    return visit


def sees_first(session: Session, label: str) -> bool:
    """Whether a list is seen for the first time in the visit; remembers that it was."""
    kept = session.get(IN_SESSION, {})
    if label in kept.get("lists", []):
        return False
    session[IN_SESSION] = {**kept, "lists": [*kept.get("lists", []), label]}
    return True
