"""Jobs made for tests: kinds that note each effect in a table of their own, so that a doubled one is seen."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

from django.db import connection

from privacy.jobs import engine, registry
from privacy.jobs.context import JobContext
from privacy.jobs.registry import FailureHook, Lane, Step
from privacy.models import Job

TABLE = "effects_of_tests"


@contextmanager
def effects_table() -> Iterator[None]:
    """A table of effects, dropped again."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {TABLE} (job uuid, step text, fence bigint)")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {TABLE}")


def effects_of(job: Job) -> list[str]:
    """The effects that are committed, in their order."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT step FROM {TABLE} WHERE job = %s ORDER BY ctid", [str(job.pk)])
        return [row[0] for row in cursor.fetchall()]


def note(context: JobContext, step: str) -> None:
    """Make an effect; call it inside a fenced transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {TABLE} VALUES (%s, %s, %s)", [str(context.job_id), step, context.fence])


def noting(name: str, before: Callable[[JobContext], object] | None = None) -> Step:
    """A step that notes one effect; `before` runs outside its transaction."""

    def run(context: JobContext) -> None:
        if before is not None:
            before(context)
        with context.effect(name) as marker:
            note(context, name)
            marker.count = 1

    return Step(name, run)


@contextmanager
def kind(
    steps: Iterable[Step] | Callable[[JobContext], Iterable[Step]],
    *,
    on_failure: FailureHook | None = None,
    lane: Callable[[UUID], Lane] | None = None,
) -> Iterator[str]:
    """A kind of job with these steps, known for the length of the block."""
    name = f"test-{uuid4()}"
    made = steps if callable(steps) else lambda _context: list(steps)
    registry.job_kind(name, on_failure=on_failure, lane=lane)(made)
    try:
        yield name
    finally:
        del registry._kinds[name]


def queued(name: str) -> Job:
    """A job of the kind, about nothing real."""
    return engine.enqueue(kind=name, about=uuid4())


def fresh(job: Job) -> Job:
    """The job as it is in the database now."""
    return Job.objects.get(pk=job.pk)


def let_lease_lapse(job: Job) -> None:
    """As if the worker had not been heard of for longer than the lease, and every delay had passed."""
    Job.objects.filter(pk=job.pk).update(lease_until="2000-01-01T00:00Z", not_before="2000-01-01T00:00Z")


def run_through(job: Job, *, times: int = 20) -> int:
    """Run the job again and again without waiting until it no longer moves by itself; how many runs that took."""
    for number in range(1, times + 1):
        engine.run(job.pk)
        if fresh(job).state not in {"queued", "running"}:
            return number
        let_lease_lapse(job)
    return times
