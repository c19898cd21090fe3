"""`make bench`: one table, in which a benchmark that breaks off hides none of the others."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks import calm, report, run
from benchmarks.figure import Figure, missing


def _breaks(quick: bool) -> Iterator[Figure]:
    yield Figure("the first half", 2.0, 3.0, limit=1.0)
    raise RuntimeError("no\nserver")


def test_what_breaks_off_is_a_missed_figure_behind_those_it_gave(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"benchmarks.filing": SimpleNamespace(figures=_breaks)}
    real = run.import_module
    monkeypatch.setattr(run, "import_module", lambda name: known.get(name) or real(name))
    first, broken = run.figures_of("filing", quick=True)
    assert first.passed
    assert (broken.name, broken.passed, broken.note) == ("filing broke off", False, "RuntimeError: no server")


def test_one_table_and_one_file_tell_the_same(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    lines = [
        report.Line("export", Figure("a copy", 2.0, 3.0, limit=1.0, note="7 rounds"), 0.5),
        report.Line("serving", missing("pages beside nginx", "nginx is missing"), 9.0),
    ]
    about = {"cores": 2, "load": (0.5, 1.0, 1.25)}
    table = report.table(about, lines).splitlines()
    assert [word for word in table[2].split() if word != "s"] == [
        *("export", "a", "copy", "2.00", "1.00", "2.00", "3.00", "pass", "0.5", "7", "rounds"),
    ]
    assert "MISS" in table[3]
    assert table[-2:] == ["2 figures, 1 missed.", "cores 2; load 0.5, 1.0, 1.2"]
    told = json.loads(report.write(about, lines).read_text(encoding="utf-8"))
    assert told["machine"]["cores"] == 2
    assert told["figures"][0] | {"ratio": 2.0, "passed": True, "load": 0.5, "part": "export"} == told["figures"][0]
    assert told["figures"][1]["measured"] is None
    assert not told["figures"][1]["passed"]


@pytest.mark.django_db(transaction=True)
def test_a_part_begins_when_the_disk_has_what_the_one_before_wrote(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(calm, "MEMORY", tmp_path / "meminfo")
    monkeypatch.setattr(calm, "CALM_SECONDS", 0.3)
    monkeypatch.setattr(calm, "_vacuuming", lambda: False)
    calm.settle()
    (tmp_path / "meminfo").write_text("MemTotal: 9 kB\nDirty: 32768 kB\nWriteback: 0 kB\n", encoding="ascii")
    calm.settle()
    assert capsys.readouterr().err == ""
    (tmp_path / "meminfo").write_text("Dirty: 32768 kB\nWriteback: 1 kB\n", encoding="ascii")
    assert calm.settle() >= 0.3
    assert "did not come to rest" in capsys.readouterr().err
