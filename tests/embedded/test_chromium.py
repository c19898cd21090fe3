"""The browser for the journeys: found where it is, and missed aloud."""

import os
from pathlib import Path

import pytest

from occicor.embedded import chromium
from occicor.embedded.problem import Problem


@pytest.fixture
def _none_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "browsers"))


def program(path: Path, code: int = 0) -> Path:
    """A program that ends with this code."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\nexit {code}\n", encoding="ascii")
    path.chmod(0o755)
    return path


@pytest.mark.usefixtures("_none_here")
@pytest.mark.parametrize("place", ["bin/chromium", "bin/google-chrome", "browsers/chromium-1187/chrome-linux/chrome"])
def test_it_is_found_on_the_path_and_in_playwrights_own_folder(tmp_path: Path, place: str) -> None:
    assert chromium.find() == ""
    path = str(program(tmp_path / place))
    assert chromium.find() == path
    assert chromium.ensure(print) == path


@pytest.mark.usefixtures("_none_here")
@pytest.mark.parametrize(
    "place",
    [
        "bin/chromium-headless-shell",
        "browsers/chromium_headless_shell-1187/chrome-linux/headless_shell",
        "browsers/chromium_headless_shell-1200/chrome-headless-shell-linux64/chrome-headless-shell",
    ],
)
def test_one_without_windows_comes_first_for_whoever_wants_that(tmp_path: Path, place: str) -> None:
    whole, shell = str(program(tmp_path / "bin" / "chromium")), str(program(tmp_path / place))
    assert (chromium.find(), chromium.find(bare=True)) == (whole, shell)
    Path(shell).unlink()
    assert chromium.find(bare=True) == whole


@pytest.mark.usefixtures("_none_here")
def test_a_named_one_comes_first_and_must_exist(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program(tmp_path / "bin" / "chromium")
    monkeypatch.setenv("CHROMIUM", str(program(tmp_path / "own" / "browser")))
    assert chromium.find() == str(tmp_path / "own" / "browser")
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "nothing"))
    with pytest.raises(Problem, match="which cannot be started"):
        chromium.find()


@pytest.mark.usefixtures("_none_here")
def test_without_one_and_without_a_way_to_install_it_the_tests_do_not_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(chromium, "_install", lambda say, packages: say("no network"))
    with pytest.raises(Problem, match="the browser journeys need it"):
        chromium.ensure(print)
    assert "installing it for the browser journeys" in capsys.readouterr().out


@pytest.mark.usefixtures("_none_here")
def test_one_that_does_not_start_is_told(tmp_path: Path) -> None:
    program(tmp_path / "bin" / "chromium", code=127)
    with pytest.raises(Problem, match="does not start"):
        chromium.ensure(print)


def test_the_suite_runs_with_one() -> None:
    assert os.access(os.environ["CHROMIUM"], os.X_OK)
