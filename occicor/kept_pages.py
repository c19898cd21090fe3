"""Keeps pages that are the same for everybody for a moment, in front of Django and exactly as it answered them.

Only for readers who bring no cookie, so that nobody's choice and nobody's sign-in is in the answer; only what says by
itself that it is public; no longer than the question about cookies is remembered by a process anyway.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from consent.notices import LOOKS_AGAIN_SECONDS
from occicor.watching.answers import Application, Environ, Headers, StartResponse
from visitors.audience.held import HeldViews, held_views
from visitors.kept import KEEPABLE, Page

Key = tuple[Any, ...]

KEEP_SECONDS = LOOKS_AGAIN_SECONDS
# So many answers are kept; a program that asks in a thousand ways starts them over and gains nothing.
MOST_KEPT = 500
# Whoever brings one of these is answered by Django, and what it answers is not kept.
OWN_ANSWER = ("HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_X_SESSION_TOKEN", "HTTP_RANGE", "QUERY_STRING")
# On what a public answer of ours depends beside its address. What varies by anything else is not kept.
SAID = (
    *("HTTP_HOST", "SERVER_NAME", "SERVER_PORT", "wsgi.url_scheme", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST"),
    *("HTTP_ACCEPT_ENCODING", "HTTP_ACCEPT_LANGUAGE", "HTTP_SEC_GPC"),
)
MAY_VARY_BY = frozenset({"cookie", "sec-gpc", "accept-encoding", "accept-language"})
# What is said of the bytes of a page is not said where none come.
OF_THE_BYTES = frozenset({"content-length", "content-encoding", "content-type"})


@dataclass(frozen=True)
class Kept:
    """One answer: until when it is good, which page it is, and what is sent, whole or as "nothing changed"."""

    until: float
    page: Page
    etag: str
    headers: Headers
    unchanged: Headers
    body: bytes


class KeptPages:
    """A WSGI application in front of another one. Never raises by itself; counts the views of what it answers."""

    def __init__(self, application: Application, views: HeldViews = held_views) -> None:
        self._application = application
        self._views = views
        self._kept: dict[Key, Kept] = {}
        # Addresses that were keepable once: for these the whole answer is worth asking for.
        self._keepable: set[str] = set()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer from what is kept, or as the application does."""
        if environ["REQUEST_METHOD"] != "GET" or any(environ.get(name) for name in OWN_ANSWER):
            return self._application(environ, start_response)
        key = (environ["PATH_INFO"], *(environ.get(name) for name in SAID))
        kept = self._kept.get(key)
        if kept is not None and time.monotonic() < kept.until:
            self._views.add(kept.page, environ, environ.get("HTTP_HOST", ""))
            environ[KEEPABLE] = kept.page  # whoever stands around us knows which page it was
            return _answer(kept, environ, start_response)
        if environ["PATH_INFO"] in self._keepable:
            return self._asked(key, environ, start_response)
        answer = self._application(environ, start_response)
        if KEEPABLE in environ and len(self._keepable) < MOST_KEPT:
            self._keepable.add(environ["PATH_INFO"])
        return answer

    def _asked(self, key: Key, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Ask the application for the whole answer, whatever the reader has already; keep it if it may be kept.

        The application counts this view itself.
        """
        said: list[tuple[str, Headers]] = []
        known = environ.pop("HTTP_IF_NONE_MATCH", "")
        answer = self._application(environ, lambda status, headers, *_error: said.append((status, headers)))
        try:
            body = b"".join(answer)
        finally:
            getattr(answer, "close", lambda: None)()
        environ["HTTP_IF_NONE_MATCH"] = known
        status, headers = said[-1]
        found = _kept(environ.get(KEEPABLE), status, headers, body)
        if found is None:
            start_response(status, headers)
            return [body]
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[key] = found
        return _answer(found, environ, start_response)


def _kept(page: Page | None, status: str, headers: Headers, body: bytes) -> Kept | None:
    """The answer as it is kept; None for one that is not the same for everybody, or that cannot be told again."""
    named = {name.lower(): value for name, value in headers}
    varies = {name.strip().lower() for name in named.get("vary", "").split(",") if name.strip()}
    keeps = (
        status.startswith(f"{HTTPStatus.OK.value} ")
        and "public" in named.get("cache-control", "")
        and "set-cookie" not in named
        and varies <= MAY_VARY_BY
        and "etag" in named
    )
    if page is None or not keeps:
        return None
    unchanged = [(name, value) for name, value in headers if name.lower() not in OF_THE_BYTES]
    until = time.monotonic() + KEEP_SECONDS
    return Kept(until, page, named["etag"].removeprefix("W/"), headers, unchanged, body)


def _answer(kept: Kept, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    known = environ.get("HTTP_IF_NONE_MATCH")
    if known and (known == "*" or any(tag.strip().removeprefix("W/") == kept.etag for tag in known.split(","))):
        start_response(f"{HTTPStatus.NOT_MODIFIED.value} {HTTPStatus.NOT_MODIFIED.phrase}", list(kept.unchanged))
        return []
    start_response(f"{HTTPStatus.OK.value} {HTTPStatus.OK.phrase}", list(kept.headers))
    return [kept.body]
