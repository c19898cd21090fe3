"""docs/reference/api.md: every operation of the API, read from its description."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.guards.reference.markdown import Page, code, first_sentence, table
from tests.guards.sources import ROOT

DESCRIPTION = "docs/reference/openapi.json"
# What every operation can answer stands once above all of them.
SHARED = {"400", "401", "403", "413", "415", "422", "429", "503"}
WHO = {
    "sessionToken": "an app with the token of a session",
    "sessionCookie": "a browser that is signed in",
    "customerKey": "a Customer’s key",
}
HEAD = """# The API, operation by operation

Made by `python -m tests.guards.reference` from [its description](openapi.json) (OpenAPI 3.1), which says the \
shapes too. [How to use it](../how-to/use-the-api.md), step by step; [the part about consent](consent-api.md) in \
words.

Every operation can also answer 400, 413, 415 or 422 (what was sent is wrong), 401 (sign in), 403 (not for you), \
429 and 503 (later); the table names what is its own.
"""


def page(root: Path = ROOT) -> Page:
    """The page, and each operation without a summary."""
    described = json.loads((root / DESCRIPTION).read_text(encoding="utf-8"))
    made = Page(HEAD)
    groups: dict[str, list[tuple[str, ...]]] = {}
    for where, operation in _operations(described):
        answers = ", ".join(sorted(set(operation["responses"]) - SHARED))
        summary = operation.get("summary", "")
        row = (code(where), summary, first_sentence(operation.get("description")), _who(operation), answers)
        groups.setdefault(operation["tags"][0], []).append(row)
        made.lacking += [] if summary else [(DESCRIPTION, f"{where} has no summary")]
    for group, rows in groups.items():
        made.text += f"\n## {group}\n\n" + table(("operation", "what it does", "besides", "for", "answers"), rows)
    return made


def _operations(described: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            yield f"{method.upper()} {path}", operation


def _who(operation: dict[str, Any]) -> str:
    ways = [name for way in operation.get("security", ()) for name in way]
    anybody = {} in operation.get("security", ())
    return "anybody" if anybody else "; ".join(WHO.get(way, way) for way in ways)
