"""Writes down what happened to a case: an entry that stays, and one in the audit without a word of it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Q

from privacy import audit, clock
from privacy.actors import Actor
from privacy.case_words import EntryKind
from privacy.models import Breach, CaseEntry, Disclosure, LegalHold
from privacy.retention.staying import without_kept
from privacy.vocabulary import CLAIMS_DAYS

FORGOTTEN_AT_ONCE = 1000
HOLDING = "privacy-caseentry"
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


def forget() -> int:
    """Delete some entries whose term is over, of cases that are not open any more; returns how many. Idempotent.

    Those of a case that goes went with it before. What is about somebody whose data must stay, stays.
    """
    over = clock.now() - timedelta(days=CLAIMS_DAYS)
    closed = Q(hold__ended_at__isnull=False) | Q(disclosure__isnull=False) | Q(breach__closed_at__isnull=False)
    going = without_kept(HOLDING, CaseEntry.objects.filter(closed, at__lt=over).order_by())
    some = list(going.values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE])
    return CaseEntry.objects.filter(pk__in=some).delete()[0]


_NOUNS: Mapping[type, str] = {LegalHold: "legal_hold", Disclosure: "disclosure", Breach: "breach"}
