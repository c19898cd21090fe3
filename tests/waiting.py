"""Waits for what another connection does to the database, and not for a time."""

from django.db import connection

from tests.stack import eventually


def wait_until_someone_waits_for_us() -> None:
    """Return once a lock of this connection holds up another one; AssertionError when it never does."""

    def blocks() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))")
            return cursor.fetchone() is not None

    assert eventually(blocks, seconds=10), "nobody waits"
