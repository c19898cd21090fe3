"""The gate of the promises: finds a mark of none, a promise without a test, and a list or table that says otherwise."""

import shutil

import pytest

from privacy.promises.catalogue import IDS
from tests.guards import promises
from tests.guards.conftest import Planter
from tests.guards.sources import ROOT

EVERY = (
    '"""Tests."""\n\nimport pytest\n\npytestmark = [pytest.mark.promise("P5.1"), pytest.mark.promise("P2.1-P2.7")]\n'
)


@pytest.fixture
def project(planted: Planter) -> Planter:
    """A project with one file of tests for every promise, and everything else as it is."""
    for where in (promises.TABLE, promises.CATALOGUE):
        planted.write(where, (ROOT / where).read_text(encoding="utf-8"))
    marks = ", ".join(f'pytest.mark.promise("{promise}")' for promise in IDS)
    planted.write("tests/test_all.py", f'"""Tests."""\n\nimport pytest\n\npytestmark = [{marks}]\n')
    planted.write(promises.LIST, promises.as_text({promise: ["tests/test_all.py"] for promise in IDS}))
    return planted


def found(project: Planter) -> list[str]:
    return [finding.message for finding in promises.findings(project.root)]


def test_a_project_that_is_in_order_passes(project: Planter) -> None:
    assert found(project) == []


def test_marks_are_found_on_tests_classes_and_modules_and_ranges_count_for_each(project: Planter) -> None:
    body = (
        '\n\n@pytest.mark.promise("P5.2")\ndef test_a() -> None:\n    pass\n\n\n'
        'class TestB:\n    @pytest.mark.promise("P5.3")\n    def test_c(self) -> None:\n        pass\n'
    )
    shutil.rmtree(project.root / "tests")
    project.write("tests/a/test_some.py", f"{EVERY}{body}")
    collected = promises.collected(list(promises._marks(project.root)))
    assert collected["P5.1"] == collected["P2.4"] == ["tests/a/test_some.py"]
    assert collected["P5.2"] == ["tests/a/test_some.py::test_a"]
    assert collected["P5.3"] == ["tests/a/test_some.py::TestB::test_c"]
    assert 'no test is marked with @pytest.mark.promise("P5.4")' in found(project)
    assert any("names other tests than are marked" in message for message in found(project))


def test_a_mark_of_no_promise_is_found(project: Planter) -> None:
    project.write("tests/test_more.py", f"{EVERY.replace('P5.1', 'P5.9')}")
    assert "there is no promise P5.9" in found(project)


def test_a_table_that_lacks_a_promise_or_calls_it_otherwise_is_found(project: Planter) -> None:
    table = (ROOT / promises.TABLE).read_text(encoding="utf-8")
    project.write(promises.TABLE, table.replace("| P5.2 | rectification |", "| P5.2 | corrections |"))
    assert found(project) == [f"P5.2 is called otherwise in {promises.CATALOGUE}"]
    project.write(promises.TABLE, "\n".join(line for line in table.splitlines() if not line.startswith("| P9.1")))
    assert found(project) == ["P9.1 stands in one of table and catalogue only"]


@pytest.mark.parametrize(
    ("where", "body"),
    [
        ("tests/test_more.py", '\n\n@pytest.mark.promise("P5.2")\ndef helper() -> None:\n    pass\n'),
        ("tests/more.py", '\n\n@pytest.mark.promise("P5.2")\ndef test_a() -> None:\n    pass\n'),
        (
            "tests/test_more.py",
            '\n\n@pytest.mark.promise("P5.2")\nclass More:\n    def test_a(self) -> None:\n        pass\n',
        ),
    ],
)
def test_a_mark_of_what_is_no_test_proves_nothing(project: Planter, where: str, body: str) -> None:
    project.write(where, f'"""More."""\n\nimport pytest\n{body}')
    assert any("is no test, so its mark proves nothing" in message for message in found(project))
