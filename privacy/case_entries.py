"""Writes down what happened to a case: an entry that stays, and one in the audit without a word of it."""

from collections.abc import Mapping
from typing import Any

from privacy import audit
from privacy.actors import Actor
from privacy.case_words import EntryKind
from privacy.models import Breach, CaseEntry, Disclosure, LegalHold

Case = LegalHold | Disclosure | Breach


def write(
    case: Case, kind: EntryKind, *, actor: Actor, text: str = "", data: Mapping[str, Any] | None = None
) -> CaseEntry:
    """Add an entry to a case and to the audit, in the caller's transaction, as its last statement."""
    entry = CaseEntry.objects.create(
        **{_NOUNS[type(case)].rpartition("_")[2]: case},
        kind=kind,
        text=text.strip(),
        data=dict(data or {}),
        by_id=actor.user_id,
    )
    audit.record(event=f"{_NOUNS[type(case)]}.{kind.value}", actor=actor, about=case)
    return entry


_NOUNS: Mapping[type, str] = {LegalHold: "legal_hold", Disclosure: "disclosure", Breach: "breach"}
