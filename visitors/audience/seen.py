"""What one answer counts as: told from the request alone, with nothing read or written at the reader's end."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import get_language_from_path, override

from visitors.audience.models import LONGEST_NAME
from visitors.audience.topics import OTHER, topic_of

OWN, NONE = "own", "none"
PHONE, TABLET, COMPUTER = "phone", "tablet", "computer"
# Programs that say what they are; whoever says nothing is one too. It is a short list and catches no liar.
_BOT = re.compile(r"(?<!cu)bot(?:\b|[/;_-])")
# Looked for one by one, which costs a tenth of one expression for all of them; in small letters.
_PROGRAMS = (
    *("crawl", "spider", "slurp", "scrap", "fetch", "preview", "monitor", "uptime", "lighthouse", "headless"),
    *("phantom", "archiver", "facebookexternalhit", "curl/", "wget/", "python", "httpx", "aiohttp", "libwww"),
    *("okhttp", "go-http", "java/", "ruby", "perl", "php", "node", "axios"),
)
_TABLETS = re.compile(r"iPad|Tablet|Kindle|Silk/|PlayBook|Android(?!.*Mobile)")
_PHONES = re.compile(r"Mobi|iPhone|iPod|Android")
# A name of a site: so neither an internet address nor a machine in somebody's own network.
_SITE = re.compile(r"(?=.{4,100}$)(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")


@dataclass(frozen=True)
class Seen:
    """One view: names of routes, no address, and nothing of who looked; `came_from` is the page of ours before it."""

    day: date
    route: str
    language: str
    device: str
    referrer: str
    came_from: str = ""

    @property
    def is_entry(self) -> bool:
        """Whether a visit began with it: no page of ours led to it."""
        return self.referrer != OWN


def is_page(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether a person opened a page that is counted: by a navigation, not ahead of time, not a program, not staff's.

    Who is signed in is not asked here: see `by_staff`.
    """
    match = request.resolver_match
    return bool(
        request.method == "GET"
        and response.status_code == 200
        and response.get("Content-Type", "").startswith("text/html")
        and match is not None
        and topic_of(match.view_name)
        and is_opened(request.META)
    )


def is_opened(environ: Mapping[str, Any]) -> bool:
    """Whether a person opened it, by what the server heard from the browser (WSGI's environ)."""
    return bool(
        environ.get("HTTP_SEC_FETCH_MODE", "navigate") == "navigate"
        and environ.get("HTTP_SEC_FETCH_DEST", "document") == "document"
        and not any(name in environ for name in ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_MOZ"))
        and not is_bot(environ.get("HTTP_USER_AGENT", ""))
    )


def is_bot(agent: str) -> bool:
    """Whether a program says that it is one, or says nothing."""
    said = agent.lower()
    return not said.strip() or _BOT.search(said) is not None or any(word in said for word in _PROGRAMS)


def device_of(agent: str) -> str:
    """One of three kinds; what cannot be told is a computer."""
    if _TABLETS.search(agent):
        return TABLET
    return PHONE if _PHONES.search(agent) else COMPUTER


def by_staff(request: HttpRequest) -> bool:
    """Whether a member of staff looked: a query where somebody is signed in and nobody asked so far."""
    user = getattr(request, "user", None)
    return bool(user is not None and user.is_authenticated and user.is_staff)


def seen(request: HttpRequest) -> Seen:
    """The view that an answered request for a page is."""
    language = getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)
    return view_of(_route(request), language, request.META, request.get_host())


def view_of(route: str, language: str, environ: Mapping[str, Any], host: str) -> Seen:
    """The view of a page of that route, by what the server heard from the browser at one of our names."""
    came = _split(environ.get("HTTP_REFERER", ""))
    referrer = _referrer(came, host)
    return Seen(
        day=timezone.localdate(),
        route=route,
        language=language,
        device=device_of(environ.get("HTTP_USER_AGENT", "")),
        referrer=referrer,
        came_from=_came_from(came, route) if referrer == OWN else "",
    )


def _route(request: HttpRequest) -> str:
    match = request.resolver_match
    return match.view_name[:LONGEST_NAME] if match else ""


def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address[:2000])
    except ValueError:
        return urlsplit("")


def _referrer(came: SplitResult, own: str) -> str:
    """The site alone: `own`, `none`, a host name, or `other` for what is none."""
    if not came.netloc:
        return NONE
    if came.netloc.lower() == own.lower():
        return OWN
    host = (came.hostname or "").rstrip(".")
    return host if came.scheme in {"http", "https"} and _SITE.fullmatch(host) else OTHER


def _came_from(came: SplitResult, route: str) -> str:
    """The route of the page of ours that led here; empty where it is none that is counted, or the same one."""
    try:
        with override(get_language_from_path(came.path) or settings.LANGUAGE_CODE):
            found = resolve(came.path).view_name
    except Resolver404:
        return ""
    return found[:LONGEST_NAME] if topic_of(found) and found != route else ""
