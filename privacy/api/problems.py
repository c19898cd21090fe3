"""The one shape in which the API says that something was not done (RFC 9457), and the table of what can be said."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.forms.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response

from privacy import limits
from privacy.api.limits import too_many_unknown
from privacy.files import Away

ROOT = "/api/v1/"
MEDIA_TYPE = "application/problem+json"


class Kind(Enum):
    """Every problem there is: its name in the address of its type, its status, and its title in plain words."""

    UNREADABLE = "unreadable", 400, _("We cannot read this request")
    SIGN_IN = "sign-in", 401, _("Sign in first")
    FORBIDDEN = "forbidden", 403, _("You may not do this")
    REAUTHENTICATE = "reauthenticate", 403, _("Show once more that it is you")
    NOT_FOUND = "not-found", 404, _("There is nothing here")
    METHOD = "method", 405, _("This cannot be done here")
    CONFLICT = "conflict", 409, _("This does not go together with what is there")
    IN_FLIGHT = "in-flight", 409, _("The same request is still being worked on")
    GONE = "gone", 410, _("This does not exist any more")
    CHANGED = "changed", 412, _("It was changed in the meantime")
    TOO_LARGE = "too-large", 413, _("This is larger than what we take")
    MEDIA = "media-type", 415, _("We do not take this kind of content")
    INVALID = "invalid", 422, _("Something in this request is not right")
    OTHER_REQUEST = "other-request", 422, _("This key was used for another request")
    UNCONDITIONAL = "precondition", 428, _("Say which version you have changed")
    TOO_MANY = "too-many", 429, _("That was too often")
    BROKEN = "broken", 500, _("Something went wrong on our side")
    AWAY = "away", 503, _("We are away for a moment")

    @property
    def word(self) -> str:
        """Its name."""
        return str(self.value[0])

    @property
    def status(self) -> int:
        """The status of the answer."""
        return int(self.value[1])

    @property
    def title(self) -> Any:
        """What it is, the same words each time, in the reader's language."""
        return self.value[2]

    @property
    def address(self) -> str:
        """The address that names it, where it is explained."""
        return f"{settings.SITE_URL}/api/docs/#problem-{self.word}"


@dataclass(frozen=True)
class Wrong:
    """One thing that is wrong in what was sent: where, as a JSON pointer, what about it, and a word for programs."""

    pointer: str
    detail: str
    code: str


