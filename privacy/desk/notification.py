"""The notification of a breach to the authority, drawn from its case (Art. 33(3) and (4) GDPR): as values."""

from typing import Any

from privacy.breaches import due_at
from privacy.case_words import EntryKind
from privacy.desk.breaches import concerned
from privacy.models import Breach
from privacy.package import statements

_PHASES = (EntryKind.NOTIFIED, EntryKind.PHASE)


def contents(found: Breach) -> dict[str, Any]:
    """What Art. 33(3) asks for, in the active language, with what was told in phases; no person stands in it."""
    return {
        "document": "occicor.breach_notification",
        "case": found.pk,
        "authority": str(statements.LEAD_AUTHORITY.name),
        "controller": {"name": statements.CONTROLLER_NAME, "contact": statements.controller_contact()},
        "aware_at": found.discovered_at.isoformat(),
        "due_at": due_at(found).isoformat(),
        "happened_from": _iso(found.happened_from),
        "happened_until": _iso(found.happened_until),
        "nature": {"kinds": found.natures, "text": found.nature_text},
        "people": found.people_count,
        "records": found.records_count,
        "counted_at": _iso(found.counted_at),
        "categories": [
            {"data": title, "people": people, "records": records} for title, people, records in concerned(found)
        ],
        "consequences": found.consequences,
        "measures": found.measures,
        "risk": {"level": found.risk, "reason": found.risk_reason},
        "people_told_at": _iso(found.told_at),
        "people_not_told_because": found.not_told_reason,
        "notified_at": _iso(found.notified_at),
        "number": found.notified_number,
        "delay_reason": found.delay_reason,
        "phases": [
            {"at": entry.at.isoformat(), "text": entry.text} for entry in found.entries.filter(kind__in=_PHASES)
        ],
    }


def _iso(when: Any) -> str | None:
    return when.isoformat() if when else None
