"""The cookies that a reader asks for by pressing a button: set in one way, and taken back in one (promise P11.1)."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse


def keep(response: HttpResponse, name: str, value: str, *, lasts: timedelta) -> None:
    """Have this browser keep the value, away from scripts and from other sites. visitors.trackers must name it."""
    response.set_cookie(
        name, value, max_age=lasts, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )


def forget(request: HttpRequest, response: HttpResponse, name: str) -> None:
    """Take the cookie back from a browser that has it."""
    if name in request.COOKIES:
        response.delete_cookie(name, samesite="Lax")
