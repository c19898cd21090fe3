"""The split of the suite, on a small suite planted for it: who does what, with what of its own, and what is said."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from occicor.embedded.layout import PROJECT

# Each test notes who ran it, and what a program that it starts finds in its environment.
TEST = """
import json, os, pathlib, subprocess, sys
import pytest

SAY = "import json, os; print(json.dumps([os.environ['VAR_DIR'], os.environ['REDIS_URL']]))"

@pytest.mark.parametrize("number", range(4))
def test_note(number):
    own = json.loads(subprocess.check_output([sys.executable, "-c", SAY]))
    with open(os.environ["NOTES"], "a") as notes:
        notes.write(json.dumps([os.environ["PYTEST_XDIST_WORKER"], __file__, *own]) + "\\n")
"""
FILES = {
    "tests/accounts/test_a.py": TEST,
    "tests/embedded/test_b.py": TEST,
    "tests/faults/test_c.py": TEST,
    "tests/journeys/test_d.py": TEST,
    "tests/journeys/test_e.py": TEST,
    "tests/visitors/test_f.py": TEST,
    "tests/visitors/test_g.py": "def test_that_fails():\n    assert 'red' == 'blue'\n",
}


@dataclass(frozen=True)
class Ran:
    """What one test noted."""

    worker: str
    file: str
    var: str
    broker: str


@dataclass(frozen=True)
class Run:
    """What all tests noted, and what was said."""

    tests: list[Ran]
    said: str

    def workers_of(self, *files: str) -> set[str]:
        """The processes that ran the tests of these files or folders."""
        return {ran.worker for ran in self.tests if ran.file.startswith(files)}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The planted suite, run in two processes."""
    root = tmp_path_factory.mktemp("planted")
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    (root / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "DJANGO_"))}
    notes = root / "notes"
    own = {"NOTES": str(notes), "PYTHONPATH": str(PROJECT), "VAR_DIR": str(root / "var"), "REDIS_URL": "unix:///v.sock"}
    command = [sys.executable, "-m", "pytest", "-p", "no:django", "-p", "tests.split", "-n", "2", "tests"]
    done = subprocess.run(command, cwd=root, env=outside | own, capture_output=True, text=True, check=False)
    lines = [json.loads(line) for line in notes.read_text(encoding="utf-8").splitlines()]
    tests = [Ran(worker, str(Path(file).relative_to(root)), *rest) for worker, file, *rest in lines]
    return Run(tests, said=done.stdout + done.stderr)


def test_tests_of_one_site_stay_together_and_each_process_begins_with_one(run: Run) -> None:
    walked, broken = run.workers_of("tests/journeys/"), run.workers_of("tests/embedded/", "tests/faults/")
    assert (len(walked), len(broken), len(walked | broken)) == (1, 1, 2)
    for worker in walked | broken:
        first = next(ran.file for ran in run.tests if ran.worker == worker)
        assert first.startswith(("tests/journeys/", "tests/embedded/"))


def test_a_file_is_never_torn_apart(run: Run) -> None:
    files = {ran.file for ran in run.tests}
    assert len(files) == 6
    assert all(len(run.workers_of(file)) == 1 for file in files)


def test_each_process_and_what_it_starts_has_its_own_folder_and_databases_of_valkey(run: Run) -> None:
    own = {ran.worker: (ran.var, ran.broker) for ran in run.tests}
    assert {(ran.worker, (ran.var, ran.broker)) for ran in run.tests} == set(own.items())
    folders, brokers = zip(*own.values(), strict=True)
    assert {Path(folder).name for folder in folders} == {"gw0", "gw1"}
    assert all(Path(folder).stat().st_mode & 0o777 == 0o700 for folder in folders)
    # The database after the broker's is the cache's.
    assert set(brokers) == {"unix:///v.sock?db=0", "unix:///v.sock?db=2"}


def test_what_fails_is_named_as_one_would_run_it_again_and_the_last_line_counts(run: Run) -> None:
    assert "\nFAILED tests/visitors/test_g.py::test_that_fails - " in run.said
    assert "1 failed, 24 passed in" in run.said.splitlines()[-1]
