"""The sweep of one run, as a job of the engine: holding by holding, in batches, until nothing that is over is left."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Protocol
from uuid import UUID

from django.db import OperationalError
from django.db.models import F, QuerySet, Sum

from privacy import audit, clock
from privacy.actors import SYSTEM
from privacy.jobs.context import JobContext
from privacy.jobs.registry import Step
from privacy.models import RetentionCount, RetentionRun
from privacy.retention import holding_back, keepers, spans, taking
from privacy.retention.enforcers import Owner, owner_of
from privacy.retention.rules import Rule, rules
from privacy.retention.staying import staying
from privacy.retention.taking import batch_size, batches, goes_as_it_is, take
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


class Fence(Protocol):
    """Under what each batch goes: who is not the job's worker any more deletes nothing, and what went is counted."""

    def transaction(self) -> AbstractContextManager[Any]:
        """A transaction for one batch; raises LeaseLost before it."""

    def counted(self, rows: int) -> None:
        """Write down inside it that so many rows go."""

    def words(self) -> tuple[str, str]:
        """The same two for a procedure: SQL that must find a row, and SQL that takes the rows as $1; or twice ''."""


@dataclass(frozen=True)
class OfJob:
    """The fence of a job, whose step of this name counts."""

    context: JobContext
    name: str

    def transaction(self) -> AbstractContextManager[Any]:
        """A fenced transaction; raises LeaseLost."""
        return self.context.transaction()

    def counted(self, rows: int) -> None:
        """Add to the step's count, and renew the lease."""
        self.context.add(self.name, rows, done=False)

    def words(self) -> tuple[str, str]:
        """The same two as SQL."""
        return self.context.words(self.name)


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


def sweep(rule: Rule, now: datetime, *, fence: Fence, limit: int = 0) -> Tally:
    """Delete whatever of a rule is over at `now`, in batches of `limit` rows or more; each in a transaction of its own.

    Rows that go as they are go in one walk, from the oldest instant on, and each of them is met. Where the walk could
    not take a span, and where rows are looked at one by one, it is done when a look at the table finds nothing but what
    is kept back: a batch that comes out short proves nothing, for somebody may be writing meanwhile.
    """
    tally = Tally()
    if rule.slug in holding_back.whole_holdings():
        held = rule.over(now).count()
        return Tally(kept={KeptBackBy.HELD_BACK.value: held} if held else {})
    size, stuck = limit or batch_size(rule), 0
    if goes_as_it_is(rule) and _walk(rule, now, size, fence, tally):
        return tally
    for _number in range(PASSES):
        deleted, tally.left, kept = _pass(rule, now, rule.over(now), size, fence)
        tally.deleted += deleted
        tally.kept = keepers.reasons(kept.values())
        stuck += not deleted
        if stuck and (not tally.left or stuck >= STUCK_PASSES):
            break
        size = max(1, size // SMALLER) if tally.left else size
    return tally


def _walk(rule: Rule, now: datetime, size: int, fence: Fence, tally: Tally) -> bool:
    """Whether each row went that was met; those of spans that could not be taken are to be looked at by their keys."""
    left = 0
    for found in spans.walk(rule, now, size=size, lock_ms=taking.LOCK_TIMEOUT_MS, words=fence.words()):
        tally.deleted += found.deleted
        if found.ended == spans.CROWDED:
            crowd = rule.over(now).filter(**{rule.holding.retain.after: found.low})
            deleted, busy, kept = _pass(rule, now, crowd, size, fence)
            tally.deleted += deleted
            left += busy + len(kept)
        elif found.ended == spans.UNTAKEN:
            # Since it began somebody may have been restricted: nothing goes by its instant alone any more.
            if keepers.any_in_force(rule):
                return False
            left += spans.rows_in(rule, now, found)
        elif found.ended != spans.DONE:
            # Says so where the job is somebody else's.
            with fence.transaction():
                pass
    return not left


def _pass(
    rule: Rule, now: datetime, rows: QuerySet[Any], limit: int, fence: Fence
) -> tuple[int, int, dict[Any, KeptBackBy]]:
    """One look at the table, worked off: how many rows went, how many are left, and which are kept back.

    Left are those of batches in which somebody works; what is no longer over by the time it is looked at is not.
    """
    deleted, left = 0, 0
    kept: dict[Any, KeptBackBy] = {}
    for keys in batches(rows, limit):
        try:
            with fence.transaction():
                taken = take(rule, now, keys)
                fence.counted(taken.deleted)
        except OperationalError as error:
            if getattr(error.__cause__, "pgcode", "") not in BUSY:
                raise
            left += len(keys)
            continue
        deleted += taken.deleted
        kept |= taken.kept
    return deleted, left, kept


def _sweep_rule(rule: Rule, context: JobContext) -> None:
    run = RetentionRun.objects.get(pk=context.about)
    owner = owner_of(rule)
    if owner is None:
        tally = sweep(rule, run.started_at, fence=OfJob(context, rule.slug))
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
