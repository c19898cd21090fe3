"""The one process that watches over all others: rings for waiting jobs, runs overdue ones, sends mail, does chores."""

import logging
import secrets
import threading
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, connection

from privacy import dispatch, heartbeats, ledger
from privacy.jobs.chore_runs import Noted
from privacy.jobs.loops import Loop
from privacy.jobs.registry import chores
from privacy.jobs.sweep import sweep

logger = logging.getLogger(__name__)

TICK_SECONDS = 1.0
PING_EVERY_TICKS = 5
# Whoever holds this advisory lock leads; it is gone with its connection, so a dead leader is replaced within a tick.
LEADER_LOCK = 7_264_931_008_114_202


class Scheduler:
    """Leads if no other scheduler does; `stop` ends it within a tick.

    While database and ledger disagree it only shows that it lives: nothing is rung for, run, sent or tidied.
    """

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop
        self._leads = False
        self._working = threading.Event()
        self._ticks = 0
        self._why = ""

    def run(self) -> None:
        """Work until stopped. Only the leader works; the others wait for their turn."""
        loops = [self._loop(chore.name, chore.every_seconds, chore.run) for chore in chores()]
        for loop in loops:
            loop.start()
        while not self._stop.is_set():
            self._tick()
            self._stop.wait(TICK_SECONDS)
        self._working.clear()
        connection.close()

    def _loop(self, name: str, every_seconds: float, run: Callable[[], object]) -> Loop:
        return Loop(name, every_seconds, Noted(name, run), leading=self._working, stop=self._stop)

    def _tick(self) -> None:
        try:
            if self._lead():
                self._watch()
            else:
                self._working.clear()
        except (DatabaseError, InterfaceError) as error:
            logger.warning("the database does not answer: %s", type(error).__name__)
            self._leads = False
            self._working.clear()
            connection.close()

    def _lead(self) -> bool:
        if not self._leads or connection.connection is None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [LEADER_LOCK])
                self._leads = bool(cursor.fetchone()[0])
        return self._leads

    def _watch(self) -> None:
        heartbeats.beat(heartbeats.SCHEDULER, {"rung": dispatch.bell.rung, "lost": dispatch.bell.lost})
        self._obey(ledger.closed())
        if self._working.is_set():
            sweep()
        if self._ticks % PING_EVERY_TICKS == 0:
            dispatch.ping(secrets.token_hex(8))
        self._ticks += 1

    def _obey(self, why: str) -> None:
        """Work, or rest because database and ledger disagree; one line in the log at each change."""
        if why:
            if self._why != why:
                logger.error("nothing is started: %s", why)
            self._working.clear()
        else:
            if self._why:
                logger.warning("database and ledger agree again: work goes on")
            self._working.set()
        self._why = why
