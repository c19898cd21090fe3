"""The engine's promise: finished whatever dies, each effect once, given up only to a person."""

import threading
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet

from privacy.actors import Actor
from privacy.jobs import engine, lease
from privacy.jobs.context import JobContext, Later
from privacy.jobs.registry import Lane, Step
from privacy.models import AuditEntry, Job, JobState
from tests.privacy.jobs import (
    effects_of,
    effects_table,
    fresh,
    kind,
    let_lease_lapse,
    note,
    noting,
    queued,
    run_through,
)
from tests.rights_requests.scenario import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _effects(transactional_db: None) -> Iterator[None]:
    with effects_table():
        yield


class Crash(Exception):
    """What a test throws into the engine."""


def failing(error: Exception, *, name: str = "breaks") -> Step:
    """A step that always raises."""

    def run(context: JobContext) -> None:
        with context.effect(name):
            note(context, name)
            raise error

    return Step(name, run)


def test_steps_run_in_order_and_once() -> None:
    with kind([noting("one"), noting("two"), noting("three")]) as name:
        job = queued(name)
        assert engine.run(job.pk)
        assert not engine.run(job.pk)
    assert effects_of(job) == ["one", "two", "three"]
    assert (fresh(job).state, fresh(job).lease_until) == (JobState.DONE, None)
    assert fresh(job).finished_at is not None


def test_a_job_of_a_transaction_that_is_rolled_back_never_was() -> None:
    with kind([noting("one")]) as name:
        with pytest.raises(Crash), transaction.atomic():
            engine.enqueue(kind=name, about=uuid4())
            raise Crash
        assert not Job.objects.exists()


def test_enqueuing_twice_makes_one_job() -> None:
    about = uuid4()
    with kind([noting("one")]) as name:
        assert engine.enqueue(kind=name, about=about) == engine.enqueue(kind=name, about=about)
        assert Job.objects.count() == 1


def test_an_id_that_does_not_exist_is_no_error() -> None:
    assert not engine.run(uuid4())


def test_of_eight_workers_that_get_the_same_job_one_does_it() -> None:
    with kind([noting("one", lambda _context: time.sleep(0.2)), noting("two")]) as name:
        job = queued(name)
        assert sum(at_once(8, lambda _number: engine.run(job.pk))) == 1
    assert effects_of(job) == ["one", "two"]
    assert fresh(job).fence == 1


def test_a_crash_at_any_statement_leaves_each_effect_once() -> None:
    """Raise before the k-th statement for every k, as a dead connection would, then let the job go on."""
    with kind([noting("one"), noting("two")]) as name:
        for crash_at in range(1, 60):
            job = queued(name)
            seen = 0

            def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any, at: int = crash_at) -> Any:
                nonlocal seen
                seen += 1
                if seen == at:
                    raise OperationalError("gone")
                return execute(sql, params, many, context)

            with connection.execute_wrapper(wrapper):
                engine.run(job.pk)
            let_lease_lapse(job)
            run_through(job)
            assert effects_of(job) == ["one", "two"], crash_at
            assert fresh(job).state == JobState.DONE
            if seen < crash_at:
                assert crash_at > 10
                return
    pytest.fail("the run never got through")


def test_a_zombie_stops_at_its_next_write() -> None:
    reached, go_on = threading.Event(), threading.Event()

    def stall_the_first(context: JobContext) -> None:
        if context.fence == 1:
            reached.set()
            go_on.wait(10)

    with kind([noting("one", stall_the_first), noting("two")]) as name:
        job = queued(name)
        zombie = threading.Thread(target=lambda: (engine.run(job.pk), connection.close()))
        zombie.start()
        assert reached.wait(10)
        let_lease_lapse(job)
        assert engine.run(job.pk)
        go_on.set()
        zombie.join(10)
    assert effects_of(job) == ["one", "two"]
    assert (fresh(job).state, fresh(job).fence, fresh(job).failure) == (JobState.DONE, 2, "")


def test_a_lasting_error_reaches_staff_after_three_tries() -> None:
    told: list[tuple[UUID, str, str]] = []
    with kind([noting("one"), failing(Crash())], on_failure=lambda *what: told.append(what)) as name:
        job = queued(name)
        assert run_through(job) == 3
    after = fresh(job)
    assert (after.state, after.failed_step, after.failure) == (JobState.NEEDS_STAFF, "breaks", "Crash")
    assert told == [(job.about, "breaks", "Crash")]
    assert effects_of(job) == ["one"]
    assert AuditEntry.objects.get(event="job.failed").data == {"step": "breaks", "failure": "crash"}


