"""Decides, from the error alone, whether a job is tried again and when; touches nothing."""

from dataclasses import dataclass

import psycopg2
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError

# Errors that pass by themselves: the database or the network is away, a lock was taken, the disk is full.
TRANSIENT = (OSError, OperationalError, InterfaceError, psycopg2.OperationalError, psycopg2.InterfaceError)
# Any other error will come again: two more tries rule out bad luck, then a person must look.
LASTING_ERROR_ATTEMPTS = 3
FIRST_DELAY_SECONDS = 0.25
LONGEST_DELAY_SECONDS = 30.0


@dataclass(frozen=True)
class Retry:
    """Try again after this many seconds."""

    delay_seconds: float


@dataclass(frozen=True)
class GiveUp:
    """Hand the job to staff."""


def passes(error: BaseException | None) -> bool:
    """Whether the error, or one that led to it, passes by itself.

    A connection that breaks in the middle of a copy surfaces as a bare DatabaseError without a code, or as whatever the
    half-read answer made the driver stumble over; the cause behind it tells.
    """
    while error is not None:
        if isinstance(error, TRANSIENT) or type(error) in {DatabaseError, psycopg2.DatabaseError}:
            return True
        error = error.__cause__ or error.__context__
    return False


def decide(error: BaseException, attempts: int, *, database_was_away: bool = False) -> Retry | GiveUp:
    """What to do after `attempts` runs without progress ended in `error`: back off twice as long each time, or stop."""
    cap = settings.JOB_MAX_ATTEMPTS if database_was_away or passes(error) else LASTING_ERROR_ATTEMPTS
    if attempts >= cap:
        return GiveUp()
    return Retry(min(FIRST_DELAY_SECONDS * 2 ** (attempts - 1), LONGEST_DELAY_SECONDS))
