"""The links by which somebody says “this was not me” of a sign-in: signed, for that alone, good without signing in."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.urls import reverse

_SALT = "accounts.not_me"


def token(sign_in_id: UUID) -> str:
    """The token of one sign-in; it cannot be guessed and says nothing about the person."""
    return TimestampSigner(salt=_SALT).sign(sign_in_id.hex)


def named_by(text: str) -> UUID | None:
    """The sign-in that a token names, or None: not signed by us, for something else, or too old."""
    try:
        return UUID(TimestampSigner(salt=_SALT).unsign(text, max_age=timedelta(days=settings.NOT_ME_LINK_DAYS)))
    except (BadSignature, ValueError):
        return None


def url(sign_in_id: UUID) -> str:
    """The full address of the page with the button, built from settings.SITE_URL and never from a Host header."""
    return str(settings.SITE_URL) + reverse("accounts:not_me", kwargs={"token": token(sign_in_id)})
