"""One case of `make soak`, on the shared site, drawn anew each time, and the seed is printed with a failure."""

import random
from itertools import islice
from pathlib import Path

import pytest

from tests.faults.cases import NEVER, Outcome
from tests.faults.driver import Driver
from tests.faults.soak import Book, plan
from tests.faults.soak_table import quantile, table
from tests.stack import RunningStack

pytestmark = [pytest.mark.fault, pytest.mark.promise("P5.1")]

CASES = 1
# What stands still for long is waited for by `make soak` alone.
TOO_LONG = {"F8 worker stopped"}


def test_a_case_of_the_soak(running_stack: RunningStack, driver: Driver, request: pytest.FixtureRequest) -> None:
    """Whether all is done and right; how soon is a figure of the soak, not of a test."""
    seed = random.SystemRandom().randrange(10**6)
    request.node.add_report_section("setup", "seed", str(seed))
    cases = (case for case in plan(driver.ask("kinds_of_work"), seed) if case.fault not in TOO_LONG)
    outcomes = [next(cases).run(running_stack, driver) for _number in range(CASES)]
    assert [outcome.in_words for outcome in outcomes if outcome.lost or outcome.wrong] == []


def test_a_soak_goes_on_where_it_stopped_in_the_order_of_its_seed(tmp_path: Path) -> None:
    kinds = ["access", "erasure"]
    book, cases = Book(tmp_path, 7), list(islice(plan(kinds, 7), 3))
    for case in cases:
        book.add(Outcome(case.number, case.kind, case.fault, True, 0.5, 1.0, 2.0, False))
    assert Book(tmp_path, 7).outcomes == book.outcomes
    assert Book(tmp_path, 8).outcomes == []
    assert list(islice(plan(kinds, 7), 3)) == cases != list(islice(plan(kinds, 8), 3))


def test_the_table_counts_what_was_lost_wrong_and_late() -> None:
    good = Outcome(1, "access", "F1 worker", True, 0.5, 1.5, 4.0, False)
    late = Outcome(2, "access", "F3 + F1", False, 11.0, 12.0, 15.0, False)
    lost = Outcome(
        3,
        "erasure",
        "F1 worker",
        hit=True,
        resumed=NEVER,
        seconds=NEVER,
        since_kill=NEVER,
        lost=True,
        wrong=["half of it"],
    )
    told = table([good, late, lost], seed=7, load=(1.0, 2.0, 3.0))
    assert "| F1 worker | 2 | 2 | 1 | 1 | 1 |" in told
    assert "| all | 4 | 2 | 1 | 1 | 2 |" in told
    assert "case 3: erasure" in told
    assert (quantile([], 0.5), quantile([3.0, 1.0, 2.0], 0.5)) == (0.0, 2.0)
