"""The sweep of one holding as a test calls it: each batch in a transaction, by any clock."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from privacy import clock, restriction
from privacy.actors import SYSTEM
from privacy.data_map.subject import Subject
from privacy.retention.rules import Rule, rule_named
from privacy.retention.sweep import Tally, sweep
from privacy.vocabulary import StopGround


def the_rule(slug: str) -> Rule:
    """The rule of a holding, which has one."""
    found = rule_named(slug)
    assert found is not None, slug
    return found


def swept(slug: str, now: datetime | None = None, limit: int = 0) -> Tally:
    """Sweep one holding; what became of its rows."""
    return sweep(
        the_rule(slug), now or clock.now(), transaction=transaction.atomic, counted=lambda _rows: None, limit=limit
    )


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
