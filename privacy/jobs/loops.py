"""Threads of the scheduler: each repeats one thing, survives its errors, and rests while this process does not lead."""

import logging
import threading
from collections.abc import Callable

from django.db import connection

logger = logging.getLogger(__name__)

# How soon a loop notices that its process leads now: what is due hourly must not wait for an hour after each start.
LOOK_SECONDS = 0.5
# What rests for so long holds no connection meanwhile: there are dozens of loops.
LONG_REST_SECONDS = 30


class Loop(threading.Thread):
    """Repeats `run` every `every_seconds` while `leading` is set, until `stop` is set; has its own connection."""

    def __init__(
        self,
        name: str,
        every_seconds: float,
        run: Callable[[], object],
        *,
        leading: threading.Event,
        stop: threading.Event,
    ) -> None:
        super().__init__(name=name, daemon=True)
        self._every_seconds = every_seconds
        self._repeat = run
        self._leading = leading
        self._stop_asked = stop

    def run(self) -> None:
        """Repeat until stopped; an error is logged by class and the next round starts with a new connection."""
        while not self._stop_asked.is_set():
            if self._leading.is_set():
                self._once()
                self._stop_asked.wait(self._every_seconds)
            else:
                self._stop_asked.wait(min(LOOK_SECONDS, self._every_seconds))
        connection.close()

    def _once(self) -> None:
        try:
            self._repeat()
        except Exception as error:  # noqa: BLE001 - a chore that fails must not take the others with it
            logger.error("%s failed: %s", self.name, type(error).__name__)
            connection.close()
        if self._every_seconds >= LONG_REST_SECONDS:
            connection.close()
