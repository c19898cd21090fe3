"""Begins a run of the sweep: each night by itself, or by hand; one at a time."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacy import audit, clock
from privacy.actors import SYSTEM, Actor
from privacy.jobs import engine
from privacy.models import Job, JobState, RetentionRun
from privacy.retention.sweep import KIND
from privacy.vocabulary import RunState


class AlreadyRunning(Exception):
    """A run is under way: it is finished first."""


@transaction.atomic
def begin(*, actor: Actor, night: date | None = None) -> RetentionRun:
    """Put a run and its job on record; it begins at once (promise P3.1). Raises AlreadyRunning."""
    run = RetentionRun(night=night, started_at=clock.now())
    # Who comes second, by however little, is refused by the database.
    RetentionRun.objects.bulk_create([run], ignore_conflicts=True)
    if not RetentionRun.objects.filter(pk=run.pk).exists():
        raise AlreadyRunning
    engine.enqueue(kind=KIND, about=run.pk)
    audit.record(event="retention.begun", actor=actor, about=run)
    return run


def begin_tonight() -> bool:
    """Begin the night's run once settings.RETENTION_HOUR has come, by the site's clock; says whether it did.

    Safe to call at any time and twice at once: a night has one run.
    """
    here = timezone.localtime(clock.now())
    if here.hour < settings.RETENTION_HOUR or RetentionRun.objects.filter(night=here.date()).exists():
        return False
    try:
        begin(actor=SYSTEM, night=here.date())
    except AlreadyRunning:
        return False
    return True


def standing_of(run: RetentionRun) -> Any:
    """How a run stands, in words: one under way may wait for a worker, or have lost the one that did it."""
    job = Job.objects.filter(kind=KIND, about=run.pk).first() if run.state == RunState.RUNNING else None
    if job is None:
        return RunState(run.state).label
    if job.lease_until is not None and job.lease_until < clock.now():
        return _("interrupted: it is taken up again by itself")
    return RunState.RUNNING.label if job.state == JobState.RUNNING else _("waits for a worker")


@transaction.atomic
def go_on(*, actor: Actor, run_id: UUID) -> bool:
    """Let a run that waits for staff go on where it stopped; False when it was not waiting. Raises AlreadyRunning."""
    if RetentionRun.objects.filter(state=RunState.RUNNING).exists():
        raise AlreadyRunning
    run = RetentionRun.objects.select_for_update().filter(pk=run_id, state=RunState.FAILED).first()
    job = Job.objects.filter(kind=KIND, about=run.pk).first() if run else None
    if run is None or job is None or not engine.resume(job_id=job.pk, actor=actor):
        return False
    run.state = RunState.RUNNING
    run.save(update_fields=["state"])
    return True
