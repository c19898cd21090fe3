"""Links that stop something with one click, without signing in: signed, for one purpose, for a limited time."""

from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.urls import reverse

_SALT = "rights_requests.stop"


class StopPurpose(StrEnum):
    """What a link stops: a request in somebody's name, or the block of somebody who is no child."""

    REQUEST = "request"
    ADULT = "adult"


def stop_token(request_id: UUID, purpose: StopPurpose) -> str:
    """The token of one request and purpose; it cannot be guessed, and a token of another purpose is no token."""
    return _signer(purpose).sign(request_id.hex)


def stoppable(token: str, purpose: StopPurpose) -> UUID | None:
    """The request that a token names, or None: not signed by us, for another purpose, or too old."""
    try:
        return UUID(_signer(purpose).unsign(token, max_age=timedelta(days=settings.STOP_LINK_DAYS)))
    except (BadSignature, ValueError):
        return None


def stop_url(request_id: UUID, purpose: StopPurpose) -> str:
    """The full address of the page with the button, built from settings.SITE_URL and never from a Host header."""
    page = reverse(f"rights_requests:stop_{purpose}", kwargs={"token": stop_token(request_id, purpose)})
    return str(settings.SITE_URL) + page


def _signer(purpose: StopPurpose) -> TimestampSigner:
    return TimestampSigner(salt=f"{_SALT}.{purpose}")
