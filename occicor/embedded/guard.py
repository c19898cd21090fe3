"""Waits for the supervisor's death by holding the other end of its pipe; then stops what it left behind."""

import signal
import sys
from pathlib import Path

from occicor.embedded.processes import end_leftovers

BYE = "bye"


def main(parts: Path, installation: Path) -> None:
    """Read the pipe until it closes; without a farewell, stop every process of the installation."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    if BYE not in sys.stdin.read():
        end_leftovers(parts, installation)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
