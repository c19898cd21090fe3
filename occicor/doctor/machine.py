"""This machine: the interpreter, its packages, the folders that are written to, the disk, the zones of time."""

import os
import shutil
import stat
import sys
import zoneinfo
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path

from packaging.markers import Marker
from packaging.utils import canonicalize_name

from occicor.doctor.lines import Line, bad, good, look

LEAST_PYTHON = (3, 11)
ZONE = "Europe/Paris"
MEGABYTE = 1_000_000
LEAST_FREE, LITTLE_FREE = 300 * MEGABYTE, 2_000 * MEGABYTE
REQUIREMENTS = Path(__file__).resolve().parent.parent.parent / "requirements.txt"


def lines(env: Mapping[str, str]) -> Iterator[Line]:
    """What this machine is like."""
    yield python(tuple(sys.version_info[:2]))
    yield packages(REQUIREMENTS.read_text(encoding="utf-8"), _installed())
    yield zones(zoneinfo.available_timezones())
    for name in ("VAR_DIR", "LEDGER_DIR"):
        if env.get(name):
            yield private_folder(name, Path(env[name]))
            yield disk(name, Path(env[name]))
    if env.get("STATIC_ROOT"):
        yield open_folder("STATIC_ROOT", Path(env["STATIC_ROOT"]))
    if env.get("LEDGER_DIR"):
        yield apart(Path(env["LEDGER_DIR"]), Path(env.get("VAR_DIR") or "var"))


def python(version: tuple[int, ...]) -> Line:
    """Whether the interpreter is new enough."""
    found = ".".join(map(str, version))
    if version < LEAST_PYTHON:
        return bad("Python", found, "Install Python 3.11 or newer, and run deploy/install.sh again.")
    return good("Python", found)


def packages(requirements: str, installed: Mapping[str, str]) -> Line:
    """Whether exactly the pinned versions are there, of those that this machine needs."""
    wrong = []
    for line in requirements.splitlines():
        pin, _, condition = line.removesuffix("\\").partition(";")
        name, _, version = pin.strip().partition("==")
        if not version or (condition.strip() and not Marker(condition.strip()).evaluate()):
            continue
        if installed.get(canonicalize_name(name)) != version:
            wrong.append(f"{name} {version}")
    if wrong:
        todo = "python3 occicor/embedded/bootstrap.py run installs what requirements.txt pins."
        return bad("packages", f"not installed: {', '.join(wrong[:5])}{' …' if len(wrong) > 5 else ''}", todo)
    return good("packages", "as pinned")


def zones(known: set[str]) -> Line:
    """Whether days can be told: deadlines end with a day of the site's zone."""
    if ZONE not in known:
        return bad("time zones", f"{ZONE} is unknown", "Install tzdata.")
    return good("time zones", f"{len(known)} known")


def private_folder(name: str, folder: Path) -> Line:
    """Whether we can write there and nobody else can look."""
    if not folder.is_dir():
        return bad(name, f"{folder} is no folder", f"Make it for the site's account alone: install -d -m 700 {folder}")
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return bad(name, f"{folder} cannot be written to", "Give it to the account under which the processes run.")
    if mode := stat.S_IMODE(folder.stat().st_mode) & 0o077:
        return bad(name, f"{folder} is open to others ({mode:o})", f"chmod 700 {folder}")
    return good(name, str(folder))


def open_folder(name: str, folder: Path) -> Line:
    """Whether we can write there and the web server can read."""
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        return bad(name, f"{folder} cannot be written to", f"install -d -o occicor -m 755 {folder}")
    if stat.S_IMODE(folder.stat().st_mode) & 0o005 != 0o005:
        return bad(name, f"{folder} is closed to the web server", f"chmod 755 {folder}")
    return good(name, str(folder))


def apart(ledger: Path, var: Path) -> Line:
    """Whether the ledger stays what it is when the rest is put back from a backup."""
    inside = [folder for folder in (ledger, *ledger.parents) if (folder / "PG_VERSION").exists()]
    if inside:
        todo = "Move it, and set LEDGER_DIR: a restored copy of the database would take it back."
        return bad("ledger", f"lies in PostgreSQL's folder {inside[0]}", todo)
    if ledger.is_relative_to(var):
        todo = "Move it, and set LEDGER_DIR: whoever restores the folder would take it back."
        return look("ledger", f"lies in VAR_DIR ({var})", todo)
    return good("ledger", "lies apart from what is restored")


def disk(name: str, folder: Path) -> Line:
    """Whether there is room where we write."""
    while not folder.exists():
        folder = folder.parent
    return room(name, shutil.disk_usage(folder).free)


def room(name: str, free: int) -> Line:
    """Whether so many free bytes are enough."""
    name, found = f"disk of {name}", f"{free // MEGABYTE} MB free"
    if free < LEAST_FREE:
        return bad(name, found, "Make room before anything starts: a full disk stops every answer.")
    if free < LITTLE_FREE:
        return look(name, found, "Make room soon.")
    return good(name, found)


def _installed() -> dict[str, str]:
    return {canonicalize_name(one.metadata["Name"]): one.version for one in metadata.distributions()}
