"""The links by which somebody keeps or closes an account that they have not used for long: good without signing in."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.urls import reverse

_SALT = "accounts.unused"


def token(user_id: UUID) -> str:
    """The token of one account; it cannot be guessed and says nothing about the person."""
    return TimestampSigner(salt=_SALT).sign(user_id.hex)


def named_by(text: str) -> UUID | None:
    """The account that a token names, or None: not signed by us, for something else, or too old."""
    try:
        return UUID(TimestampSigner(salt=_SALT).unsign(text, max_age=timedelta(days=settings.UNUSED_LINK_DAYS)))
    except (BadSignature, ValueError):
        return None


def url(user_id: UUID) -> str:
    """The full address of the page with the buttons, built from settings.SITE_URL and never from a Host header."""
    return str(settings.SITE_URL) + reverse("accounts:unused", kwargs={"token": token(user_id)})
