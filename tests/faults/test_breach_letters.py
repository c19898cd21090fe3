"""`kill -9` of the worker while people are told of a breach: each is told, and nobody twice."""

import pytest

from tests.faults.driver import Driver
from tests.stack import RunningStack, eventually

pytestmark = [pytest.mark.fault, pytest.mark.promise("P4.1")]
PEOPLE = 600
FINISHED_WITHIN_SECONDS = 60


def test_a_worker_that_is_killed_while_it_tells_of_a_breach_leaves_out_nobody_and_tells_none_twice(
    running_stack: RunningStack, driver: Driver
) -> None:
    breach = driver.ask("tell_of_a_breach", people=PEOPLE)

    def told() -> int:
        return int(driver.ask("told_of_the_breach", breach=breach)["told"])

    assert eventually(lambda: told() > 0, seconds=30)
    old = running_stack.kill("worker")
    before = told()
    assert before < PEOPLE, "the work is done before it can be disturbed: tell more people"
    running_stack.wait_for_return("worker", old)
    assert eventually(lambda: told() == PEOPLE, seconds=FINISHED_WITHIN_SECONDS), before
    found = driver.ask("told_of_the_breach", breach=breach)
    assert found == dict.fromkeys(("people", "told", "letters", "addresses"), PEOPLE)
