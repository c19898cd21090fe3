"""`kill -9` of the worker in the middle of a sweep: another goes on, all that is over goes, each row counts once."""

import pytest

from tests.faults.driver import Driver
from tests.stack import RunningStack, eventually

pytestmark = [pytest.mark.fault, pytest.mark.promise("P3.1")]
# Five batches: the kill falls after the first.
ROWS = 100_000
FINISHED_WITHIN_SECONDS = 120


def test_a_worker_that_is_killed_in_a_sweep_loses_no_count_and_leaves_no_row(
    running_stack: RunningStack, driver: Driver
) -> None:
    driver.ask("old_sign_ins", rows=ROWS)
    run = driver.ask("sweep_retention")

    def deleted() -> int:
        return int(driver.ask("swept", run=run)["deleted"])

    assert eventually(lambda: deleted() > 0, seconds=60)
    old = running_stack.kill("worker")
    before = deleted()
    assert before < ROWS, "the sweep is done before it can be disturbed: make more rows"
    running_stack.wait_for_return("worker", old)
    assert eventually(lambda: driver.ask("swept", run=run)["state"] == "done", seconds=FINISHED_WITHIN_SECONDS), before
    assert driver.ask("swept", run=run) == {"state": "done", "deleted": ROWS, "over": 0}
