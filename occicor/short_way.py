"""The short way of a choice: a script's, from a browser that brings nothing else, is taken in front of Django.

It is the same view within the same outer layers, so the same headers, wall and log. What is left out is for people who
are signed in, for forms and for drawn pages, and costs as much as the choice itself (ADR 0078).
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIRequest
from django.db import Error as DatabaseError
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch, resolve, reverse
from django.utils import translation
from django.utils.module_loading import import_string

from consent.views.choosing import choose
from occicor.watching.answers import Application, Environ, StartResponse
from privacy import ledger

# The first layer that is left out, with all that follow; those before it are around every answer.
FIRST_LEFT_OUT = "occicor.even_doors.EvenDoorsMiddleware"
# What a browser may bring and still be nobody: the two cookies in which it keeps a choice.
OF_CHOICES = frozenset({settings.COOKIE_CONSENT_NAME, settings.CONSENT_REF_COOKIE_NAME})


class ShortWay:
    """A WSGI application in front of another one, which answers everything else. Never raises by itself.

    Whoever brings another cookie, or sends the form itself, goes the whole way to the same view; so does everybody
    while the ledger is closed, and is told so there.
    """

    def __init__(self, application: Application) -> None:
        self._application = application
        self._answer = within_outer_layers(choose)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Save the choice, or hand the question on as it came."""
        if environ["REQUEST_METHOD"] != "POST" or "application/json" not in environ.get("HTTP_ACCEPT", ""):
            return self._application(environ, start_response)
        door = _doors().get(environ["PATH_INFO"])
        if door is None:
            return self._application(environ, start_response)
        # What Django does before it answers: a connection that ended meanwhile is opened anew.
        connection.close_if_unusable_or_obsolete()
        request = WSGIRequest(environ)
        if not OF_CHOICES.issuperset(request.COOKIES) or _is_closed():
            return self._application(environ, start_response)
        language, request.resolver_match = door
        translation.activate(language)
        try:
            answer = self._answer(request)
        finally:
            request.close()
        answer["Content-Length"] = str(len(answer.content))
        cookies = [("Set-Cookie", cookie.OutputString()) for cookie in answer.cookies.values()]
        start_response(f"{answer.status_code} {answer.reason_phrase}", [*answer.items(), *cookies])
        return [answer.content]


def within_outer_layers(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], Any]:
    """The view within the layers that stand around every answer; an error becomes the answer that Django gives it."""
    answer = convert_exception_to_response(view)
    for name in reversed(settings.MIDDLEWARE[: settings.MIDDLEWARE.index(FIRST_LEFT_OUT)]):
        answer = convert_exception_to_response(import_string(name)(answer))
    return answer


def _is_closed() -> bool:
    """Whether the ledger is; where nobody can tell, the whole way says what there is to be said."""
    try:
        return bool(ledger.closed_lately())
    except DatabaseError:
        return True


@lru_cache(maxsize=1)
def _doors() -> Mapping[str, tuple[str, ResolverMatch]]:
    """The address of the door in each language, with what it means: looked up once and not for every choice."""
    found = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            address = reverse("consent:choose")
            found[address] = (language, resolve(address))
    return found
