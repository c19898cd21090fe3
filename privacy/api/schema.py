"""How the API describes itself (OpenAPI 3.1): each operation with every answer that it can give, problems included."""

from collections.abc import Iterator, Mapping
from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema_serializer
from rest_framework import serializers

from privacy.api.problems import MEDIA_TYPE, RETRY_SECONDS, ROOT, Kind

LANGUAGE = {
    "name": "Accept-Language",
    "in": "header",
    "schema": {"type": "string"},
    "description": "The language of every sentence in the answer: `en`, `fr` or `ar`.",
}
TITLES = {
    Kind.UNREADABLE: "This cannot be read.",
    Kind.SIGN_IN: "Nobody is signed in, or the sign-in has ended.",
    Kind.FORBIDDEN: "The caller may not do this, or the proof against forged requests is missing.",
    Kind.REAUTHENTICATE: "The password, or the second step, has to be given once more.",
    Kind.NOT_FOUND: "There is no such thing, or it is somebody else’s: the answers are the same.",
    Kind.METHOD: "The address does not know this method.",
    Kind.IN_FLIGHT: "The first request with this key has no answer yet.",
    Kind.OTHER_REQUEST: "The key was used for another request.",
    Kind.BROKEN: "A fault of ours; it is on record here.",
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
    errors = WrongShape(many=True, required=False)  # type: ignore[assignment] # the name of the member
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
                _may_answer(operation["responses"], kind)
    result["components"]["responses"] = {_name(kind): _problem(kind) for kind in TITLES}
    return result


def _may_answer(responses: dict[str, Any], kind: Kind) -> None:
    """One more thing that an operation can answer; beside what it answers with this status by itself."""
    own = responses.get(str(kind.status))
    if own is None:
        responses[str(kind.status)] = {"$ref": f"#/components/responses/{_name(kind)}"}
    elif "content" in own:
        own["content"] = {**own["content"], **_problem(kind)["content"]}


def _name(kind: Kind) -> str:
    return "".join(part.title() for part in kind.word.split("-"))


def in_plain_names(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Call shapes what they are, say that nothing unknown is taken, and leave out what only the generator needs."""
    # The generator knows methods as a set; the same code is to make the same document.
    result["paths"] = {path: dict(sorted(operations.items())) for path, operations in result["paths"].items()}
    schemas = result["components"]["schemas"]
    for name in _sent(result["paths"], schemas):
        schemas[name]["additionalProperties"] = False
    plain: dict[str, Any] = _plain(result)
    shapes = plain["components"]["schemas"]
    plain["components"]["schemas"] = {name.replace("Shape", ""): shapes[name] for name in sorted(shapes)}
    return plain


def _sent(paths: Mapping[str, Any], schemas: Mapping[str, Any]) -> set[str]:
    """The names of all shapes that apps send."""
    found: set[str] = set()
    for operations in paths.values():
        for operation in operations.values():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                name = content["schema"]["$ref"].rpartition("/")[2]
                kinds = schemas[name].get("oneOf", [])
                found |= {kind["$ref"].rpartition("/")[2] for kind in kinds} or {name}
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items() if name != "x-spec-enum-id"}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value.replace("Shape", "") if isinstance(value, str) and value.startswith("#/components/") else value


def _of_all(path: str, method: str, operation: Mapping[str, Any]) -> Iterator[Kind]:
    yield from (Kind.TOO_MANY, Kind.AWAY)
    if operation.get("security"):
        yield Kind.SIGN_IN
    if "{" in path:
        yield Kind.NOT_FOUND
    names = {parameter["name"] for parameter in operation["parameters"]}
    if names & {"limit", "Idempotency-Key"}:
        yield Kind.INVALID
    if "Idempotency-Key" in names:
        yield Kind.IN_FLIGHT
    if method in WRITES:
        yield Kind.FORBIDDEN
    if "requestBody" in operation:
        yield from (Kind.UNREADABLE, Kind.TOO_LARGE, Kind.MEDIA, Kind.INVALID)


def _problem(kind: Kind) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    told: dict[str, Any] = {"description": TITLES[kind], "content": content}
    if kind in RETRY_SECONDS:
        seconds = {"schema": {"type": "integer"}, "description": "How many seconds to wait."}
        told["headers"] = {"Retry-After": seconds}
    return told
