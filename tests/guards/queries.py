"""Views do not query: they call a service or a selector, so that a rule about who may see what lives in one place."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.guards.sources import ROOT, Finding, named, parsed, python_files

MANAGERS = {"objects", "_base_manager", "_default_manager"}
DOORS = ("views", "forms", "urls", "tasks")
SHORTCUTS = {"get_object_or_404", "get_list_or_404"}


def findings(root: Path = ROOT) -> Iterator[Finding]:
    """Every query in a view, a form, a table of addresses or a task."""
    for path in python_files(root):
        where = named(path, root)
        if _is_door(Path(where)):
            yield from (Finding(where, line, f"{what}: ask selectors.py") for line, what in _queries(parsed(path)))


def _is_door(path: Path) -> bool:
    if path.parts[0] in {"tests", "benchmarks"}:
        return False
    return path.name.startswith(DOORS) or bool(set(DOORS) & set(path.parts))


def _queries(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS:
            yield node.lineno, f"a query through .{node.attr}"
        elif isinstance(node, ast.Name) and node.id in SHORTCUTS:
            yield node.lineno, f"a query through {node.id}"
        elif isinstance(node, ast.Attribute) and node.attr == "cursor":
            yield node.lineno, "SQL through a cursor"
