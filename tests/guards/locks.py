"""What is installed is what was chosen: every requirement pinned, hashed, and in step with pyproject.toml."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from tests.guards.sources import ROOT, Finding

FILES = {"run": "requirements.txt", "dev": "requirements-dev.txt", "sentry": "requirements-sentry.txt"}
# One version, not a pattern of versions; behind it at most a marker, and the line goes on with the hashes.
PIN = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(?!=)([^\s;\\*]+)(?: ; [^#\\]+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?")
# By package the versions: one for each marker.
Pins = dict[str, set[str]]


def findings(root: Path = ROOT) -> Iterator[Finding]:
    """Every requirement that is loose, without hash, or not the one that pyproject.toml asks for."""
    groups = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    for name in sorted({path.name for path in root.glob("*requirements*.txt")} - set(FILES.values())):
        yield Finding(name, 1, "belongs to no group of pyproject.toml, so nobody renews it or looks at it")
    pins: dict[str, Pins] = {}
    for group, name in FILES.items():
        if group not in groups and not (root / name).exists():
            continue
        if group not in groups or not (root / name).exists():
            yield Finding(name, 1, f"the group {group} of pyproject.toml has this file, and this file that group")
            continue
        pins[group] = {}
        yield from _of_file(name, (root / name).read_text(encoding="utf-8").splitlines(), pins[group])
        for wish in map(Requirement, (entry for entry in groups[group] if isinstance(entry, str))):
            yield from _unmet(wish, pins[group], name)
    for group in sorted(pins.keys() - {"run"}):
        for package in sorted(pins.get("run", {}).keys() & pins[group].keys()):
            if pins["run"][package] != pins[group][package]:
                yield Finding(FILES[group], 1, f"{package} differs from {FILES['run']}: run `make lock`")


def pins_of(name: str, root: Path = ROOT) -> Pins:
    """What a file pins."""
    pins: Pins = {}
    list(_of_file(name, (root / name).read_text(encoding="utf-8").splitlines(), pins))
    return pins


def _of_file(name: str, lines: list[str], pins: Pins) -> Iterator[Finding]:
    """Read one file into `pins`, and say what in it is not a hashed pin."""
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        before = lines[number - 2] if number > 1 else ""
        if HASH.fullmatch(line) and before.endswith(" \\"):
            continue
        if line.startswith("-"):
            yield Finding(name, number, f"{line.split()[0]} has no place in a lock file")
            continue
        pin = PIN.fullmatch(line if line.endswith("\\") else f"{line} \\")
        if pin is None or not _is_version(pin[2]):
            yield Finding(name, number, "not a pin: name==version")
            continue
        pins.setdefault(canonicalize_name(pin[1]), set()).add(pin[2])
        if not line.endswith("\\") or number >= len(lines) or not HASH.fullmatch(lines[number]):
            yield Finding(name, number, f"{pin[1]} has no hash: run `make lock`")


def _is_version(text: str) -> bool:
    try:
        Version(text)
    except InvalidVersion:
        return False
    return True


def _unmet(wish: Requirement, pins: Pins, name: str) -> Iterator[Finding]:
    pinned = pins.get(canonicalize_name(wish.name), set())
    if not pinned:
        yield Finding(name, 1, f"{wish.name} is in pyproject.toml and not here: run `make lock`")
    for version in sorted(pinned):
        if not wish.specifier.contains(version, prereleases=True):
            yield Finding(name, 1, f"{wish.name} {version} is not what pyproject.toml asks for: run `make lock`")
