"""Who calls: the app of a signed-in person, by its token, or their browser, by its cookie and a second proof."""

from importlib import import_module
from typing import Any

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.headless.contrib.rest_framework.authentication import XSessionTokenAuthentication
from allauth.headless.tokens.strategies.sessions import SessionTokenStrategy
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.request import Request

from privacy.api.problems import Kind, Problem

AGAIN = "/api/v1/auth/reauthenticate"
AGAIN_PAGE = "account_reauthenticate"
_ENDED = gettext_lazy("This sign-in has ended. Sign in again.")


class SessionTokens(SessionTokenStrategy):
    """The token of an app is the key of a session; it is looked up with one query."""

    def lookup_session(self, session_token: str) -> SessionBase | None:
        """The session, or None where there is none any more."""
        session: SessionBase = import_module(settings.SESSION_ENGINE).SessionStore(session_key=session_token)
        # Read now: a session that is over, or never was, forgets its key.
        session.get(SESSION_KEY)
        return session if session.session_key else None


class AppToken(XSessionTokenAuthentication):
    """The token that signing in with an app gave: the key of a session of ours, which ends as every other does."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        """The account and its session; raises AuthenticationFailed for a token that is none, or is none any more."""
        if self.get_session_token(request) is None:
            return None
        found: tuple[Any, Any] | None = super().authenticate(request)
        if found is None:
            raise AuthenticationFailed(_ENDED)
        # From here on it is the session of this request: how long ago the password was given stands in it.
        request._request.session, request._request.user = found[1], found[0]
        return found

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return 'X-Session-Token realm="Occicor"'


class OwnBrowser(SessionAuthentication):
    """The cookie of somebody signed in at the site; each change needs the proof that a page of ours sent it."""


class AppTokenSchema(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the description of the API tells it."""

    target_class = AppToken
    name = "sessionToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """A header with the token of the sign-in."""
        said = "The `meta.session_token` of the answer to `POST /api/v1/auth/login`."
        return {"type": "apiKey", "in": "header", "name": "X-Session-Token", "description": said}


class OwnBrowserSchema(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The same for the cookie."""

    target_class = OwnBrowser
    name = "sessionCookie"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """The site's own cookie."""
        said = "The cookie of somebody signed in at the site; changes also need the header `X-CSRFToken`."
        return {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": said}


def person_of(request: Request) -> Any:
    """The account that calls; raises NotAuthenticated where nobody is signed in."""
    if not request.user.is_authenticated:
        raise NotAuthenticated
    return request.user


def require_recent_proof(request: Request) -> None:
    """Raise a Problem unless the password, or the second step, was given again a short while ago, as the site asks."""
    if not did_recently_reauthenticate(request._request):
        said = _("Give your password again, or your second step, and then repeat this request.")
        # The address for apps reads no cookie: whoever came with one shows it on the page.
        where = AGAIN if request.auth else reverse(AGAIN_PAGE)
        raise Problem(Kind.REAUTHENTICATE, said, more={"reauthenticate": where})
