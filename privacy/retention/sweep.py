"""The sweep of one run, as a job of the engine: holding by holding, in batches, until nothing that is over is left."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import OperationalError
from django.db.models import F, Sum

from privacy import audit, clock
from privacy.actors import SYSTEM
from privacy.jobs.context import JobContext
from privacy.jobs.registry import Step
from privacy.models import RetentionCount, RetentionRun
from privacy.retention import holding_back, keepers
from privacy.retention.enforcers import Owner, owner_of
from privacy.retention.rules import Rule, rules
from privacy.retention.staying import staying
from privacy.retention.taking import batch_size, batches, left_in, take
from privacy.vocabulary import KeptBackBy, RunState

logger = logging.getLogger(__name__)

KIND = "retention"
# What somebody works with is tried again in the next pass, in ever smaller batches, so that it keeps few others with
# it; after so many passes in which nothing went it is left, and said to be. So many passes at most while others write.
STUCK_PASSES = 4
SMALLER = 12
PASSES = 50
# What PostgreSQL says of a lock that was not to be had in time, and of two that waited for each other.
BUSY = frozenset({"55P03", "40P01"})
# What it says of a statement that took longer than it was given.
TOO_LONG = "57014"

Transaction = Callable[[], AbstractContextManager[Any]]
Counted = Callable[[int], None]


@dataclass
class Tally:
    """What became of whatever was over: how many rows went, how many stay for which reason, how many are left."""

    deleted: int = 0
    kept: dict[str, int] = field(default_factory=dict)
    left: int = 0


def retention_steps(context: JobContext) -> Iterator[Step]:
    """A step for each rule, children first, then the end of the run."""
    for rule in rules():
        yield Step(rule.slug, partial(_sweep_rule, rule))
    yield Step("end", _end)


def sweep(rule: Rule, now: datetime, *, transaction: Transaction, counted: Counted, limit: int = 0) -> Tally:
    """Delete whatever of a rule is over at `now`, in batches of `limit` rows; each in a `transaction` of its own.

    `counted` is called inside each with how many rows it deletes. It is done when a look at the table finds nothing but
    what is kept back: a batch that comes out short proves nothing, for somebody may be writing meanwhile.
    """
    tally = Tally()
    if rule.slug in holding_back.whole_holdings():
        held = rule.over(now).count()
        return Tally(kept={KeptBackBy.HELD_BACK.value: held} if held else {})
    size, stuck = limit or batch_size(rule), 0
    for _number in range(PASSES):
        deleted, tally.left, kept = _pass(rule, now, size, transaction, counted)
        tally.deleted += deleted
        tally.kept = keepers.reasons(kept.values())
        stuck += not deleted
        if stuck and (not tally.left or stuck >= STUCK_PASSES):
            break
        size = max(1, size // SMALLER) if tally.left else size
    return tally


def _pass(
    rule: Rule, now: datetime, limit: int, transaction: Transaction, counted: Counted
) -> tuple[int, int, dict[Any, KeptBackBy]]:
    """One look at the table, worked off: how many rows went, how many are left, and which are kept back.

    Left are those of batches in which somebody works; what is no longer over by the time it is looked at is not.
    """
    deleted, left = 0, 0
    kept: dict[Any, KeptBackBy] = {}
    for batch in batches(rule, now, limit):
        try:
            with transaction():
                taken = take(rule, now, batch)
                counted(taken.deleted)
        except OperationalError as error:
            code = getattr(error.__cause__, "pgcode", "")
            if code == TOO_LONG and batch.span and not batch.span.counted:
                batch.span.given_up = True
            elif code in BUSY:
                left += left_in(rule, now, batch)
            else:
                raise
            continue
        deleted, left = deleted + taken.deleted, left + taken.again
        kept |= taken.kept
    return deleted, left, kept


def _sweep_rule(rule: Rule, context: JobContext) -> None:
    run = RetentionRun.objects.get(pk=context.about)
    owner = owner_of(rule)
    if owner is None:
        add = partial(context.add, rule.slug, done=False)
        tally = sweep(rule, run.started_at, transaction=context.transaction, counted=add)
    else:
        tally = _by_owner(rule, owner, run.started_at)
    with context.effect(rule.slug) as marker:
        marker.count = tally.deleted if owner else 0  # what the sweep itself deleted is counted already
        # A worker that died had deleted some before: the step's marker counts those of all workers together.
        tally.deleted = marker.count + context.counts().get(rule.slug, 0)
        if tally.deleted or tally.kept or tally.left:
            _count(run, rule, tally)


def _count(run: RetentionRun, rule: Rule, tally: Tally) -> None:
    RetentionCount.objects.create(
        run=run,
        holding=rule.slug,
        profile=rule.profile,
        deleted=tally.deleted,
        kept=tally.kept,
        kept_back=sum(tally.kept.values()),
        left=tally.left,
    )


def _by_owner(rule: Rule, owner: Owner, now: datetime) -> Tally:
    """Have the owner delete until it finds nothing; left is what nobody keeps back and should be gone by now."""
    tally = Tally()
    while owner.run is not None and (deleted := owner.run()):
        tally.deleted += deleted
    late = rule.aged(now - owner.grace)
    tally.kept = {} if owner.dies_on_time else staying(rule.slug, late)
    tally.left = max(0, late.count() - sum(tally.kept.values()))
    return tally


def _end(context: JobContext) -> None:
    with context.effect("end") as marker:
        run = RetentionRun.objects.select_for_update().get(pk=context.about)
        run.state, run.finished_at, run.rules = RunState.DONE, clock.now(), len(rules())
        run.save(update_fields=["state", "finished_at", "rules"])
        totals = run.counts.aggregate(**{name: Sum(F(name), default=0) for name in ("deleted", "kept_back", "left")})
        marker.count = int(totals["deleted"])
        audit.record(event="retention.swept", actor=SYSTEM, about=run, data={k: int(v) for k, v in totals.items()})


def stopped(about: UUID, step: str, failure: str) -> None:
    """The engine gave up: the run says so, and staff can let it go on."""
    RetentionRun.objects.filter(pk=about, state=RunState.RUNNING).update(state=RunState.FAILED)
    logger.error("retention stopped at %s: %s", step, failure)
