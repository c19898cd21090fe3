"""`kill -9` of the worker while it writes to many: each of them is written to, and nobody twice."""

import pytest

from tests.faults.driver import Driver
from tests.stack import RunningStack, eventually

pytestmark = [pytest.mark.fault, pytest.mark.promise("P2.4")]
READERS = 1500
FINISHED_WITHIN_SECONDS = 60


def test_a_worker_that_is_killed_while_it_writes_to_many_leaves_out_nobody_and_writes_to_none_twice(
    running_stack: RunningStack, driver: Driver
) -> None:
    mailing = driver.ask("write_to_many", readers=READERS)

    def rows() -> int:
        return int(driver.ask("written_to", mailing=mailing)["rows"])

    assert eventually(lambda: rows() > 0, seconds=20)
    old = running_stack.kill("worker")
    before = rows()
    assert before < READERS, "the work is done before it can be disturbed: write to more readers"
    running_stack.wait_for_return("worker", old)
    assert eventually(lambda: rows() == READERS, seconds=FINISHED_WITHIN_SECONDS), before
    assert driver.ask("written_to", mailing=mailing) == dict.fromkeys(("rows", "copies", "people"), READERS)
    assert driver.ask("stop_writing", mailing=mailing) > 0
    assert driver.ask("written_to", mailing=mailing)["rows"] == READERS
