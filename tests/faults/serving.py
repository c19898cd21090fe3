"""The driver's other end: reads commands, runs them in the site's settings, answers."""

import json
import sys
from collections.abc import Callable
from typing import Any

from django.db import connection

from tests.faults import commands, commands_of_several, working

COMMANDS = (commands, working, commands_of_several)


def serve() -> None:
    """Answer commands until the input ends; a database that went away is connected to again."""
    for line in sys.stdin:
        name, arguments = json.loads(line)
        connection.close()  # the database may have been started again since
        command: Callable[..., Any] = next(
            found for found in (getattr(module, name, None) for module in COMMANDS) if found is not None
        )
        try:
            answer = ["ok", command(**arguments)]
        except Exception as error:  # noqa: BLE001 - the test's end raises it again
            answer = ["failed", f"{type(error).__name__}: {error}"]
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
