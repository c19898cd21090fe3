"""A process beside a running site that files, approves and looks: one JSON command a line, one JSON answer a line."""

import json
import subprocess
import sys
from typing import Any

from tests.faults.machines import Machine
from tests.stack import PROJECT, RunningStack

CODE = "import django; django.setup(); from tests.faults import serving; serving.serve()"


class Driver:
    """The test's end of the process; raises AssertionError with the other end's words when a command fails."""

    def __init__(self, stack: RunningStack | Machine) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", CODE], cwd=PROJECT, env=stack.services_env, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def ask(self, command: str, **arguments: Any) -> Any:
        """Run one of the commands below in the site's own settings."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps([command, arguments]) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline() or '["died", null]')
        assert answer[0] == "ok", answer
        return answer[1]

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
