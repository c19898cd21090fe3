"""Enrols one list in a process of its own and prints how far its memory rose above idle (Linux)."""

import json
import os
import sys
from io import BytesIO
from pathlib import Path

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
django.setup()

from benchmarks.enrolment import administrator, enrol  # noqa: E402
from benchmarks.memory import status_kb  # noqa: E402


def main(path: Path) -> None:
    """Measure and print; the file counts too: an upload is in memory while it is read."""
    by = administrator()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    idle = status_kb("VmRSS")
    enrol(by, BytesIO(path.read_bytes()))
    peak = status_kb("VmHWM")
    print(json.dumps({"idle_mb": idle / 1024, "above_idle_mb": (peak - idle) / 1024}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
