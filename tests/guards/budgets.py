"""Budgets of size and shape: how long a module, a function and a view may be, and how a module begins."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.guards.sources import ROOT, Finding, named, parsed, python_files

MODULE_LINES = 400
FUNCTION_LINES = 40
VIEW_LINES = 25
EMPTY_NAMES = {"utils", "helpers", "common", "core", "misc"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def findings(root: Path = ROOT) -> Iterator[Finding]:
    """Every breach of the budgets in the project's modules."""
    for path in python_files(root):
        yield from _of_module(path, root)


def _of_module(path: Path, root: Path) -> Iterator[Finding]:
    where, tree = named(path, root), parsed(path)
    lines = len(path.read_text(encoding="utf-8").splitlines())
    if lines > MODULE_LINES:
        yield Finding(where, 1, f"{lines} lines; a module has at most {MODULE_LINES}: split it by subject")
    if EMPTY_NAMES & {part.removesuffix(".py") for part in Path(where).parts}:
        yield Finding(where, 1, "a name that says nothing: call the module by its subject")
    if lines and not _opens_with_a_sentence(tree):
        yield Finding(where, 1, "open the module with one sentence that says what it is for")
    for node in ast.walk(tree):
        if isinstance(node, Function):
            yield from _of_function(node, where)


def _of_function(node: Function, where: str) -> Iterator[Finding]:
    lines = _length(node)
    if lines > FUNCTION_LINES:
        yield Finding(where, node.lineno, f"{node.name} has {lines} lines; at most {FUNCTION_LINES}: split it")
    elif _is_view(node, where) and lines > VIEW_LINES:
        yield Finding(where, node.lineno, f"view {node.name} has {lines} lines; at most {VIEW_LINES}: call a service")
    if not _may_import_late(node, where):
        for inner in ast.walk(node):
            if isinstance(inner, ast.Import | ast.ImportFrom):
                yield Finding(where, inner.lineno, f"import inside {node.name}: imports stand on top of the module")


def _may_import_late(node: Function, where: str) -> bool:
    """`AppConfig.ready()`, and what starts the services: there, Django is set up only once they answer."""
    return where.startswith("occicor/embedded/") or (where.endswith("apps.py") and node.name == "ready")


def _length(node: Function) -> int:
    """Lines of a function from `def` to its end, without its docstring."""
    total = (node.end_lineno or node.lineno) - node.lineno + 1
    if ast.get_docstring(node, clean=False) is None:
        return total
    docstring = node.body[0]
    return total - ((docstring.end_lineno or docstring.lineno) - docstring.lineno + 1)


def _is_view(node: Function, where: str) -> bool:
    in_views = Path(where).name.startswith("views") or "views" in Path(where).parts
    return in_views and bool(node.args.args) and node.args.args[0].arg == "request"


def _opens_with_a_sentence(tree: ast.Module) -> bool:
    docstring = ast.get_docstring(tree) or ""
    return docstring.split("\n\n")[0].rstrip().endswith((".", "?"))
