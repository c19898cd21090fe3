"""Each fault meets each step of each kind of job: shown by a test that is there, or said why there is nothing."""

from privacy.jobs import registry
from tests.faults import matrix
from tests.faults.matrix_words import ALL, Rows, but
from tests.faults.works import WORKS
from tests.guards.sources import ROOT

KINDS = set(registry._kinds)


def test_nothing_is_left_unsaid_and_every_test_is_there() -> None:
    assert list(matrix.findings(KINDS)) == []
    assert set(WORKS) == KINDS == set(ALL)


def test_the_page_of_the_docs_says_what_is_shown() -> None:
    written = (ROOT / matrix.PAGE).read_text(encoding="utf-8")
    assert written == matrix.page(), "python -m tests.faults.matrix"


def test_a_cell_that_is_missing_doubled_or_shown_by_nothing_is_found() -> None:
    first = matrix.ROWS[0]
    assert first == Rows("F1", "A", but("retention"), why=first.why)
    assert "F1 A access: nothing is said of it" in matrix.findings(KINDS, matrix.ROWS[1:])
    assert "the kind of job 'letters' stands in one of registry and table only" in matrix.findings({*KINDS, "letters"})
    more = (*matrix.ROWS, Rows("F1", "A", ALL, ("tests/faults/test_matrix.py::test_that_nobody_wrote",)))
    found = set(matrix.findings(KINDS, more))
    assert "F1 A: there is no test tests/faults/test_matrix.py::test_that_nobody_wrote" in found
    assert {"F1 A access: shown, and said to be empty", "F1 A retention: no such cell"} <= found
    assert "F1 A: either tests or a reason" in matrix.findings(KINDS, (*matrix.ROWS, Rows("F1", "A", ("access",))))
