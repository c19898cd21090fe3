"""What is installed is what was chosen: every requirement pinned, hashed, and in step with pyproject.toml."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.guards.sources import ROOT, Finding

FILES = {"run": "requirements.txt", "dev": "requirements-dev.txt"}
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)")


def findings(root: Path = ROOT) -> Iterator[Finding]:
    """Every requirement that is loose, without hash, or not the one that pyproject.toml asks for."""
    groups = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    pins: dict[str, dict[str, str]] = {}
    for group, name in FILES.items():
        lines = (root / name).read_text(encoding="utf-8").splitlines()
        pins[group] = {}
        yield from _of_file(name, lines, pins[group])
        for wish in map(Requirement, (entry for entry in groups[group] if isinstance(entry, str))):
            yield from _unmet(wish, pins[group], name)
    for package in sorted(pins["run"].keys() & pins["dev"].keys()):
        if pins["run"][package] != pins["dev"][package]:
            yield Finding(FILES["dev"], 1, f"{package} differs from {FILES['run']}: run `make lock`")


def _of_file(name: str, lines: list[str], pins: dict[str, str]) -> Iterator[Finding]:
    """Read one file into `pins`, and say what in it is not a hashed pin."""
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.lstrip().startswith(("#", "--hash=")):
            continue
        if line.startswith("-"):
            if line.split()[0] not in {"-c", "-r"}:
                yield Finding(name, number, f"{line.split()[0]} has no place in a lock file")
            continue
        pin = PIN.match(line)
        if pin is None:
            yield Finding(name, number, "not a pin: name==version")
            continue
        pins[canonicalize_name(pin[1])] = pin[2]
        if number >= len(lines) or "--hash=sha256:" not in lines[number]:
            yield Finding(name, number, f"{pin[1]} has no hash: run `make lock`")


def _unmet(wish: Requirement, pins: dict[str, str], name: str) -> Iterator[Finding]:
    pinned = pins.get(canonicalize_name(wish.name))
    if pinned is None:
        yield Finding(name, 1, f"{wish.name} is in pyproject.toml and not here: run `make lock`")
    elif not wish.specifier.contains(pinned, prereleases=True):
        yield Finding(name, 1, f"{wish.name} {pinned} is not what pyproject.toml asks for: run `make lock`")
