"""Which version of a thing an app has seen: ETag, If-None-Match and If-Match (RFC 9110)."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.crypto import salted_hmac
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from privacy.api.problems import Kind, Problem

_SALT = "privacy.api.tag"


def tag_of(shown: Any) -> str:
    """The strong tag of what is shown: another one when anything changes; nobody but us can try out of what it is."""
    text = json.dumps(shown, sort_keys=True, cls=DjangoJSONEncoder)
    return f'"{salted_hmac(_SALT, text, algorithm="sha256").hexdigest()[:32]}"'


def tagged(request: Request, shown: Any, *, status: int = 200, told: Any = None) -> Response:
    """The answer with its tag; 304 without a body where the app has it already.

    `told` is what the caller may read of it, where that is less; the tag is of the whole.
    """
    tag = tag_of(shown)
    known = parse_etags(request.headers.get("If-None-Match", "")) if request.method in {"GET", "HEAD"} else []
    fresh = tag in known or "*" in known
    response = Response(None, status=304) if fresh else Response(shown if told is None else told, status=status)
    response["ETag"] = tag
    return response


def require_match(request: Request, shown: Any) -> None:
    """Raise a Problem unless the app says that it changes just what is shown: 428 without a word, 412 for another."""
    given = request.headers.get("If-Match", "")
    if not given:
        said = _("Send the ETag of what you have read as If-Match, so that nobody’s change is lost.")
        raise Problem(Kind.UNCONDITIONAL, said)
    if "*" not in (tags := parse_etags(given)) and tag_of(shown) not in tags:
        raise changed()


def changed() -> Problem:
    """What is said to an app that has not read what stands there now."""
    return Problem(Kind.CHANGED, _("Read it again, and then send what you want to change."))
