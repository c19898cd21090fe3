"""A death before the k-th statement of a job, or somebody who takes it over there; all in this process."""

from collections.abc import Callable
from typing import Any

from django.db import connection

from privacy.jobs import engine
from privacy.models import Job, JobState
from tests.faults.works import Begun
from tests.privacy.jobs import let_lease_lapse


class Died(BaseException):
    """Passes through the engine as a kill would: nothing is recorded, the lease lapses."""


class Statements:
    """Counts the statements of this thread, and calls `then` once before the k-th; without a k it only counts.

    `between` waits, from the k-th on, for a statement that stands in no transaction.
    """

    def __init__(self, at: int, then: Callable[[], None], *, between: bool) -> None:
        self.seen = 0
        self.met = False
        self._at = at
        self._then = then
        self._between = between

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Around each statement."""
        self.seen += 1
        if 0 < self._at <= self.seen and not self.met and not (self._between and connection.in_atomic_block):
            self.met = True
            self._then()
        return execute(sql, params, many, context)


def die() -> None:
    """As `kill -9` at this statement."""
    raise Died


def run_counted(begun: Begun, at: int = 0, then: Callable[[], None] = die, *, between: bool = False) -> Statements:
    """Run the jobs once, with what happens at the k-th statement; what was seen of it."""
    jobs = begun.jobs()
    statements = Statements(at, then, between=between)
    with connection.execute_wrapper(statements):
        try:
            for job in jobs:
                engine.run(job.pk)
        except Died:
            connection.close()  # what was open is rolled back, as when the process is gone
    return statements


def through(begun: Begun, *, times: int = 12) -> None:
    """Let the leases lapse and run the jobs until they no longer move by themselves, each step with its messages."""
    for _time in range(times):
        waiting = [job for job in begun.jobs() if job.state in {JobState.QUEUED, JobState.RUNNING}]
        if not waiting:
            return
        for job in waiting:
            let_lease_lapse(job)
        begun.run()
        if not begun.work.ends:
            return


def failures(begun: Begun) -> list[str]:
    """The jobs that wait for staff, with what they say."""
    stuck = Job.objects.filter(pk__in=[job.pk for job in begun.jobs()], state=JobState.NEEDS_STAFF)
    return [f"{job.failed_step}: {job.failure}" for job in stuck]
