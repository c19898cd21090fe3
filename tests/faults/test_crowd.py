"""Many copies in one instant: each is made once, an erasure gets through, and the site answers meanwhile."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psutil
import pytest

from tests.faults.driver import Driver
from tests.stack import RunningStack, eventually

pytestmark = [pytest.mark.fault, pytest.mark.promise("P5.1")]

# Twenty for each of the worker's hands, so that the last wait for long; the benchmark `crowd` has a hundred.
PEOPLE = 40
DONE_WITHIN_SECONDS = 120
# Who looks more often computes more than those who work.
LOOK_SECONDS = 0.3
# What one process of the worker may hold; a package is made in pieces, however many wait.
MEMORY_BYTES = 400 * 2**20


@contextmanager
def visited_meanwhile(site: RunningStack) -> Iterator[list[int]]:
    """Somebody who opens the first page again and again; the statuses that they got."""
    found: list[int] = []
    enough = threading.Event()

    def visit() -> None:
        while not enough.wait(LOOK_SECONDS):
            found.append(site.get("/")[0])

    visitor = threading.Thread(target=visit)
    visitor.start()
    try:
        yield found
    finally:
        enough.set()
        visitor.join()


def largest(site: RunningStack) -> int:
    """The memory of the largest process of the worker, in bytes."""
    worker = psutil.Process(site.pid("worker"))
    return max(int(process.memory_info().rss) for process in (worker, *worker.children(recursive=True)))


def test_copies_for_many_people_at_once_are_made_once_each_and_keep_nobody_waiting_for_ever(
    running_stack: RunningStack, driver: Driver
) -> None:
    peak = 0
    leaver = driver.ask("person", email=f"{uuid4().hex}@example.org", canary="canary", rows=1)
    with visited_meanwhile(running_stack) as statuses:
        crowd = driver.ask("crowd", size=PEOPLE)
        erasure = driver.ask("ask_for", user=leaver, right="erasure")

        def done() -> bool:
            nonlocal peak
            time.sleep(LOOK_SECONDS)
            peak = max(peak, largest(running_stack))
            return bool(driver.ask("made_for", requests=crowd)["messages"] >= PEOPLE)

        assert eventually(done, seconds=DONE_WITHIN_SECONDS), driver.ask("made_for", requests=crowd)
        erased = lambda: driver.ask("state_of", request=erasure) == "completed"  # noqa: E731
        assert eventually(erased, seconds=DONE_WITHIN_SECONDS)
    assert driver.ask("made_for", requests=crowd) == dict.fromkeys(("completed", "packages", "messages"), PEOPLE)
    assert set(statuses) == {200}
    assert peak < MEMORY_BYTES
