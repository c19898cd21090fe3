"""What every page knows: the site's name, how to reach a person, its languages and how the reader wants to see it."""

from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_info, override

from privacy import log_context
from visitors.display import display_of
from visitors.site_pages import first_pages


@dataclass(frozen=True)
class InLanguage:
    """The same page in one of the site's languages, named as those who read it name it.

    `url` is within the site; `first` is the first page in that language.
    """

    code: str
    name: str
    url: str
    first: str
    is_shown: bool

    @property
    def absolute(self) -> str:
        """The page's one address as another site would write it: without a question, never from a Host header."""
        return f"{settings.SITE_URL.rstrip('/')}{self.url.partition('?')[0]}"


def site(request: HttpRequest) -> dict[str, Any]:
    """Values for every template; reads settings and the request only, so that it works when the database does not."""
    return {
        "site_name": "Occicor",
        "privacy_contact": parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        "embedded_mail": getattr(settings, "EMBEDDED_MAIL", False),
        "in_languages": SimpleLazyObject(lambda: list(_in_languages(request))),
        "display": display_of(request),
        "request_id": log_context.request_id(),
    }


def _in_languages(request: HttpRequest) -> Iterator[InLanguage]:
    """This page in each language; made only where a template asks."""
    for (code, _name), first in zip(settings.LANGUAGES, first_pages(), strict=True):
        is_shown = code == get_language()
        url = request.get_full_path() if is_shown else _in(code, request)
        yield InLanguage(code, get_language_info(code)["name_local"], url, first, is_shown)


def _in(code: str, request: HttpRequest) -> str:
    """The address of this page in a language, with its question; its own where it has none there."""
    match, query = request.resolver_match, request.META.get("QUERY_STRING", "")
    if match is None:
        return request.get_full_path()
    with override(code):
        try:
            path = reverse(match.view_name, args=match.args, kwargs=match.kwargs)
        except NoReverseMatch:
            path = request.path
    return f"{path}?{query}" if query else path
