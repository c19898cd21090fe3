"""The outermost door: says how it stands with consent, and lets no cookie out or in that was not agreed to (P11.1)."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers

from consent.choices import Consent
from consent.wall import is_let_through, unwanted

logger = logging.getLogger(__name__)


class UnagreedCookie(AssertionError):
    """Something tried to set a cookie to which nobody agreed; in tests and development that is an error."""


class ConsentMiddleware:
    """Puts `request.consent` there. A cookie that needs no consent or was accepted leaves; any other is taken out.

    Outermost, so that it sees what every other layer sets. What was refused and still lies in the browser is deleted,
    whether scripts can read it or not. A page that shows how it stands is another one for other people: it says so.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, and look at what leaves with the answer."""
        consent = Consent(request)
        request.consent = consent  # type: ignore[attr-defined]
        response = self.get_response(request)
        for name in [name for name in response.cookies if not is_let_through(name, response.cookies[name], consent)]:
            del response.cookies[name]
            logger.error("a cookie was kept from leaving: nobody agreed to %r", name[:60])
            if settings.CONSENT_WALL_RAISES:
                raise UnagreedCookie(name)
        for name in unwanted(request.COOKIES, consent):
            response.delete_cookie(name)
            # An answer that takes something from one browser is for no other.
            patch_cache_control(response, private=True)
        if consent.is_shown:
            patch_vary_headers(response, ("Cookie", "Sec-GPC"))
        return response
