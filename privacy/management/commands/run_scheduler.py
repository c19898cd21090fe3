"""`manage.py run_scheduler`: the process that sees to it that nothing waits for ever."""

import signal
import threading
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from privacy.jobs.scheduler import Scheduler
from privacy.policy.gate import refuse_drifted_start


class Command(BaseCommand):
    """Runs until SIGTERM or SIGINT; any number may run, one leads."""

    help = "Rings for waiting jobs, runs overdue ones straight from PostgreSQL, delivers mail, expires packages."

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until a signal asks to stop; in production not at all over a policy that says something else."""
        refuse_drifted_start()
        stop = threading.Event()

        def ask_to_stop(number: int, frame: FrameType | None) -> None:
            stop.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, ask_to_stop)
        Scheduler(stop).run()
