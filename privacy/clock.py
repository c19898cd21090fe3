"""The one clock: the database's, so that a worker whose own clock is wrong neither hurries nor delays a term."""

from datetime import datetime

from django.db import connection


def now() -> datetime:
    """The database's present instant (it moves on inside a transaction too)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        instant: datetime = cursor.fetchone()[0]
    return instant
