"""Batches: their effect, their count and their end commit together, and a failing one stands alone."""

import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from privacy.jobs import engine, lease
from privacy.jobs.context import JobContext
from privacy.jobs.registry import Step
from privacy.models import Job, JobState
from tests.privacy.jobs import effects_of, effects_table, fresh, kind, let_lease_lapse, note, queued, run_through

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _effects(transactional_db: None) -> Iterator[None]:
    with effects_table():
        yield


class Crash(Exception):
    """What a test throws into the engine."""


def counting(context: JobContext, name: str, rows: list[int]) -> Callable[[], int]:
    """A batch function that "touches" these many rows one call after the other."""

    def batch() -> int:
        note(context, name)
        return rows.pop(0) if rows else 0

    return batch


def test_batches_go_on_until_one_is_short_and_their_counts_add_up() -> None:
    def work(context: JobContext) -> None:
        context.batches(
            [("big", counting(context, "big", [10, 10, 3])), ("small", counting(context, "small", [2]))], limit=10
        )
        with context.effect("all"):
            pass

    with kind([Step("all", work)]) as name:
        job = queued(name)
        assert engine.run(job.pk)
    assert effects_of(job) == ["big", "big", "big", "small"]
    assert dict(job.steps.values_list("name", "count")) == {"big": 23, "small": 2, "all": 0}


def test_a_batch_that_fails_does_not_keep_the_others_from_being_done() -> None:
    def break_down() -> int:
        raise Crash

    def work(context: JobContext) -> None:
        context.batches(
            [
                ("one", counting(context, "one", [1])),
                ("broken", break_down),
                ("three", counting(context, "three", [1])),
            ],
            limit=10,
        )

    with kind([Step("all", work)]) as name:
        job = queued(name)
        run_through(job)
    assert effects_of(job) == ["one"]
    assert (fresh(job).state, fresh(job).failed_step) == (JobState.NEEDS_STAFF, "broken")


def test_a_batch_that_outlasts_the_lease_comes_again_smaller_until_it_gets_there(settings: Any) -> None:
    """Nothing is asked of the database while letters are written, and PostgreSQL ends a transaction that waits long."""
    settings.JOB_LEASE_SECONDS = 1
    left, sizes = list(range(30)), []

    def work(context: JobContext) -> None:
        limit = context.at_once(20)

        def slow() -> int:
            sizes.append(limit)
            time.sleep(0.08 * min(limit, len(left)))
            note(context, "slow")
            taken, left[:limit] = len(left[:limit]), []
            return taken

        context.batches([("slow", slow)], limit=limit)
        with context.effect("all"):
            pass

    with kind([Step("all", work)]) as name:
        job = queued(name)
        run_through(job)
    assert (fresh(job).state, left) == (JobState.DONE, [])
    assert dict(job.steps.values_list("name", "count")) == {"slow": 30, "all": 0}
    assert (sizes[0], set(sizes[1:])) == (20, {5})


def test_the_smallest_batch_is_one() -> None:
    claims = [lease.Claim(uuid4(), "kind", uuid4(), fence=1, attempts=attempts) for attempts in (1, 2, 3, 9)]
    assert [JobContext(claim).at_once(100) for claim in claims] == [100, 25, 6, 1]


def test_a_zombie_writes_no_batch() -> None:
    def work(context: JobContext) -> None:
        let_lease_lapse(Job(pk=context.job_id))
        assert lease.claim(context.job_id) is not None
        context.batches([("one", counting(context, "one", [1]))], limit=10)

    with kind([Step("all", work)]) as name:
        job = queued(name)
        assert not engine.run(job.pk)
    assert effects_of(job) == []
    assert (fresh(job).state, fresh(job).failure) == (JobState.RUNNING, "")
