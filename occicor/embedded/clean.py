"""Removes what the commands made in the project; the data of `make run` only when asked, and never while it runs."""

import fcntl
import shutil
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
MADE = (".venv", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".import_linter_cache", ".hypothesis", ".schemathesis")
PASSING = ("test", "bench", "audit", "audit/site")


def main(words: list[str]) -> int:
    """Remove; the exit status is 1 with a sentence when something still runs."""
    var = PROJECT / "var"
    folders = [var, *(var / name for name in PASSING)]
    if any(_running(folder) for folder in folders):
        print("Something of this project still runs: stop it first (Ctrl-C where it was started).", file=sys.stderr)
        return 1
    for folder in folders if "data" in words else folders[1:]:
        _remove_place(folder)
    if "data" in words:
        shutil.rmtree(var, ignore_errors=True)
    for name in (*MADE, *(f"var/{name}" for name in PASSING)):
        shutil.rmtree(PROJECT / name, ignore_errors=True)
    for catalogue in (PROJECT / "locale").glob("*/LC_MESSAGES/*.mo"):
        catalogue.unlink()
    for cache in [found for found in PROJECT.rglob("__pycache__") if var not in found.parents]:
        shutil.rmtree(cache, ignore_errors=True)
    if var.exists():
        print("Your data in var/ was kept; make clean DATA=1 removes it too.")
    return 0


def _running(folder: Path) -> bool:
    lock = folder / "run" / "lock"
    if not lock.exists():
        return False
    with lock.open(encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def remove_data(folder: Path) -> None:
    """Remove the data folder of a site, wherever its parts lie; whoever calls makes sure that it does not run."""
    _remove_place(folder)
    shutil.rmtree(folder, ignore_errors=True)


def _remove_place(folder: Path) -> None:
    """Remove the database that had to be put outside the project (see occicor.embedded.postgres)."""
    note = folder / "postgres.place"
    if not note.exists():
        return
    place = Path(note.read_text(encoding="utf-8").strip())
    if place.parent == Path("/var/lib") and place.name.startswith("occicor-"):
        shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
