"""The sweep of one holding as a test calls it: each batch in a transaction, by any clock."""

from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from privacy import clock, restriction
from privacy.actors import SYSTEM
from privacy.data_map.subject import Subject
from privacy.retention.rules import Rule, rule_named
from privacy.retention.sweep import Tally, sweep
from privacy.vocabulary import StopGround
from tests.sign_in_factories import make_sign_in


def the_rule(slug: str) -> Rule:
    """The rule of a holding, which has one."""
    found = rule_named(slug)
    assert found is not None, slug
    return found


SIGN_INS = "accounts-signin"
LONG_AGO = timedelta(days=400)


def old_sign_ins(user: User, count: int) -> None:
    """So many sign-ins whose term is over."""
    for _number in range(count):
        make_sign_in(user, at=timezone.now() - LONG_AGO)


class Unfenced:
    """A sweep that no job does; `batches` tells how many rows went in each of its transactions."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE IF NOT EXISTS swept (number serial, rows bigint); TRUNCATE swept")

    def transaction(self) -> AbstractContextManager[Any]:
        return transaction.atomic()

    def counted(self, rows: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO swept (rows) VALUES (%s)", [rows])

    def words(self) -> tuple[str, str]:
        return "", "INSERT INTO swept (rows) VALUES ($1)"

    def batches(self) -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT rows FROM swept ORDER BY number")
            return [row[0] for row in cursor.fetchall()]


def swept(slug: str, now: datetime | None = None, limit: int = 0, fence: Unfenced | None = None) -> Tally:
    """Sweep one holding; what became of its rows."""
    return sweep(the_rule(slug), now or clock.now(), fence=fence or Unfenced(), limit=limit)


def restrict(subject: Subject) -> None:
    """We may only store what we hold about this person."""
    who = {"subject_digest": subject.digest, "digests": subject.digests()}
    restriction.impose(actor=SYSTEM, **who, ground=StopGround.CLAIMS)


def past_the_triggers(statement: str, *values: Any) -> None:
    """Change rows as whoever has the database server in hand could."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
