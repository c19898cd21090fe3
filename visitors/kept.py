"""Says of a page that it is the same for everybody who brings no cookie: its answer may be kept for a moment."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec

from django.http import HttpRequest, HttpResponse

from consent import choices
from consent.vocabulary import PurposeCode

P = ParamSpec("P")
# Where an answer says so, in what the server and the site hand to each other; no header can take this name.
KEEPABLE = "occicor.keepable"


@dataclass(frozen=True)
class Page:
    """What a keepable answer is: a page of ours in a language; `counted` unless its readers refuse statistics."""

    route: str
    language: str
    counted: bool


def keepable(view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Mark what the view answers as keepable. For views that read the request's language and display, nothing else."""

    @wraps(view)
    def answer(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        request = args[0]
        if isinstance(request, HttpRequest) and request.resolver_match is not None:
            counted = not choices.of(request).refuses(PurposeCode.STATS)
            page = Page(request.resolver_match.view_name, getattr(request, "LANGUAGE_CODE", ""), counted)
            request.META[KEEPABLE] = page
        return view(*args, **kwargs)

    return answer
