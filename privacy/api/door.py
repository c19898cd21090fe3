"""The decorator of every view of the API: which methods, who may, what is read; the rest is the same for all."""

from collections.abc import Callable, Sequence
from typing import Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.decorators import api_view, authentication_classes, parser_classes, permission_classes
from rest_framework.parsers import BaseParser
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated

from privacy.api.callers import AppToken, OwnBrowser
from privacy.api.reading import StrictJSON

View = Callable[..., Any]


def door(
    *methods: str,
    public: bool = False,
    reads: Sequence[type[BaseParser]] = (StrictJSON,),
    callers: Sequence[type[BaseAuthentication]] = (AppToken, OwnBrowser),
) -> Callable[[View], View]:
    """Make a function a view of the API, for signed-in people unless it is `public`; whoever may GET may HEAD.

    `callers` are the ways to show who calls, where they are not those of people.
    """
    allowed = [*methods, *(["HEAD"] if "GET" in methods else [])]
    who: list[type[BasePermission]] = [AllowAny if public else IsAuthenticated]

    def decorate(view: View) -> View:
        known = authentication_classes(callers)(parser_classes(reads)(view))
        made: View = api_view(allowed)(permission_classes(who)(known))
        return made

    return decorate
