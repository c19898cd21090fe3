"""Which attack is tried by which tests; as a program it writes the page of the docs.

`expects` is what the tests of the row assert; `asvs` are the requirements of OWASP ASVS 5.0 that ask for it.
"""

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLE = Path(__file__).with_name("matrix.toml")
PAGE = ROOT / "docs" / "reference" / "attacks.md"
HEAD = """\
# Attacks: what is tried, what must happen, and which test asserts it

Twenty-eight attacks, each with the requirements of [OWASP ASVS 5.0](https://github.com/OWASP/ASVS) that ask for its
answer. A test fails when a row names none, or one that does not exist. What cannot be told within a test suite is named
below the table. Why it is built so: [0058](../decisions/0058-attacks-are-tests.md).

Written by `.venv/bin/python -m tests.attacks.matrix`.
"""
FOOT = """\
**Elsewhere.** The statistics of timing (A4) are figures of `make bench ARGS="guessing"`; the suite holds what they
come from, the number of statements and of password hashes. Independent scanners are
[`make audit`](../how-to/audit-the-site.md). The tests of a row run with `make test ARGS="…"` and their names.
"""


@dataclass(frozen=True)
class Row:
    """One attack; `tests` are "folder/module::name" below tests/."""

    id: str
    attack: str
    expects: str
    asvs: str
    tests: tuple[str, ...]

    @property
    def line(self) -> str:
        """Its line in the table of the docs."""
        tests = "<br>".join(f"`tests/{test}`" for test in self.tests)
        return f"| {self.id} | {self.attack} | {self.expects} | {self.asvs} | {tests} |"


@cache
def rows() -> tuple[Row, ...]:
    """All attacks, in their order."""
    found = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return tuple(Row(id=name, **{**said, "tests": tuple(said["tests"])}) for name, said in found.items())


@cache
def tests_in(file: Path) -> frozenset[str]:
    """The names of the tests that a file holds, also those in classes; none where there is no such file."""
    if not file.exists():
        return frozenset()
    found = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    return frozenset(one.name for one in found if isinstance(one, ast.FunctionDef) and one.name.startswith("test_"))


def findings(tried: tuple[Row, ...]) -> Iterator[str]:
    """Each row without a test, and each test that is named and does not exist."""
    for row in tried:
        if not row.tests:
            yield f"{row.id} has no test"
        for test in row.tests:
            file, _colons, name = test.partition("::")
            if name not in tests_in(ROOT / "tests" / file):
                yield f"{row.id}: there is no {test}"


def page() -> str:
    """The page of the docs."""
    head = "| | what is tried | what must happen | ASVS 5.0 | tests |\n|---|---|---|---|---|"
    return "\n".join([HEAD, head, *(row.line for row in rows()), "", FOOT])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
