"""Stops the use of people's data again, or lets it go on, after an old backup came back that knows nothing of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from privacy import audit, clock
from privacy.actors import SYSTEM
from privacy.digests import every_form, renewed_all
from privacy.ledger.appliers import FoundAgain
from privacy.ledger.chain import Entry
from privacy.models import ProcessingStop, StoppedDigest
from privacy.restriction import ALONE, EVERY
from privacy.vocabulary import KIND_OF_GROUND, Purpose, StopGround, StopKind


@dataclass(frozen=True)
class _Said:
    """What an entry says of a stop."""

    ground: StopGround
    purpose: str
    request_id: UUID | None
    at: datetime


def stop_again(found: FoundAgain) -> None:
    """Impose the stop of a ledger entry, since the day it was imposed; nothing where it is in force already.

    For `ledger.register_applier`: in the caller's transaction. Raises ValueError for words this version does not know.
    """
    said = _said(found.entry)
    if _in_force(said, found.entry).exists():
        return
    digests = renewed_all([*found.entry.digests, *(found.subject.digests() if found.subject else ())])
    stop = ProcessingStop.objects.create(
        subject_digest=found.subject.digest if found.subject else min(digests),
        kind=KIND_OF_GROUND[said.ground],
        ground=said.ground,
        purpose=said.purpose,
        request_id=said.request_id,
        since=said.at,
    )
    StoppedDigest.objects.bulk_create([StoppedDigest(stop=stop, digest=digest) for digest in sorted(digests)])
    audit.record(event="stop.imposed", actor=SYSTEM, subject_digest=stop.subject_digest, about=stop)


def lift_again(found: FoundAgain) -> None:
    """Lift the stop of a ledger entry; nothing where it is lifted already. The person was told then, before it was.

    For `ledger.register_applier`, as `stop_again`.
    """
    said = _said(found.entry)
    for stop in _in_force(said, found.entry):
        if stop.kind == StopKind.RESTRICTION and stop.notice_at is None:
            stop.notice_at = said.at
        stop.lifted_at = clock.now()
        stop.save(update_fields=["notice_at", "lifted_at"])
        audit.record(event="stop.lifted", actor=SYSTEM, subject_digest=stop.subject_digest, about=stop)


def _said(entry: Entry) -> _Said:
    ground, purpose, *rest = entry.scope.split(":")
    if rest not in ([], [ALONE]):
        raise ValueError("this version does not know what the entry says of a stop")
    return _Said(
        ground=StopGround(ground),
        purpose="" if purpose == EVERY else Purpose(purpose),
        request_id=None if rest else entry.request_id,
        at=datetime.fromisoformat(entry.at),
    )


def _in_force(said: _Said, entry: Entry) -> QuerySet[ProcessingStop]:
    named = StoppedDigest.objects.filter(digest__in=every_form(entry.digests))
    same = ProcessingStop.objects.filter(ground=said.ground, purpose=said.purpose, request_id=said.request_id)
    return same.filter(lifted_at__isnull=True, pk__in=named.values("stop_id"))
