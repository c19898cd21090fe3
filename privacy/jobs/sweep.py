"""Finds work that waits, by a criterion and never by a window of time: rings for it again, or does it right here."""

from uuid import UUID

from django.db import connection

from privacy import dispatch
from privacy.jobs import engine
from privacy.ledger import gate

# A bell that was heard is answered well within this time; after it, the job is run without the queue.
GRACE_SECONDS = 2.0
RING_AGAIN_SECONDS = 5.0
RING_AT_ONCE = 100

_WAITING = """state IN ('queued', 'running') AND not_before <= clock_timestamp()
    AND (lease_until IS NULL OR lease_until < clock_timestamp())"""
_RING = f"""
UPDATE privacy_job SET rung_at = clock_timestamp() WHERE id IN (
    SELECT id FROM privacy_job WHERE {_WAITING}
        AND (rung_at IS NULL OR rung_at < greatest(not_before, lease_until)
            OR rung_at < clock_timestamp() - make_interval(secs => %s))
    ORDER BY not_before LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING id"""
_OVERDUE = f"""
SELECT id FROM privacy_job WHERE {_WAITING}
    AND greatest(not_before, lease_until) <= clock_timestamp() - make_interval(secs => %s)
ORDER BY not_before LIMIT %s"""


def sweep() -> int:
    """Ring for every job that is due and that nobody holds; returns for how many. Safe to run at any time."""
    with connection.cursor() as cursor:
        cursor.execute(_RING, [RING_AGAIN_SECONDS, RING_AT_ONCE])
        waiting: list[UUID] = [row[0] for row in cursor.fetchall()]
    for job_id in waiting:
        dispatch.ring(job_id)
    return len(waiting)


def work_off(*, grace_seconds: float = 0.0, limit: int = RING_AT_ONCE) -> int:
    """Run what has been due for `grace_seconds`, straight from PostgreSQL; returns how many jobs were finished.

    With it nothing depends on the broker: it may be gone for good. Raises ledger.Closed while database and ledger
    disagree.
    """
    if why := gate.closed():
        raise gate.Closed(why)
    with connection.cursor() as cursor:
        cursor.execute(_OVERDUE, [grace_seconds, limit])
        overdue: list[UUID] = [row[0] for row in cursor.fetchall()]
    return sum(engine.run(job_id) for job_id in overdue)
