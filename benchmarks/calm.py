"""Waits until nothing of an earlier part is left to be done, so that a part does not pay for another's rows."""

import sys
from pathlib import Path
from time import monotonic, sleep

from django.db import connection

# What a part wrote or dropped is still on its way to the disk when it ends, and somebody still vacuums behind it. So
# long the next part waits for that, and so little may be left of it.
CALM_SECONDS, CALM_KIB = 60.0, 32 * 1024
MEMORY = Path("/proc/meminfo")


def settle() -> float:
    """Let the database and the disk come to rest; the seconds that took, at most CALM_SECONDS beside one checkpoint.

    On a machine where others write it may never come: then it is said, and measuring goes on.
    """
    began = monotonic()
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
    until = monotonic() + CALM_SECONDS
    while _vacuuming() or _unwritten_kib() > CALM_KIB:
        if monotonic() > until:
            print(f"The disk did not come to rest within {CALM_SECONDS:.0f} s.", file=sys.stderr, flush=True)
            break
        sleep(0.5)
    return monotonic() - began


def _vacuuming() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'autovacuum worker')")
        return bool(cursor.fetchone()[0])


def _unwritten_kib() -> int:
    """What all programs of the machine wrote and the disk has not; 0 where the system does not say."""
    lines = MEMORY.read_text(encoding="ascii").splitlines() if MEMORY.exists() else []
    return sum(int(line.split()[1]) for line in lines if line.startswith(("Dirty:", "Writeback:")))
