"""Keeps a lease alive while a long step runs, from a thread with a database connection of its own."""

import logging
import os
import threading
import time
from types import TracebackType
from typing import Self

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from privacy.jobs.lease import Claim, renew

logger = logging.getLogger(__name__)

# Any status but 0 makes Celery replace a worker's process, and the supervisor, or systemd, start the scheduler again.
EXIT_STATUS = 70


class LeaseHeartbeat:
    """A context in which the lease is renewed every third of its length; `lost` is set once it is no longer ours.

    The thread connects only when the first third has passed, so a quick job never opens a second connection. After
    settings.JOB_LONGEST_SECONDS it ends the process: whatever the run waits for does not come, and nobody else can take
    the job over while this one renews the lease, or use the place that it has.
    """

    def __init__(self, held: Claim, lost: threading.Event) -> None:
        self.lost = lost
        self._held = held
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"lease-{held.job_id}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join(timeout=settings.JOB_LEASE_SECONDS)

    def _beat(self) -> None:
        until = time.monotonic() + settings.JOB_LONGEST_SECONDS
        try:
            while not self._stop.wait(settings.JOB_LEASE_SECONDS / 3) and not self.lost.is_set():
                if time.monotonic() > until:
                    logger.error("job %s runs for too long: this process ends, another goes on", self._held.job_id)
                    os._exit(EXIT_STATUS)
                self._renew()
        finally:
            connection.close()

    def _renew(self) -> None:
        try:
            if not renew(self._held):
                self.lost.set()
        except (DatabaseError, InterfaceError) as error:
            # The database is away; the fence decides when it is back who goes on.
            logger.warning("lease of job %s not renewed: %s", self._held.job_id, type(error).__name__)
            connection.close()
