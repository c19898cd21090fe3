"""What a step has in its hands: markers, fenced transactions and batches."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from privacy.jobs import lease
from privacy.jobs.lease import Claim, LeaseLost
from privacy.models import JobState, JobStep

# Small batches share a transaction for at most this long, so that no lock is held much longer than one batch needs.
BATCH_SECONDS = 0.5

Batch = tuple[str, Callable[[], int]]


class Later(Exception):
    """Nothing is wrong, but the step cannot be done now: come back in `seconds`, without counting an attempt."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"later, in {seconds} s")
        self.seconds = seconds


@dataclass
class Marker:
    """What a step leaves behind: how many things it touched, and facts for later steps (JSON, no clear data)."""

    count: int = 0
    detail: dict[str, Any] = field(default_factory=dict)


class JobContext:
    """One run of a job under one fence.

    `step` names what is being done, `attempts` counts the runs since the job last moved, this one included; `lost` is
    set from outside when the lease is no longer ours, `stopped` from inside when the job was cancelled.
    """

    def __init__(self, held: Claim) -> None:
        self.held = held
        self.step = ""
        self.stopped = False
        self.lost = Event()
        self.attempts = held.attempts
        self._careful = held.attempts > 1
        rows = JobStep.objects.filter(job=held.job_id, done_at__isnull=False)
        self._done: dict[str, dict[str, Any]] = dict(rows.values_list("name", "detail"))

    @property
    def job_id(self) -> UUID:
        """The job's id."""
        return self.held.job_id

    @property
    def about(self) -> UUID:
        """The id of the thing the job is about."""
        return self.held.about

    @property
    def fence(self) -> int:
        """The number of this run; part of the name of whatever it makes outside the database."""
        return self.held.fence

    def check(self) -> None:
        """Raise LeaseLost when the heartbeat found that the job is no longer ours; call it in long loops."""
        if self.lost.is_set():
            raise LeaseLost

    def at_once(self, most: int) -> int:
        """How many things to take into one transaction: `most`, and a quarter of it after each run that got nowhere.

        PostgreSQL ends a transaction in which nothing was asked for as long as a lease, so on a machine that is busy
        enough a batch can take too long. A run keeps to one size, which is never 0.
        """
        return max(1, most >> 2 * (self.held.attempts - 1))

    def is_done(self, name: str) -> bool:
        """Whether the step's marker says that its effect is committed."""
        return name in self._done

    def detail_of(self, name: str) -> Mapping[str, Any]:
        """What a finished step left for later ones; empty when it did not run."""
        return self._done.get(name, {})

    def counts(self) -> dict[str, int]:
        """How many things each step touched so far, by step name, in all runs together."""
        return dict(JobStep.objects.filter(job=self.job_id).values_list("name", "count"))

    @contextmanager
    def effect(self, name: str) -> Iterator[Marker]:
        """The transaction of a step's effect: fence check, body, marker and lease renewal commit together or not.

        Raises LeaseLost before the body when another worker has the job. Lock order inside: the job is locked already,
        then requests, then the audit chain.
        """
        self.step = name
        marker = Marker()
        with self.transaction():
            yield marker
            self._mark(name, marker.count, marker.detail, done=True, moved=True)
        self._moved({name: marker.detail})

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A fenced transaction that leaves no marker of its own; `add` inside it. Raises LeaseLost before the body."""
        self.check()
        with transaction.atomic(durable=True):
            lease.hold(self.held)
            yield

    def add(self, name: str, count: int, *, detail: Mapping[str, Any] | None = None, done: bool = True) -> None:
        """Inside a fenced transaction: add to a step's count, and renew the lease; not taken for progress."""
        self._mark(name, count, detail or {}, done=done, moved=False)

    def words(self, name: str) -> tuple[str, str]:
        """The fence of `transaction`, and `add` of a step that goes on, for a procedure of the database."""
        return lease.words(self.held, name)

    def batches(self, work: Sequence[Batch], *, limit: int) -> None:
        """Run each named batch function until it touches fewer than `limit` rows; count and cursor commit together.

        Small batches share one transaction; in a run that follows a failed one each has its own, so that a failing one
        no longer takes back what the others did.
        """
        todo = [batch for batch in work if not self.is_done(batch[0])]
        while todo:
            with self.transaction():
                finished = self._run_batches(todo, limit)
            self._moved({name: {} for name in finished})
            todo = todo[len(finished) :]

    def cancel(self) -> None:
        """Inside an effect: end the job without finishing it; its remaining steps do not run."""
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE privacy_job SET state = %s, lease_until = NULL WHERE id = %s",
                [JobState.CANCELLED, str(self.job_id)],
            )
        self.stopped = True

    def _run_batches(self, todo: Sequence[Batch], limit: int) -> list[str]:
        finished: list[str] = []
        touched, until = 0, time.monotonic() + BATCH_SECONDS
        for name, batch in todo:
            self.step = name
            count = batch()
            touched += count
            done = count < limit
            self._mark(name, count, {}, done=done, moved=True)
            if done:
                finished.append(name)
            if not done or touched >= limit or self._careful or time.monotonic() > until:
                break
        return finished

    def _mark(self, name: str, count: int, detail: Mapping[str, Any], *, done: bool, moved: bool) -> None:
        lease.mark(self.held, name, count=count, detail=json.dumps(dict(detail)), done=done, moved=moved)

    def _moved(self, done: Mapping[str, dict[str, Any]]) -> None:
        self._done.update(done)
        self.attempts = min(self.attempts, 1)  # as the marker's transaction did in the row
