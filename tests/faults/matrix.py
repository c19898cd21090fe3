"""The table of faults as a whole: what it lacks, and the page of the docs that it prints.

`python -m tests.faults.matrix` writes docs/reference/faults.md anew.
"""

import ast
import sys
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from functools import cache

from tests.faults.matrix_of_deaths import DYING
from tests.faults.matrix_of_meetings import MEETING
from tests.faults.matrix_of_surroundings import SURROUNDINGS
from tests.faults.matrix_words import ALL, FAULTS, LACKING, STEPS, Rows
from tests.guards.sources import ROOT

PAGE = "docs/reference/faults.md"
ROWS = (*DYING, *MEETING, *SURROUNDINGS)
Cell = tuple[str, str, str]
HEAD = """# Faults: what happens when something dies

Made by `python -m tests.faults.matrix` from `tests/faults/matrix_*.py`; a test compares it, and finds a kind of job, a
fault or a step that nothing is said of, and a test that is not there. `make soak` makes the first ones at random
instants, on a running site, as often as you like: [how to break it yourself](../how-to/break-it-yourself.md).

What holds after each: no accepted job is unfinished, each effect stands once, effect and audit stand together, the
chains of audit and ledger are whole, a request took legal edges only, and nothing of a person lies on the disk in the
clear.
"""


WITHOUT = {(step, kind) for rows in LACKING for step in rows.steps for kind in rows.kinds}


def cells_of(rows: Rows) -> Iterator[Cell]:
    """Each cell of a block; a reason for several steps is none for those that a kind does not have."""
    for step in rows.steps:
        for kind in rows.kinds:
            if rows.tests or (step, kind) not in WITHOUT:
                yield rows.fault, step, kind


def findings(kinds: Collection[str], rows: Sequence[Rows] = ROWS) -> Iterator[str]:
    """What is missing, said twice in different ways, or named and not there; `kinds` are those of the registry."""
    for kind in sorted(set(kinds) ^ set(ALL)):
        yield f"the kind of job {kind!r} stands in one of registry and table only"
    shown: set[Cell] = set()
    empty: set[Cell] = set()
    for block in rows:
        (shown if block.tests else empty).update(cells_of(block))
        if bool(block.tests) == bool(block.why):
            yield f"{block.fault} {block.steps}: either tests or a reason"
        yield from (f"{block.fault} {block.steps}: there is no test {test}" for test in block.tests if not exists(test))
    wanted = {(fault, step, kind) for fault in FAULTS for step in STEPS for kind in ALL if (step, kind) not in WITHOUT}
    yield from (f"{' '.join(cell)}: nothing is said of it" for cell in sorted(wanted - shown - empty))
    yield from (f"{' '.join(cell)}: no such cell" for cell in sorted((shown | empty) - wanted))
    yield from (f"{' '.join(cell)}: shown, and said to be empty" for cell in sorted(shown & empty))


@cache
def _tests_in(path: str) -> frozenset[str]:
    file = ROOT / path
    tree = ast.parse(file.read_text(encoding="utf-8")) if file.exists() else ast.Module([], [])
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def exists(test: str) -> bool:
    """Whether a test of this name stands in this file."""
    path, _, name = test.partition("::")
    return name.startswith("test_") and name in _tests_in(path)


def page() -> str:
    """The page of the docs."""
    parts = [HEAD, "## The steps", ""]
    parts += [f"- **{step}**: {words}" for step, words in STEPS.items()]
    parts += ["", "## Steps that a kind of job does not have", "", "| step | kinds | why |", "|---|---|---|"]
    parts += [f"| {rows.steps} | {_kinds(rows.kinds)} | {rows.why} |" for rows in LACKING]
    for fault, words in FAULTS.items():
        parts += ["", f"## {fault}: {words}", "", "| step | kinds of job | shown by |", "|---|---|---|"]
        parts += [f"| {step} | {kinds} | {how} |" for step, kinds, how in _lines(fault)]
    return "\n".join(parts) + "\n"


def _lines(fault: str) -> Iterator[tuple[str, str, str]]:
    """The cells of a fault: those of one step that say the same together."""
    said: dict[Cell, list[str]] = defaultdict(list)
    for rows in ROWS:
        for cell in cells_of(rows):
            if rows.fault == fault:
                said[cell] += [f"`{test}`" for test in rows.tests] or [rows.why]
    for step in STEPS:
        alike: dict[str, list[str]] = defaultdict(list)
        for kind in ALL:
            if found := said.get((fault, step, kind)):
                alike["<br>".join(dict.fromkeys(found))].append(kind)
        for how, kinds in alike.items():
            yield step, _kinds(kinds), how


def _kinds(kinds: Sequence[str]) -> str:
    missing = sorted(set(ALL) - set(kinds))
    if not missing:
        return "all"
    return f"all but {', '.join(missing)}" if len(missing) < len(kinds) else ", ".join(sorted(kinds))


if __name__ == "__main__":
    (ROOT / PAGE).write_text(page(), encoding="utf-8")
    sys.exit(0)