class Problem(Exception):
    """Nothing was done: which problem it is, a sentence about this case, and what is wrong with which member."""

    def __init__(
        self,
        kind: Kind,
        detail: Any = "",
        *,
        wrong: Sequence[Wrong] = (),
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(kind.word)
        self.kind, self.detail, self.wrong = kind, detail, tuple(wrong)
        self.headers, self.more = dict(headers or {}), dict(more or {})

    def as_json(self) -> dict[str, Any]:
        """The body of the answer, in the active language."""
        said: dict[str, Any] = {
            "type": self.kind.address,
            "title": str(self.kind.title),
            "status": self.kind.status,
            "detail": str(self.detail or self.kind.title),
        }
        if self.wrong:
            said["errors"] = [vars(one) for one in self.wrong]
        return {**said, **self.more}


# What the services of the apps refuse, each with its problem; an app says it once, in its own door.
OF_SERVICES: dict[type[Exception], Kind] = {}
# What the framework raises before any view of ours runs, or instead of it.
OF_THE_FRAMEWORK: dict[type[Exception], Kind] = {
    exceptions.ParseError: Kind.UNREADABLE,
    exceptions.NotAuthenticated: Kind.SIGN_IN,
    exceptions.AuthenticationFailed: Kind.SIGN_IN,
    exceptions.PermissionDenied: Kind.FORBIDDEN,
    PermissionDenied: Kind.FORBIDDEN,
    exceptions.NotFound: Kind.NOT_FOUND,
    Http404: Kind.NOT_FOUND,
    exceptions.MethodNotAllowed: Kind.METHOD,
    exceptions.UnsupportedMediaType: Kind.MEDIA,
    exceptions.Throttled: Kind.TOO_MANY,
    exceptions.ValidationError: Kind.INVALID,
    RequestDataTooBig: Kind.TOO_LARGE,
    SuspiciousOperation: Kind.UNREADABLE,
    OperationalError: Kind.AWAY,
    InterfaceError: Kind.AWAY,
    Away: Kind.AWAY,
}
# How long an app is asked to wait where nobody can say it better, in seconds.
RETRY_SECONDS = {Kind.TOO_MANY: limits.RETRY_SECONDS, Kind.IN_FLIGHT: 2, Kind.AWAY: 15}
# What is said to callers whom we do not know.
_OF_STRANGERS = (exceptions.NotAuthenticated, exceptions.AuthenticationFailed)
# Of these nobody is helped by the framework's own words.
_WORDLESS = (Http404, PermissionDenied, OperationalError, InterfaceError, SuspiciousOperation)


def refuses(table: Mapping[type[Exception], Kind]) -> None:
    """Say which problem each refusal of an app's services is; each has its sentence in `message`."""
    OF_SERVICES.update(table)


def answer(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """What the framework calls for an error in a view; None for one that nobody foresaw, which is a fault of ours."""
    problem = problem_of(error)
    # The framework counts after it has looked who calls: whoever is turned away there is counted here.
    if isinstance(error, _OF_STRANGERS) and (wait := too_many_unknown(context["request"])):
        error = problem = Problem(Kind.TOO_MANY, headers={"Retry-After": str(int(wait))})
    if problem is None:
        return None
    response = Response(problem.as_json(), status=problem.kind.status, content_type=MEDIA_TYPE)
    for name, value in _headers(problem, error).items():
        response[name] = value
    # The framework would write its own type over ours; the browsers' usual one stays out.
    response["Content-Type"] = MEDIA_TYPE
    return response


def too_often(request: HttpRequest, said: Any = "") -> Problem:
    """The problem of whatever `limits.allows` has just refused on this request; it says when there is room again."""
    return Problem(Kind.TOO_MANY, said, headers={"Retry-After": str(limits.wait_seconds(request))})


def problem_of(error: Exception) -> Problem | None:
    """The problem that an error stands for, or None."""
    if isinstance(error, Problem):
        return error
    for table in (OF_SERVICES, OF_THE_FRAMEWORK):
        kind = next((table[base] for base in type(error).__mro__ if base in table), None)
        if kind is not None:
            return Problem(kind, _sentence(error), wrong=list(_wrongs(error)))
    return None


def plain_answer(kind: Kind, *, wait: int | None = None) -> JsonResponse:
    """A problem from outside any view of the API: an address that is none, a fault, a closed house."""
    return problem_answer(Problem(kind, headers={"Retry-After": str(wait)} if wait else None))


def problem_answer(problem: Problem) -> JsonResponse:
    """The answer that a problem is."""
    response = JsonResponse(problem.as_json(), status=problem.kind.status, content_type=MEDIA_TYPE)
    for name, value in _headers(problem, problem).items():
        response[name] = value
    return response


def in_our_shape(response: HttpResponseBase) -> HttpResponseBase:
    """What goes out to an app: where something else than a view of ours refused, with a page, the problem it means."""
    status = response.status_code
    if 300 <= status < 400 and status != HTTPStatus.NOT_MODIFIED:
        return plain_answer(Kind.CONFLICT)
    if status < 400 or ("json" in response.get("Content-Type", "") and status != Kind.TOO_MANY.status):
        return response
    if response.get("Content-Type") == MEDIA_TYPE:
        return response
    answer = plain_answer(next((kind for kind in Kind if kind.status == status), Kind.UNREADABLE))
    if "Allow" in response:
        answer["Allow"] = response["Allow"]
    return answer


def is_for_apps(request: HttpRequest) -> bool:
    """Whether somebody asks for an address of the API."""
    return request.path_info.startswith(ROOT)


def wrong_in_form(form: BaseForm, *, at: str = "#") -> Problem:
    """What is wrong in a form that was filled in from what an app sent."""
    found = [
        Wrong(at if name == "__all__" else f"{at}/{name}", str(message), str(error.code or "invalid"))
        for name, errors in form.errors.as_data().items()
        for error in errors
        for message in error.messages
    ]
    return Problem(Kind.INVALID, wrong=found)


def _sentence(error: Exception) -> Any:
    if isinstance(error, (*_WORDLESS, exceptions.ValidationError)):
        return ""
    if isinstance(error, exceptions.APIException):
        # What the framework says of itself says less than our title, and not in our words.
        return "" if str(error.detail) == str(error.default_detail) else error.detail
    return getattr(error, "message", "")


def _wrongs(error: Exception) -> Iterator[Wrong]:
    if isinstance(error, exceptions.ValidationError):
        yield from _walk(error.detail, "#")


def _walk(detail: Any, pointer: str) -> Iterator[Wrong]:
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from _walk(inner, pointer if name == "non_field_errors" else f"{pointer}/{_escaped(name)}")
    elif isinstance(detail, Iterable) and not isinstance(detail, str):
        for place, inner in enumerate(detail):
            yield from _walk(inner, pointer if isinstance(inner, str) else f"{pointer}/{place}")
    else:
        yield Wrong(pointer, str(detail), str(getattr(detail, "code", "invalid")))


def _escaped(name: Any) -> str:
    """A member's name as a JSON pointer writes it (RFC 6901); nothing of a stranger's stands there at length."""
    return str(name)[:100].replace("~", "~0").replace("/", "~1")


def _headers(problem: Problem, error: Exception) -> dict[str, str]:
    found: dict[str, str] = {}
    if seconds := getattr(error, "wait", None) or RETRY_SECONDS.get(problem.kind):
        found["Retry-After"] = str(int(seconds) + (int(seconds) != seconds))
    if scheme := getattr(error, "auth_header", None):
        found["WWW-Authenticate"] = str(scheme)
    return {**found, **problem.headers}
