"""Who may work on a job: the claim, its fence and its lease, all by the database's clock and never by a worker's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from psycopg2.extensions import AsIs

from privacy.jobs.registry import Lane, kind_of
from privacy.models import Job, JobState

# How long a job waits before it looks again whether its lane is free.
LANE_WAIT_SECONDS = 1.0
# A statement that waits longer for a lock gives up and is tried again: nobody on the site waits behind an erasure.
LOCK_TIMEOUT_MS = 5000

_DUE = """state IN ('queued', 'running') AND not_before <= clock_timestamp()
    AND (lease_until IS NULL OR lease_until < clock_timestamp())"""
_CLAIM = f"""
UPDATE privacy_job SET fence = fence + 1, attempts = attempts + 1, state = 'running',
    lease_until = clock_timestamp() + make_interval(secs => %(lease)s)
WHERE id = (SELECT id FROM privacy_job WHERE id = %(id)s AND {_DUE} FOR UPDATE SKIP LOCKED)
    AND NOT EXISTS (SELECT 1 FROM privacy_job rival WHERE rival.about = ANY(%(rivals)s::uuid[])
        AND rival.state = 'running' AND rival.lease_until > clock_timestamp())
RETURNING fence, attempts, kind, about"""
_RENEW = """
UPDATE privacy_job SET lease_until = clock_timestamp() + make_interval(secs => %s)
WHERE id = %s AND fence = %s AND state = 'running'"""
# The timeouts are set in the same round trip as the fence is checked. The second one makes the database drop a worker
# that was stopped in the middle of a transaction, so that it cannot hold the job's row for ever.
_HOLD = """
SELECT set_config('lock_timeout', %s, true), set_config('idle_in_transaction_session_timeout', %s, true)
FROM privacy_job WHERE id = %s AND fence = %s AND state = 'running' FOR UPDATE"""
_MARK = """
WITH renewed AS (
    UPDATE privacy_job SET attempts = CASE WHEN %(moved)s THEN least(attempts, 1) ELSE attempts END,
        lease_until = clock_timestamp() + make_interval(secs => %(lease)s)
    WHERE id = %(job)s AND fence = %(fence)s)
INSERT INTO privacy_jobstep (job_id, name, count, detail, fence, started_at, done_at)
VALUES (%(job)s, %(name)s, %(count)s, %(detail)s, %(fence)s, now(), CASE WHEN %(done)s THEN clock_timestamp() END)
ON CONFLICT (job_id, name) DO UPDATE SET count = privacy_jobstep.count + excluded.count, detail = excluded.detail,
    fence = excluded.fence, done_at = excluded.done_at"""


class LeaseLost(Exception):
    """Another worker has this job now, or it was cancelled: stop at once and write nothing more."""


@dataclass(frozen=True)
class Claim:
    """The right to work on a job until someone else gets a higher fence."""

    job_id: UUID
    kind: str
    about: UUID
    fence: int
    attempts: int


@transaction.atomic
def claim(job_id: UUID) -> Claim | None:
    """Take the job if it is due and nobody holds it: one UPDATE … RETURNING. None means: nothing to do here."""
    job = Job.objects.filter(pk=job_id).values("kind", "about").first()
    if job is None:
        return None
    kind = kind_of(job["kind"])
    lane = kind.lane(job["about"]) if kind is not None and kind.lane is not None else Lane("", ())
    with connection.cursor() as cursor:
        if lane.key:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [lane.key])
        rivals = [str(about) for about in lane.rivals]
        cursor.execute(_CLAIM, {"id": str(job_id), "lease": settings.JOB_LEASE_SECONDS, "rivals": rivals})
        row = cursor.fetchone()
        if row is None:
            if rivals:
                _wait_for_lane(cursor, job_id)
            return None
    fence, attempts, name, about = row
    return Claim(job_id, name, about, fence, attempts)


def renew(held: Claim) -> bool:
    """Prolong the lease by settings.JOB_LEASE_SECONDS; False when it is no longer ours."""
    with connection.cursor() as cursor:
        cursor.execute(_RENEW, [settings.JOB_LEASE_SECONDS, str(held.job_id), held.fence])
        return bool(cursor.rowcount)


def hold(held: Claim) -> None:
    """Check the fence and lock the job's row until the caller's transaction ends; raises LeaseLost."""
    idle_ms = settings.JOB_LEASE_SECONDS * 1000
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [str(LOCK_TIMEOUT_MS), str(idle_ms), str(held.job_id), held.fence])
        if cursor.fetchone() is None:
            raise LeaseLost


def mark(held: Claim, name: str, *, count: int, detail: str, done: bool, moved: bool) -> None:
    """Write or add to a step's marker and renew the lease, in the caller's transaction, which holds the job.

    `moved` puts the count of attempts back to one: the cap is for jobs that no longer move.
    """
    values: dict[str, Any] = {"job": str(held.job_id), "fence": held.fence, "lease": settings.JOB_LEASE_SECONDS}
    with connection.cursor() as cursor:
        cursor.execute(_MARK, {**values, "name": name, "count": count, "detail": detail, "done": done, "moved": moved})


def words(held: Claim, name: str) -> tuple[str, str]:
    """What a procedure that commits by itself says first and last in each of its transactions, as plain SQL.

    The first is `hold`: it finds no row where the lease is lost. The second is `mark` of a step that goes on; its count
    is $1.
    """
    idle_ms = settings.JOB_LEASE_SECONDS * 1000
    values = {"job": str(held.job_id), "fence": held.fence, "lease": settings.JOB_LEASE_SECONDS, "name": name}
    counted = {**values, "count": AsIs("$1"), "detail": "{}", "done": False, "moved": False}
    with connection.cursor() as cursor:
        first = cursor.mogrify(_HOLD, [str(LOCK_TIMEOUT_MS), str(idle_ms), str(held.job_id), held.fence])
        return first.decode(), cursor.mogrify(_MARK, counted).decode()


def release(
    held: Claim, *, state: JobState, delay_seconds: float = 0.0, columns: Mapping[str, Any] | None = None
) -> None:
    """Let go of the job in the given state; raises LeaseLost when it is no longer ours."""
    assignments = "".join(f", {name} = %({name})s" for name in columns or {})
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE privacy_job SET state = %(state)s, lease_until = NULL,"
            " not_before = clock_timestamp() + make_interval(secs => %(delay)s),"
            " finished_at = CASE WHEN %(state)s = 'done' THEN clock_timestamp() END"
            + assignments
            + " WHERE id = %(id)s AND fence = %(fence)s AND state = 'running'",
            {**(columns or {}), "state": state, "delay": delay_seconds, "id": str(held.job_id), "fence": held.fence},
        )
        if not cursor.rowcount:
            raise LeaseLost


def _wait_for_lane(cursor: Any, job_id: UUID) -> None:
    cursor.execute(
        f"UPDATE privacy_job SET not_before = clock_timestamp() + make_interval(secs => %s) WHERE id = %s AND {_DUE}",
        [LANE_WAIT_SECONDS, str(job_id)],
    )
