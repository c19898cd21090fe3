"""All figures of a run as one table and as one file: with the part, the machine, and how busy it was meanwhile."""

import json
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil
import redis
from django.conf import settings
from django.db import connection
from django.utils import timezone

from benchmarks.figure import Figure

HEADER = ["part", "figure", "measured", "limit", "ratio", "goal", "", "load", ""]
FILE = "figures.json"
LIBRARIES = ("django", "celery", "granian", "psycopg2-binary")


@dataclass(frozen=True)
class Line:
    """A figure with the benchmark that gave it, and the load of the machine then (processes that want a processor)."""

    part: str
    figure: Figure
    load: float

    def cells(self) -> list[str]:
        """The line of the table."""
        *told, note = self.figure.row()
        return [self.part, *told, f"{self.load:.1f}", note]

    def as_json(self) -> dict[str, Any]:
        """The line for programs."""
        return {"part": self.part, **self.figure.as_json(), "load": self.load}


def machine() -> dict[str, Any]:
    """What the figures were measured on, and with; read while the database is there."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (postgresql,) = cursor.fetchone()
    return {
        "began": timezone.now().isoformat(timespec="seconds"),
        "commit": _commit(),
        "cores": len(psutil.Process().cpu_affinity()),
        "processor": _processor(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "load": os.getloadavg(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "postgresql": postgresql,
        "valkey": redis.Redis.from_url(settings.CACHES["default"]["LOCATION"])
        .info("server")
        .get("valkey_version", "?"),
        **{name: version(name) for name in LIBRARIES},
    }


def table(about: Mapping[str, Any], lines: Sequence[Line]) -> str:
    """One table of plain text, and under it the machine."""
    rows = [HEADER, *(line.cells() for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADER))]
    told = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    missed = sum(not line.figure.passed for line in lines)
    return "\n".join(
        [
            told[0],
            "-" * max(map(len, told)),
            *told[1:],
            "",
            f"{len(lines)} figures, {missed} missed.",
            "; ".join(f"{name} {_said(value)}" for name, value in about.items()),
        ]
    )


def write(about: Mapping[str, Any], lines: Sequence[Line]) -> Path:
    """The same for programs, in place of the run before; gives the file."""
    path = Path(settings.VAR_DIR, FILE)
    told = {"machine": about, "figures": [line.as_json() for line in lines]}
    path.write_text(json.dumps(told, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
    return path


def _said(value: object) -> str:
    return ", ".join(f"{one:.1f}" for one in value) if isinstance(value, tuple) else str(value)


def _commit() -> str:
    """Which state of the code was measured; "?" where there is no git."""
    try:
        done = subprocess.run(
            ["git", "describe", "--always", "--dirty"],
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return "?"
    return done.stdout.strip() or "?"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
