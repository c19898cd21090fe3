"""A death before any statement of a job, and a rival at any: effect, marker and audit stand together or not at all.

A few statements of each kind, drawn anew each time; with EVERY_STATEMENT=1 all of erasure, rectification, restriction
and retention (see docs/how-to/break-it-yourself.md).
"""

import os
import random
from pathlib import Path
from typing import Any

import pytest

from privacy import audit
from privacy.jobs import engine
from tests.faults.crashing import failures, run_counted, through
from tests.faults.works import WORKS, begin
from tests.privacy.jobs import let_lease_lapse
from tests.rights_requests.scenario import at_once

EVERY = os.environ.get("EVERY_STATEMENT") == "1"
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.promise("P5.1"),
    pytest.mark.promise("P5.3"),
    *([pytest.mark.timeout(0)] if EVERY else []),
]
# Each statement of these is died before, by the command; of all others as many as here.
SAMPLES = {"erasure": 2, "rectification": 2, "restriction": 2, "retention": 2}
# How much of each kind: small, since each death takes a piece of work of its own.
SIZES = {"retention": 40, "enrolment_import": 5, "mailing": 5, "policy_notice": 5}


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    """A folder of packages of its own."""
    settings.PACKAGE_DIR = tmp_path / "packages"


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """Whose seed is printed with a failure; SEED repeats it."""
    seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(10**6))
    request.node.add_report_section("setup", "seed", f"SEED={seed}")
    return random.Random(seed)


def size_of(kind: str) -> int:
    """How much of a kind."""
    return SIZES.get(kind, 5 if kind.startswith(("disclosure", "breach")) else 1)


@pytest.mark.parametrize("kind", sorted(WORKS))
def test_a_death_before_a_statement_leaves_both_or_neither_and_the_work_goes_through(
    kind: str, chance: random.Random
) -> None:
    undisturbed = begin(kind, size_of(kind))
    last = run_counted(undisturbed).seen
    assert (failures(undisturbed), undisturbed.wrong()) == ([], [])
    whole = EVERY and kind in SAMPLES
    for at in range(1, last + 1) if whole else chance.sample(range(1, last + 1), SAMPLES.get(kind, 1)):
        begun = begin(kind, size_of(kind))
        run_counted(begun, at)
        assert begun.halves() == [], at
        through(begun)
        assert (failures(begun), begun.wrong()) == ([], []), at
    assert audit.verify().ok


@pytest.mark.parametrize("kind", sorted(WORKS))
def test_who_is_overtaken_at_a_statement_writes_nothing_more(kind: str, chance: random.Random) -> None:
    begun = begin(kind, size_of(kind))
    jobs = begun.jobs()

    def another_takes_over(_number: int) -> None:
        for job in jobs:
            let_lease_lapse(job)
            engine.run(job.pk)

    at = chance.randint(2, 12)
    assert run_counted(begun, at, lambda: at_once(1, another_takes_over) and None, between=True).met, at
    through(begun)
    assert (failures(begun), begun.wrong()) == ([], [])
    assert audit.verify().ok


@pytest.mark.parametrize("kind", sorted(WORKS))
def test_of_four_workers_that_get_the_same_bell_one_does_the_work(kind: str) -> None:
    begun = begin(kind, size_of(kind))
    jobs = begun.jobs()
    done = at_once(4, lambda _number: [engine.run(job.pk) for job in jobs])
    assert sum(map(sum, done)) == (len(jobs) if begun.work.ends else 0)
    through(begun)
    assert (failures(begun), begun.wrong()) == ([], [])
