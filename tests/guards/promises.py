"""The promises are named alike everywhere, each has a test that proves it, and the list of those tests is up to date.

`python -m tests.guards.promises` writes that list, which the desk's page of the promises shows.
"""

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from privacy.promises.catalogue import IDS, spread
from tests.guards.sources import ROOT, Finding, named, parsed, python_files

LIST = "privacy/promises/tests.json"
TABLE = "docs/reference/promises.md"
CATALOGUE = "privacy/promises/catalogue.py"
RENEW = "`python -m tests.guards.promises` writes it anew"
Marks = list[tuple[str, int, str]]


def findings(root: Path = ROOT) -> Iterator[Finding]:
    """Each mark of an unknown promise, each promise without a test, a list or a table that says something else."""
    marks = list(_marks(root))
    for where, line, name in marks:
        for unknown in sorted(set(spread(name)) - set(IDS)):
            yield Finding(where.partition("::")[0], line, f"there is no promise {unknown}")
        if not _is_test(where):
            yield Finding(where.partition("::")[0], line, f"{where} is no test, so its mark proves nothing")
    found = collected(marks)
    for promise in IDS:
        if promise not in found:
            yield Finding("tests", 1, f'no test is marked with @pytest.mark.promise("{promise}")')
    written = root / LIST
    if not written.exists() or written.read_text(encoding="utf-8") != as_text(found):
        yield Finding(LIST, 1, f"names other tests than are marked: {RENEW}")
    yield from _table(root)


def collected(marks: Marks) -> dict[str, list[str]]:
    """The tests of each promise, in the order of the policy."""
    found: dict[str, set[str]] = {}
    for where, _line, name in marks:
        for promise in spread(name):
            found.setdefault(promise, set()).add(where)
    return {promise: sorted(found[promise]) for promise in IDS if promise in found}


def as_text(found: dict[str, list[str]]) -> str:
    """The list as it is written."""
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def _marks(root: Path) -> Iterator[tuple[str, int, str]]:
    """Each mark of a test, a class of tests or a whole module: where, in which line, and of which promise."""
    for path in python_files(root):
        where = named(path, root)
        if where.startswith("tests/") and "mark.promise" in path.read_text(encoding="utf-8"):
            yield from _in(parsed(path), where)


def _in(node: ast.AST, owner: str) -> Iterator[tuple[str, int, str]]:
    for child in ast.iter_child_nodes(node):
        inner = f"{owner}::{child.name}" if isinstance(child, ast.FunctionDef | ast.ClassDef) else owner
        if isinstance(child, ast.Call) and _is_mark(child):
            yield owner, child.lineno, str(child.args[0].value)  # type: ignore[attr-defined] # a constant, see below
        yield from _in(child, inner)


def _is_test(where: str) -> bool:
    """Whether pytest collects what is marked: a file of tests, a class or a function in one."""
    file, *inner = where.split("::")
    return Path(file).name.startswith("test_") and all(part.startswith(("test_", "Test")) for part in inner)


def _is_mark(call: ast.Call) -> bool:
    called = call.func
    is_promise = isinstance(called, ast.Attribute) and called.attr == "promise"
    return is_promise and len(call.args) == 1 and isinstance(call.args[0], ast.Constant)


def _table(root: Path) -> Iterator[Finding]:
    """The table of the docs: the same ids, and the same words for whatever stands alone in its row."""
    rows = {}
    for number, line in enumerate((root / TABLE).read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("| P"):
            ids, short = (cell.strip() for cell in line.split("|")[1:3])
            rows[tuple(spread(ids))] = (number, short)
    told = [one for ids in rows for one in ids]
    for missing in sorted(set(IDS) ^ set(told)):
        yield Finding(TABLE, 1, f"{missing} stands in one of table and catalogue only")
    for promise, short in _catalogue(root):
        number, said = rows.get((promise,), (0, ""))
        if number and said != short:
            yield Finding(TABLE, number, f"{promise} is called otherwise in {CATALOGUE}")


def _catalogue(root: Path) -> Iterator[tuple[str, str]]:
    """The id and the short words of each promise, as they stand in the source: no language is active here."""
    for node in ast.walk(parsed(root / CATALOGUE)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Promise":
            yield ast.literal_eval(node.args[0]), ast.literal_eval(node.args[1].args[0])  # type: ignore[attr-defined]


if __name__ == "__main__":
    (ROOT / LIST).write_text(as_text(collected(list(_marks(ROOT)))), encoding="utf-8")
    sys.exit(0)
