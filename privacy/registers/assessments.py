"""The notes about impact, read: the newest of each processing, every version of one, those to be looked at again."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model

from privacy.models import AuditEntry, ImpactAssessment

WRITTEN = "assessment.written"


def newest() -> dict[str, ImpactAssessment]:
    """The note that counts, by processing; one query."""
    found = ImpactAssessment.objects.order_by("processing", "-version").distinct("processing")
    return {note.processing: note for note in found}


def versions(processing: str) -> list[ImpactAssessment]:
    """Every note about a processing, newest first; `written_by` on each is the address of whoever wrote it."""
    found = list(ImpactAssessment.objects.filter(processing=processing))
    authors = _authors([note.pk for note in found])
    for note in found:
        note.written_by = authors.get(note.pk, "")  # type: ignore[attr-defined]
    return found


def overdue(today: date) -> list[ImpactAssessment]:
    """Notes that count and whose next review should have been; one query."""
    return [note for note in newest().values() if note.next_review_on < today]


def as_json(note: ImpactAssessment) -> dict[str, Any]:
    """The note as the record of processing says it."""
    return {
        "version": note.version,
        "outcome": note.outcome,
        "outcome_text": note.get_outcome_display(),
        "necessity": note.necessity,
        "risks": note.risks,
        "measures": note.measures,
        "reviewed_on": note.reviewed_on.isoformat(),
        "next_review_on": note.next_review_on.isoformat(),
    }


def _authors(notes: list[int]) -> dict[int, str]:
    """Who wrote each note, as the audit has it: the address of their account, or nothing once it is gone."""
    label = ImpactAssessment._meta.label_lower
    entries = AuditEntry.objects.filter(object_type=label, object_id__in=list(map(str, notes)), event=WRITTEN)
    actors = {int(entry.object_id): UUID(entry.actor.removeprefix("staff:")) for entry in entries}
    people = get_user_model()._default_manager.filter(pk__in=actors.values()).in_bulk()
    return {note: str(people[by]) for note, by in actors.items() if by in people}
