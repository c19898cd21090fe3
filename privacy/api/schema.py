"""How the API describes itself (OpenAPI 3.1): each operation with every answer that it can give, problems included."""

from collections.abc import Iterator, Mapping
from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema_serializer
from rest_framework import serializers

from privacy.api.problems import MEDIA_TYPE, ROOT, Kind

LANGUAGE = {
    "name": "Accept-Language",
    "in": "header",
    "schema": {"type": "string", "enum": ["en", "fr", "ar"]},
    "description": "The language of every sentence in the answer.",
}
TITLES = {
    Kind.UNREADABLE: "This cannot be read.",
    Kind.SIGN_IN: "Nobody is signed in, or the sign-in has ended.",
    Kind.FORBIDDEN: "The caller may not do this, or the proof against forged requests is missing.",
    Kind.REAUTHENTICATE: "The password, or the second step, has to be given once more.",
    Kind.NOT_FOUND: "There is no such thing, or it is somebody else’s: the answers are the same.",
    Kind.CONFLICT: "It does not go together with what is there; read it again.",
    Kind.GONE: "It does not exist any more.",
    Kind.CHANGED: "It was changed since the version that If-Match names.",
    Kind.TOO_LARGE: "Larger than what is taken.",
    Kind.MEDIA: "A kind of content that is not taken.",
    Kind.INVALID: "A member or a parameter is wrong; `errors` says which, and why.",
    Kind.UNCONDITIONAL: "If-Match is missing.",
    Kind.TOO_MANY: "Too often; `Retry-After` says for how many seconds to wait.",
    Kind.AWAY: "Away for a moment; `Retry-After` says for how many seconds to wait.",
}
WRITES = ("post", "put", "patch", "delete")


@extend_schema_serializer(component_name="Wrong")
class WrongShape(serializers.Serializer[Any]):
    """One thing that is wrong in what was sent."""

    pointer = serializers.CharField(help_text="Which member, as a JSON pointer; `?name` for a parameter, or a header.")
    detail = serializers.CharField(help_text="What is wrong about it, for people.")
    code = serializers.CharField(help_text="The same for programs.")


@extend_schema_serializer(component_name="Problem")
class ProblemShape(serializers.Serializer[Any]):
    """Nothing was done, and why (RFC 9457)."""

    type = serializers.URLField(help_text="Which problem it is: an address that explains it.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="A sentence about this case, for people.")
    errors = WrongShape(many=True, required=False)
    reauthenticate = serializers.CharField(required=False, help_text="Where the password is given once more.")


def answers(good: Mapping[Any, Any], *kinds: Kind) -> dict[Any, Any]:
    """What an operation can answer: what it does when all is well, and its own problems beside those of all."""
    told: dict[int, list[str]] = {}
    for kind in kinds:
        told.setdefault(kind.status, []).append(TITLES[kind])
    problems = {
        (status, MEDIA_TYPE): OpenApiResponse(ProblemShape, description=" ".join(said)) for status, said in told.items()
    }
    return {**good, **problems}


def only_for_apps(endpoints: list[Any]) -> list[Any]:
    """Those of all views of the framework that are part of the API: recipients have a door of their own."""
    return [found for found in endpoints if found[0].startswith(ROOT)]


def with_what_all_share(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Add to each operation the language it is asked in and the problems that any of its kind can have."""
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            operation["parameters"] = [*operation.get("parameters", []), LANGUAGE]
            for kind in _of_all(path, method, operation):
                operation["responses"].setdefault(str(kind.status), _problem(kind))
            _with_headers(operation["responses"])
    return result


def _of_all(path: str, method: str, operation: Mapping[str, Any]) -> Iterator[Kind]:
    yield from (Kind.TOO_MANY, Kind.AWAY)
    if operation.get("security"):
        yield Kind.SIGN_IN
    if "{" in path:
        yield Kind.NOT_FOUND
    if any(parameter["in"] == "query" for parameter in operation["parameters"]):
        yield Kind.INVALID
    if method in WRITES:
        yield Kind.FORBIDDEN
    if "requestBody" in operation:
        yield from (Kind.UNREADABLE, Kind.TOO_LARGE, Kind.MEDIA, Kind.INVALID)


def _problem(kind: Kind) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": TITLES[kind], "content": content}


def _with_headers(responses: Mapping[str, Any]) -> None:
    seconds = {"schema": {"type": "integer"}, "description": "How many seconds to wait."}
    for status in (str(Kind.TOO_MANY.status), str(Kind.AWAY.status)):
        responses[status]["headers"] = {"Retry-After": seconds}
