"""A sweep of retention as work that faults meet."""

import time
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import connection

from accounts.models import SignIn
from privacy import clock
from privacy.actors import SYSTEM
from privacy.models import AuditEntry, JobStep, RetentionCount, RetentionRun
from privacy.retention import running
from privacy.vocabulary import RunState
from tests.factories import make_user

HOLDING = "accounts-signin"
# How many sign-ins were over when the run began.
_over: dict[UUID, int] = {}


def old_sign_ins(rows: int) -> UUID:
    """Somebody with so many sign-ins whose term is over; their id."""
    user = make_user(f"person-{uuid4().hex}@example.org")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_signin (id, user_id, at, how, country, network, alerted)"
            " SELECT gen_random_uuid(), %s, now() - interval '400 days', 'password', '', '', false"
            " FROM generate_series(1, %s)",
            [str(user.pk), rows],
        )
    return user.pk


def begin_sweep(many: int) -> list[UUID]:
    """A sweep over so many sign-ins that are over, begun by hand once none is under way."""
    old_sign_ins(many)
    until = time.monotonic() + 60
    while True:
        try:
            over = left()
            run = running.begin(actor=SYSTEM)
        except running.AlreadyRunning:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            _over[run.pk] = over
            return [run.pk]


def left() -> int:
    """How many sign-ins are over and there."""
    return SignIn.objects.filter(at__lt=clock.now() - timedelta(days=365)).count()


def swept(abouts: list[UUID]) -> Iterator[str]:
    """What does not hold of a sweep that is over."""
    for run in RetentionRun.objects.filter(pk__in=abouts):
        counted = RetentionCount.objects.filter(run=run, holding=HOLDING)
        found = (run.state, left(), sum(counted.values_list("deleted", flat=True)))
        if found != (RunState.DONE, 0, _over[run.pk]):
            yield f"state, what is over still, what was counted of {_over[run.pk]}: {found}"


def halves_of_sweep(abouts: list[UUID]) -> Iterator[str]:
    """Each row that went is counted, the rule's end has its figures, the run's end its audit entry."""
    for run in RetentionRun.objects.filter(pk__in=abouts):
        step = JobStep.objects.filter(job__about=run.pk, name=HOLDING).first()
        over = left()
        if (step.count if step else 0) + over != _over[run.pk]:
            yield f"of {_over[run.pk]} rows {over} are there and {step.count if step else 0} counted"
        finished = step is not None and step.done_at is not None
        if finished != RetentionCount.objects.filter(run=run, holding=HOLDING).exists():
            yield f"the rule is finished: {finished}, but not its figures"
        audited = AuditEntry.objects.filter(event="retention.swept", object_id=str(run.pk)).count()
        if audited != (run.state == RunState.DONE):
            yield f"the run is {run.state} and has {audited} entries in the audit"
