"""Why a worker or the scheduler does not start behind a pool of connections that hands them on after a transaction."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def refuse_pool() -> None:
    """Raise ImproperlyConfigured where settings.DATABASE_POOLED says that a connection lasts one transaction.

    Who leads among schedulers is a lock of a connection, and what retention goes through is a list that a connection
    keeps: passed on to somebody else, the first would never end and the second be read by two.
    """
    if settings.DATABASE_POOLED:
        raise ImproperlyConfigured(
            "DATABASE_POOLED is for web servers. Worker and scheduler need a DATABASE_URL that leads to PostgreSQL"
            " itself: see docs/how-to/install-on-several-machines.md."
        )
