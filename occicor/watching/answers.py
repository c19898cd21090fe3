"""Stands around the whole site: gives each request an id, writes a line for each answer, and has it counted.

It says nothing of the program that serves the site either: which one it is, and which version, is nobody's business.
"""

import logging
import re
import secrets
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from occicor.log_lines import FACTS, NO_ROUTE, route_of
from privacy import log_context
from visitors.kept import KEEPABLE

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
# What counts an answer: its route, its method, its status, the seconds until it began.
Count = Callable[[str, str, int, float], None]

HEADER = "X-Request-ID"
# Without one, granian adds its own name.
NAMELESS = ("Server", "")
# What a proxy in front may call a request. Anything else, or a stranger's word for it, is not taken over.
TOKEN = re.compile(r"[A-Za-z0-9_-]{8,64}")
MADE_BYTES = 8
# Where the site tells the server which page it was; no header can take this name.
ROUTE = "occicor.route"
FILES = "static"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER_METHOD = "other"

logger = logging.getLogger("occicor.answers")


class RouteMiddleware:
    """Leaves the name of the page for `Watched`, however it was answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, then say which page it was."""
        response = self.get_response(request)
        request.META[ROUTE] = route_of(request)
        return response


class Watched:
    """A WSGI application around the site. Never raises: what nobody caught is logged and answered with 500.

    `proxied` says whether a proxy in front is believed; `count` is given each answer.
    """

    def __init__(
        self, application: Application, *, files: str, proxied: bool = False, count: Count | None = None
    ) -> None:
        self._application = application
        self._files = files
        self._proxied = proxied
        self._count = count

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer; the line is written once the answer has begun, its content may be on its way for longer."""
        began = time.perf_counter()
        request_id = self._id(environ)
        log_context.answering(request_id)
        statuses: list[int] = []

        def start(status: str, headers: Headers, *error: Any) -> Any:
            statuses.append(int(status[:3]))
            return start_response(status, [*headers, NAMELESS, (HEADER, request_id)], *error)

        try:
            answer = self._application(environ, start)
        except Exception as error:  # or the server writes it in its own words
            logger.critical("nobody caught an error", exc_info=error)
            answer = _broken(start)
        self._tell(environ, statuses[-1] if statuses else 0, time.perf_counter() - began)
        return answer

    def _id(self, environ: Environ) -> str:
        told = environ.get("HTTP_X_REQUEST_ID", "") if self._proxied else ""
        return told if TOKEN.fullmatch(told) else secrets.token_hex(MADE_BYTES)

    def _tell(self, environ: Environ, status: int, seconds: float) -> None:
        route, asked = self._route(environ), environ["REQUEST_METHOD"]
        method = asked if asked in METHODS else OTHER_METHOD
        if self._count is not None:
            self._count(route, method, status, seconds)
        if logger.isEnabledFor(logging.INFO):
            facts = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1)}
            logger.info("answered", extra={FACTS: facts})

    def _route(self, environ: Environ) -> str:
        if environ["PATH_INFO"].startswith(self._files):
            return FILES
        page = environ.get(KEEPABLE)
        return str(environ.get(ROUTE) or (page.route if page is not None else NO_ROUTE))


def _broken(start: StartResponse) -> list[bytes]:
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    start(f"{status.value} {status.phrase}", [("Content-Type", "text/plain"), ("Cache-Control", "no-store")])
    return [b"Something broke on our side.\n"]
