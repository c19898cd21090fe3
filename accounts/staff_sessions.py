"""Sessions of staff end after a while without use, and at the latest after a working day (promises P4.1, P6.1)."""

from collections.abc import MutableMapping
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.utils import timezone

# Where a session keeps since when staff are signed in by it, and when they last used it.
IN_SESSION = "staff_session"
# Between two notes of a use; each is a write.
NOTED_EVERY = timedelta(minutes=1)
# The row stays a while longer than the session counts, so that whoever comes back is told why they are signed out.
TOLD_FOR = timedelta(hours=24)
Session = MutableMapping[str, Any]


class Ended(Enum):
    """Why a session of staff counts no longer."""

    IDLE = "idle"
    LONG = "long"


def longest() -> timedelta:
    """How long the row of such a session is kept at most."""
    return timedelta(hours=settings.STAFF_SESSION_HOURS) + TOLD_FOR


def begin(session: Session) -> None:
    """Note that a member of staff signed in a moment ago, or long before a session was first looked at here.

    A session that signed in by an app's door and is used by a browser began when it signed in.
    """
    now = timezone.now()
    records = session.get(AUTHENTICATION_METHODS_SESSION_KEY) or []
    signed_in = min((float(step["at"]) for step in records if "at" in step), default=now.timestamp())
    session[IN_SESSION] = {"began": signed_in, "used": now.timestamp()}


def ended(session: Session) -> Ended | None:
    """Why the session counts no longer; None while it does, and for one that was never noted."""
    kept = session.get(IN_SESSION)
    if not isinstance(kept, dict):
        return None
    now = timezone.now()
    if now >= _instant(kept["began"]) + timedelta(hours=settings.STAFF_SESSION_HOURS):
        return Ended.LONG
    if now >= _instant(kept["used"]) + timedelta(minutes=settings.STAFF_IDLE_MINUTES):
        return Ended.IDLE
    return None


def use(session: Session) -> None:
    """Note that the session is in use; at most once in NOTED_EVERY."""
    kept, now = session[IN_SESSION], timezone.now()
    if now >= _instant(kept["used"]) + NOTED_EVERY:
        session[IN_SESSION] = {**kept, "used": now.timestamp()}


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, tz=timezone.get_current_timezone())
