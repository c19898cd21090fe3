"""JSON Schema (2020-12) of everything in the package that is JSON, so that other software can check what it reads."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from privacy.data_map.declarations import Holding
from privacy.package.columns import ANOTHER_PERSON, Column, columns_of
from privacy.package.contents import Copied, Described, described
from privacy.package.per_language import per_language

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TEXT: Mapping[str, Any] = {"type": "string"}
COUNT: Mapping[str, Any] = {"type": "integer", "minimum": 0}
CODED: Mapping[str, Any] = {
    "type": "object",
    "required": ["code", "text"],
    "properties": {"code": TEXT, "text": TEXT},
    "additionalProperties": False,
}

# The JSON that `row_to_json` writes for each kind of value; numbers and instants have values that JSON says as text.
KINDS: Mapping[str, Mapping[str, Any]] = {
    "text": {"type": "string"},
    "address": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": ["number", "string"]},
    "boolean": {"type": "boolean"},
    "instant": {"type": "string", "format": "date-time"},
    "date": {"type": "string", "format": "date"},
    "time": {"type": "string"},
    "duration": {"type": "string", "format": "duration"},
    "list": {"type": "array"},
    "json": {},
    "other": {},
}


def schema(copies: Iterable[Copied]) -> dict[str, Any]:
    """The whole document: the root describes `manifest.json`, `$defs/<slug>` a line of `data/<slug>.jsonl`."""
    copies = list(copies)
    lines = {copied.slug: _line_schema_of(copied) for copied in copies if copied.count}
    return {
        "$schema": DIALECT,
        "$comment": "The root describes manifest.json; $defs/NAME describes each line of data/NAME.jsonl.",
        "$ref": "#/$defs/manifest",
        "$defs": {
            **lines,
            "manifest": _manifest(),
            "consents": {
                "type": "object",
                "required": ["consents"],
                "properties": {"consents": {"type": "array", "items": {"type": "object", "required": ["holding"]}}},
            },
        },
    }


@per_language
def line_schema(holding: type[Holding]) -> dict[str, Any]:
    """The schema of one row of a holding."""
    return _line(described(holding), columns_of(holding))


def _line_schema_of(copied: Copied) -> dict[str, Any]:
    """The schema that every copy shares, or one of its own where something is left out."""
    if copied.columns is copied.described.columns:
        return line_schema(copied.holding)
    return _line(copied.described, copied.columns)


def _line(said: Described, columns: Sequence[Column]) -> dict[str, Any]:
    return {
        "title": said.title,
        "description": f"One line of data/{said.slug}.jsonl",
        "type": "object",
        "required": [column.name for column in columns],
        "properties": {column.name: _value(column) for column in columns},
        "additionalProperties": False,
    }


def _value(column: Column) -> dict[str, Any]:
    described: dict[str, Any] = {"title": column.label}
    if column.rule.third_person:
        return {**described, "enum": [ANOTHER_PERSON, "", None]}
    if column.choices:
        described["description"] = "; ".join(f"{key} = {text}" for key, text in column.choices.items())
    kind = dict(KINDS[column.kind])
    if isinstance(kind.get("type"), str):
        kind["type"] = [kind["type"]]
    if "type" in kind:
        kind["type"] = [*kind["type"], "null"]
    if marks := list(column.marks()):
        return {**described, "anyOf": [kind, {"enum": marks}]}
    return {**described, **kind}


def _manifest() -> dict[str, Any]:
    required = ["format", "format_version", "reference", "generated_at", "controller", "holdings", "members", "rights"]
    return {
        "title": "Manifest of the package",
        "type": "object",
        "required": required,
        "properties": {
            "format": {"const": "occicor-package"},
            "format_version": TEXT,
            "reference": TEXT,
            "right": TEXT,
            "language": TEXT,
            "received_at": {"type": "string", "format": "date-time"},
            "generated_at": {"type": "string", "format": "date-time"},
            "controller": {"type": "object", "required": ["name", "contact"]},
            "holdings": {"type": "array", "items": _holding()},
            "omissions": {"type": "array", "items": {"type": "object", "required": ["code", "title", "text"]}},
            "stores": {"type": "array", "items": {"type": "object", "required": ["name", "title", "because"]}},
            "rights": {"type": "array", "items": {"type": "object", "required": ["code", "article", "title", "text"]}},
            "members": {"type": "array", "items": _member()},
        },
    }


def _holding() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["slug", "title", "count", "purposes", "basis", "source", "recipients", "retention", "categories"],
        "properties": {
            "slug": TEXT,
            "title": TEXT,
            "count": COUNT,
            "other_people": COUNT,
            "purposes": {"type": "array", "items": CODED},
            "basis": CODED,
            "source": TEXT,
            "recipients": {"type": "array", "items": TEXT},
            "retention": {"type": "object", "required": ["profile", "after", "days", "text"]},
            "categories": {"type": "array", "items": CODED},
            "files": {"type": "array", "items": TEXT},
        },
    }


def _member() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["name", "size", "sha256"],
        "properties": {"name": TEXT, "size": COUNT, "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"}},
        "additionalProperties": False,
    }
