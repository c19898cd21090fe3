"""By what a copy for trying out is known: a table of its own, which no migration makes and no site writes."""

import logging
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, InterfaceError, connection

logger = logging.getLogger(__name__)

TABLE = "privacy_staging_copy"
MAKE = (
    f"CREATE TABLE IF NOT EXISTS {TABLE} (step text PRIMARY KEY, said text NOT NULL DEFAULT '',"
    " done_at timestamptz NOT NULL DEFAULT clock_timestamp())"
)
# The step with which a copy is whole.
DONE = "done"


@lru_cache(maxsize=1)
def is_copy() -> bool:
    """Whether the database of this process is such a copy, begun or whole; asked once, for it never becomes another."""
    return _is_marked()


def fault() -> str:
    """Why this process and this database do not belong together; empty where they do.

    A copy must be said to be one (settings.STAGING_COPY), and whoever says so must have one that is whole: neither is
    ever taken for the other.
    """
    marked = _is_marked()
    if marked and not settings.STAGING_COPY:
        return "the database is a copy for trying out: it is never the site's. Set STAGING_COPY=1 to try something out"
    if settings.STAGING_COPY and not marked:
        return "STAGING_COPY is set, but the database is not a copy that was made anonymous (manage.py staging_copy)"
    if marked and not step_done(DONE):
        return "the copy is not whole: people may stand in it. Run manage.py staging_copy again"
    return ""


def refuse_foreign_database() -> None:
    """Raise ImproperlyConfigured where `fault` finds one; called when a server, a worker or the scheduler starts.

    While the database is away nobody can look; a process that meets a copy later sends nothing from it all the same.
    """
    try:
        found = fault()
    except (DatabaseError, InterfaceError) as error:
        logger.warning("whether the database is a copy could not be seen: %s", type(error).__name__)
        return
    if found:
        raise ImproperlyConfigured(found)


def step_done(step: str) -> bool:
    """Whether a step of the copy was done."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT FROM {TABLE} WHERE step = %s)", [step])
        return bool(cursor.fetchone()[0])


def _is_marked() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [TABLE])
        return bool(cursor.fetchone()[0])
