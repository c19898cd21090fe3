"""The one clock: the database's, so that a worker whose own clock is wrong neither hurries nor delays a term."""

import time
from datetime import datetime, timedelta

from django.db import connection

from privacy.lately import Lately


def now() -> datetime:
    """The database's present instant (it moves on inside a transaction too)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        instant: datetime = cursor.fetchone()[0]
    return instant


def counted_on() -> datetime:
    """The same, counted on from what the database said within the last second: for what must not wait (ADR 0078)."""
    instant, at = _told()
    return instant + timedelta(seconds=time.monotonic() - at)


def _look() -> tuple[datetime, float]:
    return now(), time.monotonic()


_told = Lately(_look)
