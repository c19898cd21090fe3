"""The matrix of attacks is whole: each row has tests that exist, and the page of the docs says so."""

import ast
import re

from occicor.embedded.layout import PROJECT
from tests.attacks.matrix import PAGE, Row, findings, page, rows
from tests.guards import locks

APPS = ("privacy", "accounts", "consent", "rights_requests", "visitors", "occicor")
SECRET = re.compile(r"(?:^|_)(?:token|secret|signature|mac|password|otp|nonce)$")
# Who may write a table for spreadsheets by hand, and why its cells need no guard or have one.
BY_HAND = {
    "privacy/spreadsheets.py": "the guard itself",
    "accounts/imports/staging.py": "into the database",
    "accounts/imports/selectors.py": "each cell guarded",
}


def test_every_attack_is_tried_by_tests_that_exist() -> None:
    assert [row.id for row in rows()] == [f"A{number}" for number in range(1, 29)]
    assert list(findings(rows())) == []


def test_a_row_without_a_test_and_a_test_that_does_not_exist_are_found() -> None:
    tried = (Row("A1", "", "", "", ()), Row("A2", "", "", "", ("attacks/test_urls.py::test_nothing", "no/file.py::x")))
    assert list(findings(tried)) == [
        "A1 has no test",
        "A2: there is no attacks/test_urls.py::test_nothing",
        "A2: there is no no/file.py::x",
    ]


def test_the_page_of_the_docs_says_what_is_tried() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "write it anew: .venv/bin/python -m tests.attacks.matrix"


def test_every_requirement_is_pinned_with_its_hash() -> None:
    """As the gate of the locks finds it (its own tests show it finding); both files name something."""
    assert list(locks.findings()) == []
    for name in locks.FILES.values():
        pinned = re.findall(r"^[\w.\[\]-]+==\S+", (PROJECT / name).read_text(encoding="utf-8"), re.MULTILINE)
        assert pinned, name


def test_every_table_for_a_spreadsheet_is_guarded() -> None:
    """Whoever writes one takes the one guard; by hand only those whose cells are nobody's words."""
    modules = [path for app in APPS for path in (PROJECT / app).rglob("*.py")]
    found = {str(path.relative_to(PROJECT)) for path in modules if "csv.writer(" in path.read_text(encoding="utf-8")}
    assert found == set(BY_HAND)


def test_no_secret_is_compared_letter_by_letter() -> None:
    """`==` stops at the first letter that differs; secrets are compared by hmac, or looked up by their digest (A4)."""
    found = [
        f"{path.relative_to(PROJECT)}:{compared.lineno}"
        for app in APPS
        for path in (PROJECT / app).rglob("*.py")
        for compared in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(compared, ast.Compare) and _of_a_secret(compared)
    ]
    assert found == []


def _of_a_secret(compared: ast.Compare) -> bool:
    if not any(isinstance(how, ast.Eq | ast.NotEq) for how in compared.ops):
        return False
    sides = [compared.left, *compared.comparators]
    if any(isinstance(side, ast.Constant) for side in sides):
        return False
    return any(SECRET.search(_called(side)) for side in sides)


def _called(side: ast.expr) -> str:
    if isinstance(side, ast.Attribute):
        return side.attr
    return side.id if isinstance(side, ast.Name) else ""


def test_a_comparison_of_a_secret_is_seen() -> None:
    plain, named = (ast.parse(text, mode="eval").body for text in ("row.name == name", "row.token_secret != given"))
    assert isinstance(plain, ast.Compare)
    assert isinstance(named, ast.Compare)
    assert [_of_a_secret(plain), _of_a_secret(named)] == [False, True]
