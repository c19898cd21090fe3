"""Makes `.venv` with the pinned dependencies; the standard library alone, because nothing is installed yet.

`python3 occicor/embedded/bootstrap.py run|dev [port]` does nothing when the environment is what the requirements files
say. With `port` it makes sure before an installation that PORT is free, so that nobody waits in vain.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(PROJECT))

from occicor.embedded.ports import chosen_port  # noqa: E402
from occicor.embedded.problem import Problem  # noqa: E402

VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
UNFINISHED = VENV / ".unfinished"
FILES = {"run": ("requirements.txt",), "dev": ("requirements.txt", "requirements-dev.txt")}
# What a configured pip may still tell us: where its index is and how to reach it, never further places to take files
# from, because a file that was built elsewhere has another hash than the pinned one and stops the installation.
KEPT_SETTINGS = (
    "cert", "client-cert", "index-url", "proxy", "retries", "timeout", "default-timeout", "trusted-host", "cache-dir",
    "no-cache-dir", "keyring-provider",
)  # fmt: skip


def main(words: list[str]) -> int:
    """Make the environment for the group of dependencies that the first word names; the exit status."""
    group = words[0]
    try:
        with _alone():
            if not _ready(group):
                if "port" in words[1:]:
                    chosen_port(os.environ.get("PORT") or "8000")
                ensure(group)
            _compile_languages()
    except Problem as problem:
        print(problem, file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """One at a time: two commands that begin together must not both install."""
    folder = os.open(PROJECT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _ready(group: str) -> bool:
    """Whether there is nothing to do."""
    stamp = VENV / f".installed-{group}"
    good = stamp.exists() and stamp.read_text(encoding="ascii") == _fingerprint(group)
    return good and not UNFINISHED.exists() and _works()


def ensure(group: str) -> None:
    """Bring `.venv` to what the group's requirements files say; raises Problem with a sentence when it cannot be."""
    if VENV.exists() and (UNFINISHED.exists() or not _works()):
        print("The virtual environment was left half made or no longer works: making it anew.", flush=True)
        shutil.rmtree(VENV)
    if not VENV.exists():
        _make_venv()
    print(f"Installing the pinned dependencies ({', '.join(FILES[group])})…", flush=True)
    whole = not UNFINISHED.exists()
    # Stays when we are killed in the middle; what pip itself gives up, it leaves as it was.
    UNFINISHED.touch()
    try:
        _install(group)
    except Problem:
        if whole:
            UNFINISHED.unlink()
        raise
    for known, files in FILES.items():
        if set(files) <= set(FILES[group]):
            (VENV / f".installed-{known}").write_text(_fingerprint(known), encoding="ascii")
    UNFINISHED.unlink(missing_ok=True)


def _compile_languages() -> None:
    """Turn the catalogues that changed into what Django reads; quick when none did."""
    if not (PROJECT / "locale").is_dir():
        return
    done = subprocess.run([PYTHON, "-m", "occicor.languages"], cwd=PROJECT, env=_environment(), check=False)
    if done.returncode:
        raise Problem("The texts in other languages could not be compiled: the lines above say which file and why.")


def _works() -> bool:
    """Whether the environment's Python starts and is the one that its packages were installed for."""
    try:
        asked = subprocess.run(
            [PYTHON, "-c", "import sys, pip; print(*sys.version_info[:2], sep='.')"],
            capture_output=True, text=True, check=False, env=_environment(),
        )  # fmt: skip
    except OSError:
        return False
    return asked.returncode == 0 and (VENV / "lib" / f"python{asked.stdout.strip()}").is_dir()


def _fingerprint(group: str) -> str:
    digest = hashlib.sha256()
    for name in FILES[group]:
        digest.update((PROJECT / name).read_bytes())
    return digest.hexdigest()


def _make_venv() -> None:
    print(f"Making a virtual environment with Python {sys.version.split()[0]}…", flush=True)
    VENV.mkdir()
    UNFINISHED.touch()
    made = subprocess.run(
        [sys.executable, "-m", "venv", VENV], capture_output=True, text=True, check=False, env=_environment()
    )
    if made.returncode:
        shutil.rmtree(VENV)
        if "ensurepip" in made.stdout + made.stderr:
            raise Problem(
                "This Python cannot make virtual environments: install python3-venv (Debian, Ubuntu) and try again."
            )
        raise Problem(f"The virtual environment could not be made: {(made.stderr or made.stdout).strip()[-400:]}")


def _install(group: str) -> None:
    files = [part for name in FILES[group] for part in ("--requirement", name)]
    command = [
        str(PYTHON), "-m", "pip", "install", "--require-hashes", "--no-deps", "--no-input", "--quiet", "--no-compile",
        "--disable-pip-version-check", "--no-warn-script-location", *files,
    ]  # fmt: skip
    done = subprocess.run(command, cwd=PROJECT, env=_pip_environment(), check=False)
    if done.returncode:
        raise Problem("The dependencies could not be installed: pip says why above. Is the package index reachable?")


def _environment() -> dict[str, str]:
    """Our environment without what would make another Python's modules appear in this one."""
    dropped = ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__")
    return {name: value for name, value in os.environ.items() if name not in dropped} | {"PYTHONNOUSERSITE": "1"}


def _pip_environment() -> dict[str, str]:
    """The environment for pip: the configured index and the way to it, nothing else of variables or files."""
    plain = _environment()
    asked = subprocess.run(
        [PYTHON, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False, env=plain
    )
    found: dict[str, dict[str, str]] = {"global": {}, "install": {}, ":env:": {}}
    for line in asked.stdout.splitlines():
        place, _, value = line.partition("=")
        section, _, name = place.rpartition(".")
        if section in found and name in KEPT_SETTINGS:
            found[section][name] = value.strip().strip("'\"")
    # As pip itself ranks them: a command's own section above the general one, variables above both.
    valid = found["global"] | found["install"] | found[":env:"]
    kept = {name: value for name, value in plain.items() if not name.startswith("PIP_")}
    kept |= {f"PIP_{name.upper().replace('-', '_')}": value for name, value in valid.items()}
    return kept | {"PIP_CONFIG_FILE": os.devnull}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
