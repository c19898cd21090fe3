"""Writes what was thought about the dangers of a processing: each time a new version, and never over a colleague's."""

from dataclasses import asdict, dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from privacy import audit
from privacy.actors import Actor
from privacy.models import ImpactAssessment
from privacy.registers.assessments import WRITTEN, newest
from privacy.vocabulary import AssessmentOutcome


class WrittenMeanwhile(Exception):
    """Somebody else wrote a version since this one was begun; theirs is the newest."""


@dataclass(frozen=True)
class Note:
    """What a note says; the fields are those of the row."""

    outcome: AssessmentOutcome
    necessity: str
    risks: str
    measures: str
    reviewed_on: date
    next_review_on: date


@transaction.atomic
def write(*, actor: Actor, processing: str, based_on: int, note: Note) -> ImpactAssessment:
    """Save the next version of the note about a processing; `based_on` is the version its writer had before them.

    The note may be about any word of privacy.vocabulary.PROCESSINGS (Art. 35 GDPR). Not idempotent: the same again is
    a new version. Raises PermissionDenied unless a member of staff acts, WrittenMeanwhile when `based_on` is not the
    newest any more (0: none yet); nothing is written then.
    """
    if actor.kind != "staff":
        raise PermissionDenied
    last = newest().get(processing)
    if (last.version if last else 0) != based_on:
        raise WrittenMeanwhile
    try:
        with transaction.atomic():
            written = ImpactAssessment.objects.create(processing=processing, version=based_on + 1, **asdict(note))
    except IntegrityError as error:
        if "assessment_version_once" in str(error):
            raise WrittenMeanwhile from error
        raise
    said: dict[str, int | str] = {
        "processing": processing,
        "version": written.version,
        "outcome": note.outcome.value,
    }
    audit.record(event=WRITTEN, actor=actor, about=written, data=said)
    return written
