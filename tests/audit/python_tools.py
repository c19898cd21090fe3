"""The checkers that are Python: each set in an environment of its own, at pinned versions, beside the site's."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from occicor.embedded.problem import Problem

HERE = Path(__file__).parent
# By the folder in which they are installed.
PINNED = {
    "python": HERE / "requirements.txt",
    "scanner": HERE / "requirements-scanner.txt",
    "parts": HERE / "requirements-parts.txt",
}


def installed(tools: Path, name: str) -> Path:
    """The folder with the programs of one set, installed now unless these very versions are.

    Raises Problem when that fails.
    """
    folder = tools / name
    note = folder / "installed"
    wanted = PINNED[name].read_text(encoding="utf-8")
    if not note.exists() or note.read_text(encoding="utf-8") != wanted:
        uv = [sys.executable, "-m", "uv"]
        run([*uv, "venv", "--quiet", "--clear", str(folder)])
        python = str(folder / "bin" / "python")
        lists = ["--require-hashes", "--requirement", str(PINNED[name])]
        run([*uv, "pip", "install", "--quiet", "--python", python, *lists])
        note.write_text(wanted, encoding="utf-8")
    return folder / "bin"


def run(words: Sequence[str], folder: Path | None = None, seconds: float = 1800) -> str:
    """Run a program to its end; what it printed. That it found something is no failure, that it could not work is one.

    What it leaves behind it leaves in the folder. Raises Problem when it fails or is not done in time.
    """
    try:
        done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        raise Problem(f"{Path(words[0]).name} was not done after {seconds:.0f} seconds.") from None
    if done.returncode not in {0, 1}:
        raise Problem(f"{Path(words[0]).name} did not finish: {(done.stderr or done.stdout).strip()[-600:]}")
    return done.stdout
