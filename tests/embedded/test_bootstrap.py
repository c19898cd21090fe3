"""The making of `.venv`: what it believes of the surroundings, and how it notices what was left half made."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from occicor.embedded import bootstrap, secret_file
from occicor.embedded.layout import PROJECT, Layout


def test_further_places_for_packages_are_not_believed_but_the_index_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = tmp_path / "pip.conf"
    settings.write_text(
        "[global]\nindex-url = https://index.example/simple\nfind-links = /somewhere\nextra-index-url = https://more.example\n"
        "[install]\nproxy = http://proxy.example:3128\nuser = true\n",
        encoding="utf-8",
    )
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(settings))
    monkeypatch.setenv("PIP_FIND_LINKS", "/elsewhere")
    monkeypatch.setenv("PIP_TARGET", "/elsewhere")
    monkeypatch.setenv("PIP_CERT", "/etc/own.pem")
    monkeypatch.setattr(bootstrap, "PYTHON", Path(sys.executable))
    found = {name: value for name, value in bootstrap._pip_environment().items() if name.startswith("PIP_")}
    assert found["PIP_INDEX_URL"] == "https://index.example/simple"
    assert found["PIP_PROXY"] == "http://proxy.example:3128"
    assert found["PIP_CERT"] == "/etc/own.pem"
    assert found["PIP_CONFIG_FILE"] == os.devnull
    assert not {"PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL", "PIP_TARGET", "PIP_USER"} & set(found)


def _believes(patch: pytest.MonkeyPatch, folder: Path) -> Path:
    """Have the environment made in this folder, with no packages asked for; where it will lie."""
    (folder / "nothing.txt").touch()
    patch.setattr(bootstrap, "PROJECT", folder)
    patch.setattr(bootstrap, "VENV", folder / "venv")
    patch.setattr(bootstrap, "PYTHON", folder / "venv" / "bin" / "python")
    patch.setattr(bootstrap, "UNFINISHED", folder / "venv" / ".unfinished")
    patch.setattr(bootstrap, "FILES", {"run": ("nothing.txt",)})
    return folder / "venv"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment, made from nothing."""
    with pytest.MonkeyPatch.context() as patch:
        venv = _believes(patch, tmp_path_factory.mktemp("made"))
        assert bootstrap.main(["run"]) == 0
    return venv


@pytest.fixture
def venv(made: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty place for an environment: the first one is made, whatever is made here is its copy.

    Making one takes five seconds of the processor, and when it is made is the matter here.
    """
    folder = _believes(monkeypatch, tmp_path)

    def copy() -> None:
        sys.stdout.write("Making a virtual environment…")
        shutil.copytree(made, folder, symlinks=True)
        bootstrap.UNFINISHED.touch()

    monkeypatch.setattr(bootstrap, "_make_venv", copy)
    return folder


def test_an_environment_is_made_from_nothing_and_its_python_works(made: Path) -> None:
    script = "import pip; print(pip.__file__)"
    said = subprocess.run([made / "bin" / "python", "-c", script], capture_output=True, text=True, check=True).stdout
    assert Path(said.strip()).is_relative_to(made)
    assert not (made / ".unfinished").exists()


def test_an_environment_is_made_once_anew_after_an_interrupt_and_completed_after_a_change(
    venv: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bootstrap.main(["run"]) == 0
    assert "Making a virtual environment" in capsys.readouterr().out
    assert bootstrap.main(["run"]) == 0
    assert capsys.readouterr().out == ""

    (venv / ".unfinished").touch()
    assert bootstrap.main(["run"]) == 0
    assert "left half made" in capsys.readouterr().out

    (venv.parent / "nothing.txt").write_text("# changed\n", encoding="utf-8")
    assert bootstrap.main(["run"]) == 0
    said = capsys.readouterr().out
    assert "Installing" in said
    assert "Making a virtual environment" not in said


def test_an_environment_whose_python_went_away_is_made_anew(venv: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bootstrap.main(["run"]) == 0
    (venv / "bin" / "python").unlink()
    (venv / "bin" / "python").symlink_to("/nowhere/python3")
    capsys.readouterr()
    assert bootstrap.main(["run"]) == 0
    assert "no longer works" in capsys.readouterr().out


def test_it_starts_on_the_standard_library_alone() -> None:
    program = str(PROJECT / "occicor" / "embedded" / "bootstrap.py")
    script = f"import runpy, sys; sys.argv = ['x', 'run']; runpy.run_path({program!r})"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_secrets_are_made_once_and_a_missing_one_is_added(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "var")
    layout.make()
    first = secret_file.ensure(layout)
    assert set(first) == set(secret_file.MAKERS)
    assert secret_file.ensure(layout) == first
    lines = layout.secrets.read_text(encoding="utf-8").splitlines()
    layout.secrets.write_text("\n".join(line for line in lines if not line.startswith("SIGNING_KEY")), encoding="utf-8")
    second = secret_file.ensure(layout)
    assert second["SECRET_KEY"] == first["SECRET_KEY"]
    assert second["SIGNING_KEY"] != first["SIGNING_KEY"]
    assert layout.secrets.stat().st_mode & 0o777 == 0o600
