"""The gate of the map of ASVS finds what is missing, what is not there and what says nothing."""

import shutil

import pytest

from tests.guards import asvs, asvs_map
from tests.guards.conftest import Planter
from tests.guards.sources import ROOT

TEST = "tests/guards/test_asvs.py::test_the_map_of_the_project_would_pass_here"
ROW = f'"1.1.1" = {{ level = 2, asks = "x", tests = ["{TEST}"] }}'


def written(planted: Planter, rows: str, *, elsewhere: str = "") -> list[str]:
    """What the gate finds in a project with these rows, in which nothing arises of any other chapter than the first."""
    others = "\n".join(f'"{one}" = "none of it here"' for one in asvs_map.LEVELS if one != "1")
    planted.write(asvs_map.MAP, f"[chapters_not_here]\n{others}\n{elsewhere}\n[requirements]\n{rows}\n")
    (planted.root / "tests/guards").mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "tests/guards/test_asvs.py", planted.root / "tests/guards/test_asvs.py")
    return [finding.message for finding in asvs.findings(planted.root)]


def rest() -> str:
    """A row for each requirement of the first chapter but its first."""
    wanted = [(number, level) for number, level in asvs_map.levels().items() if number.startswith("1.")]
    return "\n".join(
        f'"{number}" = {{ level = {level}, asks = "x", not_here = "there is none" }}' for number, level in wanted[1:]
    )


def test_the_map_of_the_project_would_pass_here(planted: Planter) -> None:
    assert written(planted, f"{ROW}\n{rest()}") == [
        "says other than the map: `python -m tests.guards.asvs` writes it anew"
    ]
    assert [str(finding) for finding in asvs.findings()] == []


def test_a_requirement_without_a_row_is_found(planted: Planter) -> None:
    found = written(planted, ROW)
    assert "1.2.1 is asked at level 1 and has no row" in found
    assert not any(message.startswith("1.2.10 ") for message in found)


GONE = TEST.replace("_would_", "_will_")
SHOWN = "tests/guards/test_shown.py"
EMPTY = '"1.1.1" = { level = 2, asks = "x"'
UNKNOWN = '"1.9.1" = { level = 1, asks = "x", not_here = "x of the y" }'


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (ROW.replace("level = 2", "level = 1"), "1.1.1 has level 1 here and 2 in the standard"),
        (ROW.replace('"x"', '" "'), "1.1.1 does not say what is asked"),
        (ROW.replace(TEST, GONE), f"1.1.1 names {GONE}, which is not there, or does not run"),
        (ROW.replace("tests =", "places ="), f"1.1.1 names {TEST}, which is not there"),
        (ROW.replace("tests =", "places =").replace(TEST, ""), "1.1.1 names , which is not there"),
        (
            ROW.replace("tests =", "places =").replace(TEST, "/etc/passwd"),
            "1.1.1 names /etc/passwd, which is not there",
        ),
        (ROW.replace(f'"{TEST}"', f'"{TEST}", "{TEST}"'), "1.1.1 names one of its tests twice"),
        (ROW.replace("tests =", "test ="), "1.1.1 says test, which means nothing here"),
        (f"{EMPTY} }}", "1.1.1 has neither a test nor a place nor a reason"),
        (f'{EMPTY}, not_met = "later" }}', "1.1.1 needs one reason among not_met, operator, not_here, in words"),
        (f'{EMPTY}, not_met = "" }}', "1.1.1 needs one reason among not_met, operator, not_here, in words"),
        (f"{ROW}\n{UNKNOWN}", "1.9.1 has level 1 here and no place in the standard"),
    ],
)
def test_a_row_that_is_wrong_is_found(planted: Planter, row: str, told: str) -> None:
    assert told in written(planted, f"{row}\n{rest()}")


IDLE = {
    "in words only": '"""\ndef test_shown():\n"""\n',
    "in a remark": "#\n# def test_shown():\n",
    "inside another function": "def planted():\n    def test_shown():\n        assert True\n",
    "in a class that is none of tests": "class Shown:\n    def test_shown(self):\n        assert True\n",
    "skipped": "@pytest.mark.skip(reason='x')\ndef test_shown():\n    assert True\n",
    "expected to fail": "@pytest.mark.xfail\ndef test_shown():\n    assert True\n",
    "skipped with its file": "pytestmark = [pytest.mark.skipif(True)]\n\n\ndef test_shown():\n    assert True\n",
}


@pytest.mark.parametrize("case", IDLE)
def test_a_test_that_never_runs_shows_nothing(planted: Planter, case: str) -> None:
    planted.write(SHOWN, IDLE[case])
    row = ROW.replace(TEST, f"{SHOWN}::test_shown")
    assert f"1.1.1 names {SHOWN}::test_shown, which is not there, or does not run" in written(planted, row)


def test_a_test_runs_at_the_top_and_in_a_class_of_tests_of_a_file_that_is_collected(planted: Planter) -> None:
    text = "def test_shown():\n    assert True\n\n\nclass TestMore:\n    def test_more(self):\n        assert True\n"
    planted.write(SHOWN, text)
    planted.write("tests/guards/shown.py", text)
    for name in ("test_shown", "test_more"):
        assert not any("names" in one for one in written(planted, ROW.replace(TEST, f"{SHOWN}::{name}")))
    found = written(planted, ROW.replace(TEST, "tests/guards/shown.py::test_shown"))
    assert "1.1.1 names tests/guards/shown.py::test_shown, which is not there, or does not run" in found


def test_a_chapter_is_left_out_with_a_reason_only(planted: Planter) -> None:
    found = written(planted, f"{ROW}\n{rest()}", elsewhere='"18" = "there is none"\n"1" = "none"')
    assert "chapter 18 is none of the standard's, or has no reason" in found
    assert "chapter 1 is none of the standard's, or has no reason" in found
    assert "1.1.1 has a row, and its whole chapter does not arise" in found