@pytest.mark.parametrize("error", [OperationalError("away"), ConnectionResetError(), OSError(28, "No space left")])
def test_an_error_that_passes_is_tried_more_often_with_longer_waits(error: Exception, settings: Any) -> None:
    with kind([failing(error)]) as name:
        job = queued(name)
        waits = []
        for _run in range(settings.JOB_MAX_ATTEMPTS - 1):
            engine.run(job.pk)
            with connection.cursor() as cursor:
                cursor.execute("SELECT not_before - clock_timestamp() FROM privacy_job WHERE id = %s", [str(job.pk)])
                waits.append(cursor.fetchone()[0].total_seconds())
            assert fresh(job).state == JobState.QUEUED
            let_lease_lapse(job)
        assert waits == sorted(waits)
        assert waits[-1] > 4 * max(waits[0], 0.1)
        run_through(job)
        assert fresh(job).state == JobState.NEEDS_STAFF


def test_progress_starts_the_count_of_attempts_again() -> None:
    runs: list[int] = []

    def stumble_twice_per_step(context: JobContext) -> None:
        runs.append(context.attempts)
        if len(runs) % 3:
            raise Crash

    with kind([noting(f"step {number}", stumble_twice_per_step) for number in range(5)]) as name:
        job = queued(name)
        run_through(job, times=30)
    assert fresh(job).state == JobState.DONE
    assert len(runs) == 15


def test_the_error_is_kept_by_class_and_never_by_its_words(caplog: pytest.LogCaptureFixture) -> None:
    with kind([failing(Crash("ann@example.org"))]) as name:
        job = queued(name)
        run_through(job)
    assert "ann@example.org" not in caplog.text
    assert "Crash" in caplog.text
    assert "ann" not in fresh(job).failure


def test_a_failure_hook_that_fails_does_not_hide_the_job() -> None:
    def hook(about: UUID, step: str, failure: str) -> None:
        raise Crash

    with kind([failing(Crash())], on_failure=hook) as name:
        job = queued(name)
        run_through(job)
    assert fresh(job).state == JobState.NEEDS_STAFF


def test_staff_let_a_job_go_on_from_its_first_unfinished_step() -> None:
    broken = [True]

    def break_once(_context: JobContext) -> None:
        if broken[0]:
            raise Crash

    staff = Actor.staff(uuid4())
    with kind([noting("one"), noting("two", break_once)]) as name:
        job = queued(name)
        assert not engine.resume(job_id=job.pk, actor=staff)
        run_through(job)
        broken[0] = False
        assert engine.resume(job_id=job.pk, actor=staff)
        assert (fresh(job).failed_step, fresh(job).failure, fresh(job).attempts) == ("", "", 0)
        assert engine.run(job.pk)
    assert effects_of(job) == ["one", "two"]
    assert AuditEntry.objects.get(event="job.resumed").actor == str(staff)


def test_a_kind_of_another_version_waits_for_staff_and_is_not_dropped() -> None:
    job = queued("of-another-version")
    run_through(job)
    assert (fresh(job).state, fresh(job).failure) == (JobState.NEEDS_STAFF, "UnknownKind")


def test_a_job_that_kills_every_worker_is_taken_out(settings: Any) -> None:
    with kind([noting("one")]) as name:
        job = queued(name)
        Job.objects.filter(pk=job.pk).update(attempts=settings.JOB_MAX_ATTEMPTS, state=JobState.RUNNING)
        let_lease_lapse(job)
        engine.run(job.pk)
    assert (fresh(job).state, fresh(job).failure) == (JobState.NEEDS_STAFF, "WorkerDied")
    assert effects_of(job) == []


def test_a_step_that_forgets_its_marker_is_a_fault() -> None:
    with kind([Step("forgets", lambda _context: None)]) as name:
        job = queued(name)
        run_through(job)
    assert (fresh(job).state, fresh(job).failure) == (JobState.NEEDS_STAFF, "StepLeftUndone")


def test_waiting_for_better_times_is_no_failure() -> None:
    tries = 0

    def not_yet(_context: JobContext) -> None:
        nonlocal tries
        tries += 1
        if tries < 20:
            raise Later(30)

    with kind([noting("one", not_yet)]) as name:
        job = queued(name)
        engine.run(job.pk)
        assert (fresh(job).state, fresh(job).attempts) == (JobState.QUEUED, 0)
        assert not engine.run(job.pk)
        let_lease_lapse(job)
        run_through(job, times=25)
    assert fresh(job).state == JobState.DONE


