"""Lets go of the audit's oldest days once their term is over; the chain begins at the signed seal of a day then."""

from datetime import UTC, date, timedelta

from django.db import connection, transaction

from privacy import audit, clock
from privacy.actors import SYSTEM
from privacy.models import AuditEntry, AuditSeal
from privacy.retention.staying import staying
from privacy.vocabulary import CLAIMS_DAYS


@transaction.atomic
def let_go() -> int:
    """Delete the oldest sealed day of the audit, if all of it is over; returns how many entries went (promise P3.1).

    Whole days from the beginning only, so that the chain is unbroken from the seal of the last day that went. Where an
    entry is about somebody whose data must stay, that day and all after it stay. The newest entry always does.
    Idempotent; leaves an entry.
    """
    first = AuditEntry.objects.order_by("seq").values_list("seq", flat=True).first()
    seal = _due(first) if first else None
    if seal is None or _keeps_somebody(seal):
        return 0
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM privacy_auditentry WHERE seq <= %s", [seal.last_seq])
        gone = int(cursor.rowcount)
    audit.record(event="audit.let_go", actor=SYSTEM, data={"entries": gone, "up_to": seal.last_seq})
    return gone


def last_day_over() -> date:
    """The last day (UTC) of which every entry is older than CLAIMS_DAYS."""
    return (clock.now().astimezone(UTC) - timedelta(days=CLAIMS_DAYS + 1)).date()


def _due(first: int) -> AuditSeal | None:
    """The oldest seal that is over and has entries; none that covers the newest entry, on which the next one builds."""
    newest = AuditEntry.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    due = AuditSeal.objects.filter(day__lte=last_day_over(), last_seq__gte=first, last_seq__lt=newest)
    return due.order_by("last_seq", "-day").first()


def _keeps_somebody(seal: AuditSeal) -> bool:
    people = AuditEntry.objects.filter(seq__lte=seal.last_seq).exclude(subject_digest="")
    return bool(staying("privacy-auditentry", people))
