"""`Idempotency-Key`: whoever did not get an answer sends the same request with the same key, and it is done once."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from typing import Any, TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from privacy import repeats
from privacy.api.callers import person_of
from privacy.api.limits import SAFE
from privacy.api.problems import Kind, Problem, Wrong
from privacy.models import KeptAnswer

HEADER, REPLAYED = "Idempotency-Key", "Idempotent-Replayed"
_KEY = re.compile(r"[\x21-\x7e]{8,200}")
# What of an answer is kept beside its body.
_HEADERS = ("Location", "ETag")
View = TypeVar("View", bound=Callable[..., Response])

PARAMETER = OpenApiParameter(
    HEADER,
    {"type": "string", "minLength": 8, "maxLength": 200, "pattern": r"^[\x21-\x7e]+$"},
    OpenApiParameter.HEADER,
    description="A new random value for each thing to be done. Sent again within 24 hours it gets the same answer.",
)


def once(view: View) -> View:
    """Do what a request with a key asks for once a day, and answer the next ones from what was kept.

    Only success is kept. What is done and its answer are kept together or not at all; a form with a file is the
    exception: it is looked at for longer than a transaction may wait, so where we break down between the two it can be
    done twice. The view must be one of a signed-in person, and must do all of its work before it answers.
    """

    @wraps(view)
    def kept(request: Request, *args: Any, **kwargs: Any) -> Response:
        asked = _asked(request)
        if asked is None:
            return view(request, *args, **kwargs)
        if (earlier := _begun(asked)) is not None:
            return _again(earlier)
        try:
            with _together(request):
                response = view(request, *args, **kwargs)
                headers = {name: response[name] for name in _HEADERS if name in response}
                repeats.finish(asked, status=response.status_code, body=response.data, headers=headers)
        except BaseException:
            repeats.forget(asked)
            raise
        return response

    return kept  # type: ignore[return-value]


def key_of(request: Request) -> UUID | None:
    """The key as the services know keys; None where none was sent."""
    given = request.headers.get(HEADER)
    return uuid5(NAMESPACE_URL, given) if given else None


def given_key(request: Request) -> str | None:
    """The key as it was sent; None where none was. Raises a Problem for what is no key."""
    given = request.headers.get(HEADER)
    if given is not None and not _KEY.fullmatch(given):
        said = _("A key has 8 to 200 letters, digits and signs, without a space.")
        raise Problem(Kind.INVALID, wrong=[Wrong(HEADER, said, "invalid")])
    return given


def another_request() -> Problem:
    """What is said to whoever uses a key a second time, for something else."""
    return Problem(Kind.OTHER_REQUEST, _("Use a new key for each thing that is to be done."))


def _asked(request: Request) -> repeats.Asked | None:
    given = None if request.method in SAFE else given_key(request)
    if given is None:
        return None
    what = (str(request.method), request._request.get_full_path(), _media_type(request))
    return repeats.Asked.of(user_id=person_of(request).pk, key=given, what=what, body=_said(request))


def _together(request: Request) -> AbstractContextManager[None]:
    return nullcontext() if _is_form(request) else transaction.atomic()


def _media_type(request: Request) -> str:
    return str(request.content_type).partition(";")[0].strip().lower()


def _is_form(request: Request) -> bool:
    return _media_type(request).startswith("multipart/")


def _said(request: Request) -> bytes:
    """What was sent, bytes for bytes where it is JSON; of a form what it holds, for its borders are new each time."""
    if not _is_form(request):
        return bytes(request._request.body)
    told: list[bytes] = []
    sent: Any = request.data
    for name in sorted(sent):
        for value in sent.getlist(name):
            told += [name.encode(), value.encode() if isinstance(value, str) else value.read()]
            if not isinstance(value, str):
                value.seek(0)
    return b"".join(b"%d:%b" % (len(part), part) for part in told)


def _begun(asked: repeats.Asked) -> KeptAnswer | None:
    try:
        return repeats.begin(asked)
    except repeats.Unfinished as error:
        raise Problem(Kind.IN_FLIGHT, _("Wait for its answer, or ask again in a moment.")) from error
    except repeats.AnotherRequest as error:
        raise another_request() from error


def _again(earlier: KeptAnswer) -> Response:
    kept = earlier.body or {}
    response = Response(kept.get("body"), status=earlier.status)
    for name, value in kept.get("headers", {}).items():
        response[name] = value
    response[REPLAYED] = "true"
    return response
