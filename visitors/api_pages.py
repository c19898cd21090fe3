"""What the page for developers shows of the API's description: its parts, with the words of the document itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from privacy.api.problems import Kind
from privacy.api.schema import TITLES

_METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Row:
    """One parameter or member: what it is called, of which kind it is, whether it must be there, and what it means."""

    name: str
    kind: str
    must: bool
    meaning: str


@dataclass(frozen=True)
class Answer:
    """One status: what it means, and the name of the shape that comes with it."""

    status: str
    meaning: str
    shape: str


@dataclass(frozen=True)
class Operation:
    """One thing that an app can do."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    signed_in: bool
    parameters: list[Row]
    sends: list[str]
    answers: list[Answer]


@dataclass(frozen=True)
class Group:
    """The operations about one subject."""

    id: str
    title: str
    operations: list[Operation]


@dataclass(frozen=True)
class Shape:
    """What is sent or comes back, member by member; `one_of` where it is one of several."""

    name: str
    meaning: str
    members: list[Row]
    one_of: list[str]


def groups(document: Mapping[str, Any]) -> list[Group]:
    """Every operation, by subject, in the order of the document."""
    found: dict[str, list[Operation]] = {}
    for path, operations in document["paths"].items():
        for method in _METHODS:
            if told := operations.get(method):
                found.setdefault(told["tags"][0], []).append(_operation(document, path, method, told))
    return [Group(title.lower().replace(" ", "-"), title, operations) for title, operations in found.items()]


def shapes(document: Mapping[str, Any]) -> list[Shape]:
    """Everything that is sent or comes back, by name."""
    return [_shape(name, told) for name, told in document["components"]["schemas"].items()]


def problems() -> list[tuple[Kind, str]]:
    """Every problem there is, with what it means."""
    return [(kind, TITLES[kind]) for kind in Kind]


def _operation(document: Mapping[str, Any], path: str, method: str, told: Mapping[str, Any]) -> Operation:
    sent = told.get("requestBody", {}).get("content", {})
    return Operation(
        id=told["operationId"].replace("_", "-"),
        method=method.upper(),
        path=path,
        summary=told["summary"],
        description=told.get("description", ""),
        signed_in=bool(told.get("security")) and {} not in told["security"],
        parameters=[_parameter(one) for one in told.get("parameters", []) if one["name"] != "Accept-Language"],
        sends=list(dict.fromkeys(_kind(content["schema"]) for content in sent.values())),
        answers=list(_answers(document, told["responses"])),
    )


def _answers(document: Mapping[str, Any], responses: Mapping[str, Any]) -> Iterator[Answer]:
    for status, told in sorted(responses.items()):
        whole = document["components"]["responses"][told["$ref"].rpartition("/")[2]] if "$ref" in told else told
        kinds = {_kind(content["schema"]) for content in whole.get("content", {}).values()} - {"Problem"}
        if status < "400" or kinds:
            yield Answer(status, whole["description"], ", ".join(sorted(kinds)))
        else:
            yield Answer(status, whole["description"], "")


def _parameter(told: Mapping[str, Any]) -> Row:
    place = {"header": " (header)", "query": "", "path": " (in the address)"}[told["in"]]
    return Row(told["name"], f"{_kind(told['schema'])}{place}", bool(told.get("required")), told.get("description", ""))


def _shape(name: str, told: Mapping[str, Any]) -> Shape:
    must = set(told.get("required", ()))
    members = [
        Row(member, _kind(schema), member in must, schema.get("description", ""))
        for member, schema in told.get("properties", {}).items()
    ]
    return Shape(name, told.get("description", ""), members, [_kind(one) for one in told.get("oneOf", ())])


def _kind(schema: Mapping[str, Any]) -> str:
    """The kind of a value in a word or two."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if several := schema.get("oneOf") or schema.get("anyOf") or schema.get("allOf"):
        return " or ".join(_kind(one) for one in several)
    if "enum" in schema:
        return " | ".join("null" if one is None else str(one) for one in schema["enum"])
    kinds = schema.get("type", "any")
    named = " or ".join(kinds) if isinstance(kinds, list) else str(kinds)
    if named == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return f"{named}, {schema['format']}" if "format" in schema else named
