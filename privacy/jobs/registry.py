"""Who knows how to do a job of a kind, and the chores that the scheduler repeats."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from privacy.jobs.context import JobContext


@dataclass(frozen=True)
class Step:
    """One step of a job: `run` leaves the marker `name` done, in the transaction of its effect; never run once done."""

    name: str
    run: Callable[[JobContext], None]


@dataclass(frozen=True)
class Lane:
    """What must not run at the same time: a name for the lane's lock, and the things other jobs in it are about."""

    key: str
    rivals: Sequence[UUID]


Steps = Callable[["JobContext"], Iterable[Step]]
FailureHook = Callable[[UUID, str, str], None]


@dataclass(frozen=True)
class JobKind:
    """How jobs of a kind are done.

    `on_failure(about, step, exception class)` is called in the transaction that hands the job to staff; `lane` names
    the jobs that this one queues behind while they hold a lease.
    """

    name: str
    steps: Steps
    on_failure: FailureHook | None = None
    lane: Callable[[UUID], Lane] | None = None


@dataclass(frozen=True)
class Chore:
    """Something the scheduler does again and again; `run` must be safe to run at any time and twice at once.

    `keeps` are the ids of the promises that would be broken if it no longer ran.
    """

    name: str
    every_seconds: float
    run: Callable[[], object]
    keeps: tuple[str, ...] = ()


_kinds: dict[str, JobKind] = {}
_chores: dict[str, Chore] = {}


def job_kind(
    name: str, *, on_failure: FailureHook | None = None, lane: Callable[[UUID], Lane] | None = None
) -> Callable[[Steps], Steps]:
    """Register the decorated function as what yields the steps of jobs of this kind."""

    def register(steps: Steps) -> Steps:
        if name in _kinds:
            raise ImproperlyConfigured(f"jobs of kind {name!r} are registered twice")
        _kinds[name] = JobKind(name, steps, on_failure, lane)
        return steps

    return register


def kind_of(name: str) -> JobKind | None:
    """How to do a job of this kind; None for a kind this version of the code does not know."""
    return _kinds.get(name)


def chore(
    name: str, *, every_seconds: float, keeps: Sequence[str] = ()
) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Register the decorated function as something the scheduler repeats; `keeps` are ids of promises."""

    def register(run: Callable[[], object]) -> Callable[[], object]:
        _chores[name] = Chore(name, every_seconds, run, tuple(keeps))
        return run

    return register


def chores() -> list[Chore]:
    """Every registered chore."""
    return list(_chores.values())
