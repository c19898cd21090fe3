"""Builds one package in a process of its own and prints how far its memory rose above idle (Linux)."""

import json
import os
import sys
import tempfile
from pathlib import Path

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
django.setup()

from benchmarks.database import person  # noqa: E402
from benchmarks.export import package  # noqa: E402
from occicor.celery import load_addresses  # noqa: E402


def status_kb(name: str) -> int:
    """A value of this process's memory as the kernel tells it: VmRSS now, VmHWM at its highest."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith(f"{name}:")).split()[1])


def main(size: int) -> None:
    """Measure and print; idle is a process that has loaded what a worker loads before it takes any work."""
    load_addresses()
    with tempfile.TemporaryDirectory() as folder:
        build = package(person(size), Path(folder))
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        idle = status_kb("VmRSS")
        build()
        peak = status_kb("VmHWM")
    print(json.dumps({"idle_mb": idle / 1024, "above_idle_mb": (peak - idle) / 1024}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
