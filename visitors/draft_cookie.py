"""The cookie that finds a draft of a message again: set when its writer asks for that, and never before (P11.1)."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse


def token_of(request: HttpRequest) -> str:
    """The token that this browser was given; empty where there is none."""
    return request.COOKIES.get(settings.CONTACT_DRAFT_COOKIE_NAME, "")


def remember(response: HttpResponse, token: str) -> None:
    """Give the browser the token, for as long as the draft is kept; no script can read it."""
    response.set_cookie(
        settings.CONTACT_DRAFT_COOKIE_NAME,
        token,
        max_age=settings.CONTACT_DRAFT_DAYS * 86400,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def forget(request: HttpRequest, response: HttpResponse) -> None:
    """Take the token back from a browser that has one."""
    if token_of(request):
        response.delete_cookie(settings.CONTACT_DRAFT_COOKIE_NAME, samesite="Lax")
