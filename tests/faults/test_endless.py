"""A step that waits for what never comes: its process ends after a while, and the job is done once, by another."""

import signal
from collections.abc import Callable
from uuid import uuid4

import psutil
import pytest

from tests.faults.driver import Driver
from tests.stack import RunningStack, eventually

pytestmark = [pytest.mark.fault, pytest.mark.promise("P5.1")]
LONGEST_SECONDS = 3


def hands(site: RunningStack, part: str) -> set[int]:
    """The processes of a part that do jobs."""
    first = site.pid(part)
    return {child.pid for child in psutil.Process(first).children()} if part == "worker" else {first}


def test_a_copy_that_waits_for_a_forgotten_lock_ends_with_its_process_and_is_made_by_another(
    made_stack: Callable[..., RunningStack],
) -> None:
    site = made_stack(JOB_LONGEST_SECONDS=str(LONGEST_SECONDS)).start()
    driver, database = Driver(site), site.database()
    try:
        for part, other in (("worker", "scheduler"), ("scheduler", "worker")):
            user = driver.ask("other", email=f"{uuid4().hex}@example.org")
            before = hands(site, part)
            # Locked between the approval, which looks at the table too, and the job, which only one of them may take.
            for stopped in (part, other):
                site.kill(stopped, signal.SIGSTOP)
            request = driver.ask("ask_for", user=user, right="access")
            with database.cursor() as cursor:
                cursor.execute("LOCK TABLE accounts_signin IN ACCESS EXCLUSIVE MODE")
            site.kill(part, signal.SIGCONT)
            assert eventually(lambda: bool(before - hands(site, part)), seconds=40), f"{part}: nobody ended"  # noqa: B023
            assert driver.ask("made_for", requests=[request]) == {"completed": 0, "packages": 0, "messages": 0}
            database.rollback()
            site.kill(other, signal.SIGCONT)
            done = lambda: driver.ask("state_of", request=request) == "completed"  # noqa: E731, B023
            assert eventually(done, seconds=60), driver.ask("failure_of", request=request)
            assert driver.ask("made_for", requests=[request]) == {"completed": 1, "packages": 1, "messages": 1}
        assert not list((site.var / "packages").glob("*.part"))
    finally:
        database.close()
        driver.close()
