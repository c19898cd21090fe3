"""Writing to the ledger: a row in the caller's transaction first, then the line in the file, then the row knows it."""

import logging
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID, uuid4

from django.db import DatabaseError, InterfaceError, transaction
from django.db.models import QuerySet

from privacy import clock
from privacy.digests import every_form, renewed_all
from privacy.ledger import gate
from privacy.ledger.chain import GENESIS, Damaged, Draft, Entry
from privacy.ledger.file import LedgerFile
from privacy.models import AuditEntry, LedgerDigest, LedgerEntry
from privacy.vocabulary import OF_HOLDS, LedgerKind

logger = logging.getLogger(__name__)


@transaction.atomic
def note(*, kind: LedgerKind, request_id: UUID, digests: Collection[str], scope: str = "") -> LedgerEntry:
    """Put an entry into the caller's transaction; it is written to the file right after the commit, and until it is.

    `digests` are `Subject.digests()`, all of them; `scope` are words of a closed vocabulary where an applier needs
    them: the purpose that was objected to, the holdings that an erasure spared, or those that went after all. Only
    a legal hold may be about nobody in particular.
    Idempotent: a request has one entry of a kind and scope. Where the effect cannot be taken back, call `write_out`
    between this and the effect.
    """
    if not digests and kind not in OF_HOLDS:
        raise ValueError("an entry that names nobody could never be found again")
    row, created = LedgerEntry.objects.get_or_create(
        kind=kind, request_id=request_id, scope=scope, defaults={"id": uuid4(), "recorded_at": clock.now()}
    )
    if created:
        LedgerDigest.objects.bulk_create([LedgerDigest(entry=row, digest=one) for one in sorted(renewed_all(digests))])
    transaction.on_commit(_write_out_soon)
    return row


def write_out() -> int:
    """Write what waits in the database to the file; returns how many entries the database now knows to be there.

    When it returns, every entry noted before is on the disk. A transaction of its own; safe to call at any time and
    twice at once; a line that a dead or stopped writer left is recognised and not written twice. Raises Closed while
    database and ledger disagree, Damaged, OSError (of these Overtaken when one that had been stopped woke up and was
    faster: call it again), and the errors of a database that is away or has dropped us.
    """
    with transaction.atomic(durable=True):
        if not LedgerEntry.objects.filter(seq__isnull=True).exists():
            return 0
        gate.lock()
        gate.require(gate.Standing.AGREED)
        rows = list(LedgerEntry.objects.filter(seq__isnull=True).order_by("recorded_at", "id"))
        # Before we look what is there: what another adds behind our back takes the number, so it is never added twice.
        pen = LedgerFile().pen()
        there = {entry.natural_key: entry for entry in pen.entries(after=gate.position().seq)}
        here = anchor()
        for row in rows:
            draft = _draft(row)
            keep(row, there.get(draft.natural_key) or pen.append(draft, **here))
    return len(rows)


def keep(row: LedgerEntry, entry: Entry) -> None:
    """Note on a row that waited that its entry is in the file, with the line as it stands there."""
    row.seq, row.hash, row.line = entry.seq, entry.hash, entry.line().decode()
    row.save(update_fields=["seq", "hash", "line"])


def place_of(row: LedgerEntry) -> Mapping[str, Any]:
    """Where a written entry stands in the ledger, as a receipt says it: its number and its hash."""
    return {"seq": row.seq, "hash": row.hash}


def asked_to_be_erased(digests: Collection[str]) -> bool:
    """Whether a person with one of these digests was erased, or is being erased, because they asked for it.

    For imports by others. It does not speak against somebody who comes back by themselves.
    """
    return of_erased().filter(digest__in=every_form(digests)).exists()


def of_erased() -> QuerySet[LedgerDigest]:
    """The digests of all who asked to be erased, for a statement that looks at many people in the database."""
    return LedgerDigest.objects.filter(entry__kind=LedgerKind.ERASURE)


def entries_of(kind: LedgerKind) -> frozenset[UUID]:
    """By what the entries of a kind came, those that still wait to be written included."""
    return frozenset(LedgerEntry.objects.filter(kind=kind).values_list("request_id", flat=True))


def anchor() -> dict[str, Any]:
    """The audit's newest entry. Only what is committed counts: nothing of our own transaction is there yet."""
    newest = AuditEntry.objects.order_by("-seq").values_list("seq", "hash").first()
    return dict(zip(("audit_seq", "audit_hash"), newest or (0, GENESIS), strict=True))


def _draft(row: LedgerEntry) -> Draft:
    digests = row.digests.order_by("digest").values_list("digest", flat=True)
    return Draft(row.id, row.kind, row.request_id, tuple(digests), row.scope, row.recorded_at.isoformat())


def _write_out_soon() -> None:
    """After the commit: at best now; what does not succeed the scheduler does, and no caller is told of it."""
    try:
        write_out()
    except (gate.Closed, Damaged, OSError, DatabaseError, InterfaceError) as error:
        logger.error("the ledger is not written yet: %s", type(error).__name__)