def test_a_cancelled_job_stops_whoever_runs_it() -> None:
    def cancel(context: JobContext) -> None:
        assert engine.cancel(kind=context.held.kind, about=context.about)

    with kind([noting("one"), noting("two", cancel)]) as name:
        job = queued(name)
        assert not engine.run(job.pk)
        let_lease_lapse(job)
        assert not engine.run(job.pk)
        assert not engine.cancel(kind=name, about=job.about)
        assert effects_of(job) == ["one"]
        again = engine.enqueue(kind=name, about=job.about)
        assert (again.pk, again.steps.count()) == (job.pk, 0)


def test_two_that_start_a_cancelled_job_anew_take_back_no_step_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one did so, and a worker took it up, after the first had seen that it was cancelled."""
    with kind([noting("one"), failing(OSError())]) as name:
        job = queued(name)
        assert engine.cancel(kind=name, about=job.about)
        find = QuerySet.get_or_create

        def overtaken(rows: Any, **given: Any) -> Any:
            found = find(rows, **given)
            monkeypatch.setattr(QuerySet, "get_or_create", find)
            other = threading.Thread(target=start_and_run)
            other.start()
            other.join()
            return found

        def start_and_run() -> None:
            engine.enqueue(kind=name, about=job.about)
            engine.run(job.pk)
            connection.close()

        monkeypatch.setattr(QuerySet, "get_or_create", overtaken)
        engine.enqueue(kind=name, about=job.about)
        assert (effects_of(job), [step.name for step in job.steps.all()]) == (["one"], ["one"])


def test_a_long_step_keeps_its_lease(settings: Any) -> None:
    settings.JOB_LEASE_SECONDS = 1
    claims: list[object] = []

    def sleep_long(context: JobContext) -> None:
        for _look in range(5):
            time.sleep(0.5)
            claims.append(lease.claim(context.job_id))

    with kind([noting("one", sleep_long)]) as name:
        job = queued(name)
        assert engine.run(job.pk)
    assert claims == [None] * 5
    assert fresh(job).fence == 1


def test_jobs_of_one_lane_run_one_after_the_other() -> None:
    abouts = [uuid4(), uuid4()]
    inside, go_on = threading.Event(), threading.Event()

    def hold_the_lane(_context: JobContext) -> None:
        inside.set()
        go_on.wait(10)

    def lane(about: UUID) -> Lane:
        return Lane("one person", [other for other in abouts if other != about])

    with kind([noting("export", hold_the_lane)], lane=lane) as first, kind([noting("erase")], lane=lane) as second:
        export, erase = engine.enqueue(kind=first, about=abouts[0]), engine.enqueue(kind=second, about=abouts[1])
        running = threading.Thread(target=lambda: (engine.run(export.pk), connection.close()))
        running.start()
        assert inside.wait(10)
        assert not engine.run(erase.pk)
        assert (fresh(erase).state, fresh(erase).attempts) == (JobState.QUEUED, 0)
        go_on.set()
        running.join(10)
        let_lease_lapse(erase)
        assert engine.run(erase.pk)
    assert (effects_of(export), effects_of(erase)) == (["export"], ["erase"])


def test_of_two_jobs_of_a_lane_that_start_at_once_one_waits() -> None:
    abouts = [uuid4(), uuid4()]

    def lane(about: UUID) -> Lane:
        return Lane("one person", [other for other in abouts if other != about])

    with kind([noting("work", lambda _context: time.sleep(0.5))], lane=lane) as name:
        jobs = [engine.enqueue(kind=name, about=about) for about in abouts]
        assert sorted(at_once(2, lambda number: engine.run(jobs[number].pk))) == [False, True]


def test_a_connection_that_dies_in_the_middle_is_no_failure() -> None:
    def die_once(context: JobContext) -> None:
        if context.fence == 1:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                pid = cursor.fetchone()[0]
            killer = threading.Thread(target=_terminate, args=(pid,))
            killer.start()
            killer.join()

    with kind([noting("one"), noting("two", die_once)]) as name:
        job = queued(name)
        assert not engine.run(job.pk)
        assert fresh(job).state == JobState.QUEUED
        let_lease_lapse(job)
        assert engine.run(job.pk)
    assert effects_of(job) == ["one", "two"]


def _terminate(pid: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    connection.close()
