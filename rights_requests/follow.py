"""The link by which a person follows a request without signing in; it outlives the account, as the receipt must."""

from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

_SALT = "rights_requests.follow"


def follow_token(request_id: UUID) -> str:
    """The token that names a request; it cannot be guessed and says nothing about the person."""
    return Signer(salt=_SALT).sign(request_id.hex)


def request_id_of(token: str) -> UUID | None:
    """The request that a token names, or None for anything we did not sign."""
    try:
        return UUID(Signer(salt=_SALT).unsign(token))
    except (BadSignature, ValueError):
        return None


def follow_url(request_id: UUID) -> str:
    """The full address of the follow page, built from settings.SITE_URL and never from a Host header."""
    return str(settings.SITE_URL) + reverse("rights_requests:follow", kwargs={"token": follow_token(request_id)})
