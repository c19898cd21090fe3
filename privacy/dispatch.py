"""Rings the bell: names a Celery task and carries an id, fast and without ever failing the caller.

Services import no task. A bell that is lost costs seconds (privacy.jobs.sweep rings again), never the work.
"""

import logging
import os
import threading
import time
from contextlib import suppress
from typing import Any
from uuid import UUID

from celery import current_app

logger = logging.getLogger(__name__)

# After a failed ring nobody tries again for this long: a dead broker that swallows packets must not slow each request.
PAUSE_SECONDS = 5.0
# One try, one second: a broker that is slower than this is as good as gone.
QUICK = {"max_retries": 0, "socket_timeout": 1, "socket_connect_timeout": 1}


class Bell:
    """Counts what was rung and what was lost in this process, and rests after a failure.

    Each thread has its own connection, apart from Celery's pool: that one retries for seconds before it admits that
    nobody listens, whatever `retry` says, while the person waits for a page.
    """

    def __init__(self) -> None:
        self.rung = 0
        self.lost = 0
        self._rest_until = 0.0
        self._lock = threading.Lock()
        self._mine = threading.local()

    def send(self, task: str, argument: str, *, expires: float | None = None) -> bool:
        """Send one task message; False when it was lost, whatever the reason."""
        if time.monotonic() < self._rest_until:
            self._count(lost=True)
            return False
        try:
            self._publish(task, argument, expires)
        except Exception as error:  # noqa: BLE001 - the row is committed: no error of the broker may reach the person
            self._rest_until = time.monotonic() + PAUSE_SECONDS
            self._count(lost=True)
            logger.warning("bell lost (%s): %s", task, type(error).__name__)
            return False
        self._count(lost=False)
        return True

    def _publish(self, task: str, argument: str, expires: float | None) -> None:
        message = current_app.signature(task, args=(argument,))
        fresh, producer = self._producer()
        try:
            message.apply_async(producer=producer, retry=False, ignore_result=True, expires=expires)  # type: ignore[arg-type] # None: never
        except Exception:
            self._hang_up()
            if fresh:
                raise
            # The broker was started again since the last ring: the old connection is dead, a new one may work.
            _fresh, producer = self._producer()
            try:
                message.apply_async(producer=producer, retry=False, ignore_result=True, expires=expires)  # type: ignore[arg-type] # None: never
            except Exception:
                self._hang_up()
                raise

    def _producer(self) -> tuple[bool, Any]:
        """Whether it is new, and this thread's producer; connects when it is first used."""
        kept = getattr(self._mine, "kept", None)
        if kept is not None and kept[0] == os.getpid():
            return False, kept[2]
        options = {**current_app.conf.broker_transport_options, **QUICK}
        connection = current_app.connection_for_write(transport_options=options)
        producer = current_app.amqp.Producer(connection, auto_declare=False)
        self._mine.kept = (os.getpid(), connection, producer)
        return True, producer

    def _hang_up(self) -> None:
        _pid, connection, _producer = self._mine.kept
        self._mine.kept = None
        with suppress(Exception):
            connection.release()

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
