"""Every requirement of OWASP ASVS 5.0, levels 1 and 2, has what shows it, or a reason; what it names is there and runs.

`python -m tests.guards.asvs` writes the page that is made of the map.
"""

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeGuard

from tests.guards.asvs_map import LEVELS, MAP, REASONS, levels, read, whole
from tests.guards.asvs_page import as_page
from tests.guards.sources import ROOT, Finding, parsed

PAGE = "docs/reference/asvs.md"
# The levels of which every requirement needs a row; of the third those are told that are met.
WHOLE = 2
KEYS = {"level", "asks", "tests", "places", *REASONS}
# What keeps a test from showing anything.
IDLE = {"skip", "skipif", "xfail"}
# One word is no reason.
FEWEST_WORDS = 2


def findings(root: Path = ROOT) -> Iterator[Finding]:
    """Each requirement without a row or a proof, each test and place that is not there, and a page of another map."""
    told = whole(root)
    standard = levels()
    elsewhere = told.get("chapters_not_here", {})
    rows = told.get("requirements", {})
    for number, level in standard.items():
        if level <= WHOLE and number not in rows and number.partition(".")[0] not in elsewhere:
            yield Finding(MAP, 1, f"{number} is asked at level {level} and has no row")
    for chapter in (one for one, reason in elsewhere.items() if one not in LEVELS or not _is_reason(reason)):
        yield Finding(MAP, 1, f"chapter {chapter} is none of the standard's, or has no reason")
    for number in (one for one in rows if one.partition(".")[0] in elsewhere):
        yield Finding(MAP, 1, f"{number} has a row, and its whole chapter does not arise")
    for number, row in rows.items():
        yield from (Finding(MAP, 1, f"{number} {wrong}") for wrong in _wrong(root, row, standard.get(number)))
    page = root / PAGE
    if not page.exists() or page.read_text(encoding="utf-8") != as_page(read(root), elsewhere):
        yield Finding(PAGE, 1, "says other than the map: `python -m tests.guards.asvs` writes it anew")


def _wrong(root: Path, row: Mapping[str, Any], level: int | None) -> Iterator[str]:
    """What is wrong with one row."""
    if row.get("level") != level:
        yield f"has level {row.get('level')} here and {level or 'no place'} in the standard"
    if unknown := sorted(row.keys() - KEYS):
        yield f"says {', '.join(unknown)}, which means nothing here"
    if not str(row.get("asks", "")).strip():
        yield "does not say what is asked"
    reasons = [row[key] for key in REASONS if key in row]
    if len(reasons) > 1 or not all(map(_is_reason, reasons)):
        yield f"needs one reason among {', '.join(REASONS)}, in words"
    if not (reasons or row.get("tests") or row.get("places")):
        yield "has neither a test nor a place nor a reason"
    for kind in ("tests", "places"):
        if len(row.get(kind, ())) != len(set(row.get(kind, ()))):
            yield f"names one of its {kind} twice"
    yield from (
        f"names {test}, which is not there, or does not run" for test in row.get("tests", ()) if not _runs(root, test)
    )
    yield from (f"names {place}, which is not there" for place in row.get("places", ()) if not _is_there(root, place))


def _is_reason(text: object) -> bool:
    return isinstance(text, str) and len(text.split()) >= FEWEST_WORDS


def _is_there(root: Path, place: str) -> bool:
    """Whether it is a file of the project, or a folder below it."""
    path = (root / place).resolve()
    return path.exists() and path != root.resolve() and path.is_relative_to(root.resolve())


def _runs(root: Path, test: str) -> bool:
    """Whether pytest collects it, in a file and under a name that it looks for, and nothing lets it out."""
    where, _, name = test.partition("::")
    in_tests = where.startswith("tests/") and ".." not in where and Path(where).name.startswith("test_")
    return in_tests and name in _tests_of(root / where)


@cache
def _tests_of(path: Path) -> frozenset[str]:
    tree = parsed(path) if path.is_file() else ast.Module([], [])
    if _is_idle(node.value for node in tree.body if isinstance(node, ast.Assign) and _sets_marks(node)):
        return frozenset()
    nodes = [*tree.body, *(inner for node in tree.body if _is_class(node) for inner in node.body)]
    tests = (node for node in nodes if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"))
    return frozenset(test.name for test in tests if not _is_idle(test.decorator_list))


def _is_class(node: ast.stmt) -> TypeGuard[ast.ClassDef]:
    return isinstance(node, ast.ClassDef) and node.name.startswith("Test") and not _is_idle(node.decorator_list)


def _sets_marks(node: ast.Assign) -> bool:
    return any(isinstance(target, ast.Name) and target.id == "pytestmark" for target in node.targets)


def _is_idle(marks: Iterable[ast.expr]) -> bool:
    parts = (part for mark in marks for part in ast.walk(mark))
    return any(isinstance(part, ast.Attribute) and part.attr in IDLE for part in parts)


if __name__ == "__main__":
    told = whole()
    (ROOT / PAGE).write_text(as_page(read(), told.get("chapters_not_here", {})), encoding="utf-8")
    sys.exit(0)
