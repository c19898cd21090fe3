"""The job engine: enqueue in the transaction that accepts the work, run under a fence, give up only to a person."""

import logging
import time
from datetime import datetime
from functools import partial
from traceback import extract_tb
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from privacy import audit, dispatch, log_context
from privacy.actors import SYSTEM, Actor
from privacy.jobs import lease
from privacy.jobs.context import JobContext, Later
from privacy.jobs.heartbeat import LeaseHeartbeat
from privacy.jobs.lease import Claim, LeaseLost
from privacy.jobs.registry import kind_of
from privacy.jobs.retry import TRANSIENT, GiveUp, Retry, decide
from privacy.ledger import gate
from privacy.models import Job, JobState

logger = logging.getLogger(__name__)

# While the database is away a worker waits for it, to hand the job back the moment it can, until the lease is over.
RECORD_AGAIN_SECONDS = 0.25


class UnknownKind(Exception):
    """No code of this version knows the kind of the job: an older or newer deployment wrote it."""


class WorkerDied(Exception):
    """Every worker that took this job died over it without an error that could be read."""


class StepLeftUndone(Exception):
    """A step returned without its marker: a fault of the step's code, never taken for success."""


@transaction.atomic
def enqueue(*, kind: str, about: UUID, not_before: datetime | None = None) -> Job:
    """Put the job into the caller's transaction and ring the bell once that commits.

    Nobody takes it up before the instant `not_before`, if one is given. Idempotent: there is one job of a kind about a
    thing, and it is returned as it is unless it was cancelled; then it starts anew, with no step done.
    """
    begins = not_before or Now()
    job, created = Job.objects.get_or_create(kind=kind, about=about, defaults={"rung_at": Now(), "not_before": begins})
    # Asked again under its lock: somebody else may have started it anew meanwhile, and what it did since stays done.
    ended = Job.objects.select_for_update().filter(pk=job.pk, state=JobState.CANCELLED)
    if not created and job.state == JobState.CANCELLED and list(ended.values_list("pk")):
        job.steps.all().delete()
        _queue_again(job.pk, begins)
    transaction.on_commit(partial(dispatch.ring, job.pk), robust=True)
    return job


@transaction.atomic
def resume(*, job_id: UUID, actor: Actor) -> bool:
    """Let a job that waits for staff go on from its first unfinished step; False when it was not waiting."""
    job = Job.objects.select_for_update().filter(pk=job_id, state=JobState.NEEDS_STAFF).first()
    if job is None:
        return False
    _queue_again(job.pk)
    transaction.on_commit(partial(dispatch.ring, job.pk), robust=True)
    audit.record(event="job.resumed", actor=actor, about=job, data={"step": _word(job.failed_step)})
    return True


@transaction.atomic
def go_on(*, kind: str, about: UUID) -> bool:
    """Take a job that is done up again, because there is more to do than there was; its markers stay. Else False.

    In the caller's transaction, before the thing that the job is about is locked.
    """
    job = Job.objects.select_for_update().filter(kind=kind, about=about, state=JobState.DONE).first()
    if job is None:
        return False
    _queue_again(job.pk)
    transaction.on_commit(partial(dispatch.ring, job.pk), robust=True)
    return True


def cancel(*, kind: str, about: UUID) -> bool:
    """Stop the job in the caller's transaction: whoever runs it finds a higher fence at its next write.

    False when there is nothing to stop. Call it before locking the thing that the job is about.
    """
    unfinished = Job.objects.filter(kind=kind, about=about).exclude(state__in=(JobState.DONE, JobState.CANCELLED))
    return bool(unfinished.update(state=JobState.CANCELLED, fence=F("fence") + 1, lease_until=None))


def put_off(*, kind: str, about: UUID, until: datetime) -> bool:
    """Let a job that is queued begin or go on no sooner than `until`, in the caller's transaction. Idempotent.

    False when there is none, it waits as long already, or it is being done at this moment.
    """
    sooner = Job.objects.filter(kind=kind, about=about, state=JobState.QUEUED, not_before__lt=until)
    return bool(sooner.update(not_before=until))


@transaction.atomic
def hasten(*, about: UUID, after_step: str) -> bool:
    """Let a job that put itself off go on now, in the caller's transaction; False when none is waiting.

    Only a job that has done `after_step`: one that waits for its beginning has a reason to.
    """
    waiting = Job.objects.filter(about=about, state=JobState.QUEUED, steps__name=after_step, not_before__gt=Now())
    found = list(waiting.values_list("pk", flat=True))
    Job.objects.filter(pk__in=found, state=JobState.QUEUED).update(not_before=Now())
    for job_id in found:
        transaction.on_commit(partial(dispatch.ring, job_id), robust=True)
    return bool(found)


