"""Rings the bell: names a Celery task and carries an id, fast and without ever failing the caller.

Services import no task. A bell that is lost costs seconds (privacy.jobs.sweep rings again), never the work.
"""

import logging
import threading
import time
from uuid import UUID

from celery import current_app

logger = logging.getLogger(__name__)

# After a failed ring nobody tries again for this long: a dead broker that swallows packets must not slow each request.
PAUSE_SECONDS = 5.0


class Bell:
    """Counts what was rung and what was lost in this process, and rests after a failure."""

    def __init__(self) -> None:
        self.rung = 0
        self.lost = 0
        self._rest_until = 0.0
        self._lock = threading.Lock()

    def send(self, task: str, argument: str, *, expires: float | None = None) -> bool:
        """Send one task message; False when it was lost, whatever the reason."""
        if time.monotonic() < self._rest_until:
            self._count(lost=True)
            return False
        try:
            current_app.signature(task, args=(argument,)).apply_async(retry=False, ignore_result=True, expires=expires)
        except Exception as error:  # noqa: BLE001 - the row is committed: no error of the broker may reach the person
            self._rest_until = time.monotonic() + PAUSE_SECONDS
            self._count(lost=True)
            logger.warning("bell lost (%s): %s", task, type(error).__name__)
            return False
        self._count(lost=False)
        return True

    def _count(self, *, lost: bool) -> None:
        with self._lock:
            self.lost += lost
            self.rung += not lost


bell = Bell()


def ring(job_id: UUID) -> bool:
    """Tell the workers that a job waits; False when the bell was lost. Call it after commit only."""
    return bell.send("privacy.run_job", str(job_id))


def ping(nonce: str) -> bool:
    """Ask a worker for a sign of life: it writes the nonce to its heartbeat row."""
    return bell.send("privacy.ping", nonce, expires=30)
