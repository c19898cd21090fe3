"""`manage.py run_scheduler`: the process that sees to it that nothing waits for ever."""

import logging
import signal
import threading
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from privacy.files.sound import refuse_unsound_start
from privacy.jobs.pool import refuse_pool
from privacy.jobs.scheduler import Scheduler
from privacy.policy.gate import refuse_drifted_start
from privacy.staging.mark import refuse_foreign_database

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Runs until SIGTERM or SIGINT; any number may run, one leads."""

    help = "Rings for waiting jobs, runs overdue ones straight from PostgreSQL, delivers mail, expires packages."

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until a signal asks to stop; not over a policy that says something else, nor an unfit service."""
        refuse_drifted_start()
        refuse_foreign_database()
        refuse_unsound_start()
        refuse_pool()
        stop = threading.Event()

        def ask_to_stop(number: int, frame: FrameType | None) -> None:
            stop.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, ask_to_stop)
        try:
            Scheduler(stop).run()
        except Exception as error:
            # Python would write the error's own words, which may quote a row.
            logger.critical("the scheduler ended by an error", exc_info=error)
            raise SystemExit(1) from None