def run(job_id: UUID) -> bool:
    """Claim the job and do its unfinished steps; True when this call finished it.

    Safe to call twice, at once, and for ids that no longer exist: whoever does not get the claim returns False. So does
    everybody while database and ledger disagree. No error leaves this function: a step's is recorded on the job, and
    while the database is away the row stays due.
    """
    try:
        if why := gate.closed():
            logger.warning("job %s not claimed: %s", job_id, why)
            return False
        held = lease.claim(job_id)
        context = JobContext(held) if held is not None else None
    except TRANSIENT as error:
        logger.warning("job %s not claimed: %s", job_id, type(error).__name__)
        connection.close_if_unusable_or_obsolete()
        return False
    return context is not None and _run(context)


def _run(context: JobContext) -> bool:
    held = context.held
    with log_context.working_on(held.job_id, held.kind), LeaseHeartbeat(held, context.lost):
        try:
            return _do(held, context)
        except LeaseLost:
            logger.info("job %s: fence %s was overtaken", held.job_id, held.fence)
        except Later as later:
            _put_off(held, later)
        except Exception as error:  # noqa: BLE001 - whatever a step raises must end up on the job's row
            _failed(context, error)
    return False


def _do(held: Claim, context: JobContext) -> bool:
    kind = kind_of(held.kind)
    if kind is None:
        raise UnknownKind
    if held.attempts > settings.JOB_MAX_ATTEMPTS:
        raise WorkerDied
    for step in kind.steps(context):
        if context.is_done(step.name):
            continue
        context.step = step.name
        step.run(context)
        if context.stopped:
            return True
        if not context.is_done(step.name):
            raise StepLeftUndone
    lease.release(held, state=JobState.DONE)
    return True


def _put_off(held: Claim, later: Later) -> None:
    try:
        lease.release(held, state=JobState.QUEUED, delay_seconds=later.seconds, columns={"attempts": 0})
    except (LeaseLost, *TRANSIENT) as error:
        logger.info("job %s: not put off: %s", held.job_id, type(error).__name__)


def _failed(context: JobContext, error: Exception) -> None:
    """Record a failure; when even that is impossible the lease lapses and the sweeper starts the job again."""
    # Class and place only: messages of database errors quote rows, and logs must not hold personal data.
    frames = extract_tb(error.__traceback__)[-3:]
    where = " < ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(frames))
    logger.error("job %s failed in step %r: %s at %s", context.job_id, context.step, type(error).__name__, where)
    was_away = connection.connection is None or not connection.is_usable()
    until = time.monotonic() + settings.JOB_LEASE_SECONDS
    while not _recorded(context, error, was_away=was_away) and time.monotonic() < until:
        was_away = True
        time.sleep(RECORD_AGAIN_SECONDS)


def _recorded(context: JobContext, error: Exception, *, was_away: bool) -> bool:
    """Whether the failure is on the row, or is no longer ours to record; False while the database is away."""
    connection.close_if_unusable_or_obsolete()
    try:
        _record_failure(context, error, decide(error, context.attempts, database_was_away=was_away))
    except LeaseLost:
        logger.info("job %s: fence %s was overtaken", context.job_id, context.fence)
    except (DatabaseError, *TRANSIENT) as second:
        logger.warning("job %s: failure not recorded: %s", context.job_id, type(second).__name__)
        connection.close()
        return False
    return True


@transaction.atomic
def _record_failure(context: JobContext, error: Exception, verdict: Retry | GiveUp) -> None:
    held, step, failure = context.held, context.step, type(error).__name__
    found = {"failed_step": step[:120], "failure": failure[:120]}
    if isinstance(verdict, Retry):
        lease.release(held, state=JobState.QUEUED, delay_seconds=verdict.delay_seconds, columns=found)
        return
    lease.release(held, state=JobState.NEEDS_STAFF, columns=found)
    kind = kind_of(held.kind)
    if kind is not None and kind.on_failure is not None:
        try:
            with transaction.atomic():
                kind.on_failure(held.about, step, failure)
        except Exception as second:  # noqa: BLE001 - the job must reach staff even when its owner cannot be told
            logger.error("job %s: failure hook: %s", held.job_id, type(second).__name__)
    data = {"step": _word(step), "failure": _word(failure)}
    audit.record(event="job.failed", actor=SYSTEM, about=Job(pk=held.job_id), data=data)


def _queue_again(job_id: UUID, begins: datetime | Now | None = None) -> None:
    Job.objects.filter(pk=job_id).update(
        state=JobState.QUEUED,
        fence=F("fence") + 1,
        lease_until=None,
        attempts=0,
        not_before=begins or Now(),
        rung_at=Now(),
        failed_step="",
        failure="",
        finished_at=None,
    )


def _word(text: str) -> str:
    """The text as a word that the audit takes: step names and class names, never messages."""
    return "".join(letter for letter in text.lower() if letter.isalnum() or letter in "_.:-")[:64] or "none"
