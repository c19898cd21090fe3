"""Exports the register of requests in a process of its own and prints how far its memory rose above idle (Linux)."""

import json
import os
import sys
from pathlib import Path
from uuid import UUID

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
django.setup()

from benchmarks.memory import status_kb  # noqa: E402
from benchmarks.registers import export  # noqa: E402
from privacy.actors import Actor  # noqa: E402


def main(user_id: UUID) -> None:
    """Measure and print."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    idle = status_kb("VmRSS")
    export(Actor.staff(user_id))
    peak = status_kb("VmHWM")
    print(json.dumps({"idle_mb": idle / 1024, "above_idle_mb": (peak - idle) / 1024}))


if __name__ == "__main__":
    main(UUID(sys.argv[1]))
