"""Checks the whole ledger against itself, its signature and the database's copy; writes it anew where it is lost."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass

from django.db import transaction

from privacy import audit
from privacy.actors import SYSTEM
from privacy.ledger import gate
from privacy.ledger.chain import Damaged, parsed
from privacy.ledger.file import LedgerFile
from privacy.models import LedgerEntry
from privacy.vocabulary import LedgerKind

CHUNK = 2_000


@dataclass(frozen=True)
class Verified:
    """What a walk over the whole ledger found; `problem` is empty when all is as it was written."""

    entries: int
    standing: gate.Standing
    problem: str = ""


def verify() -> Verified:
    """Walk the chain from its first entry, check the signed head, and compare with the database's copy; reads only."""
    found, walked = gate.standing(), 0
    try:
        copies = LedgerEntry.objects.filter(seq__isnull=False).order_by("seq")
        mirrored = iter(copies.values_list("seq", "line").iterator(chunk_size=CHUNK))
        for entry in LedgerFile().entries():
            walked = entry.seq
            copy = next(mirrored, None)
            if copy is not None and copy != (entry.seq, entry.line().decode()):
                return Verified(walked, found, f"entry {entry.seq} is not what the database knows of it")
    except Damaged as damage:
        return Verified(walked, found, str(damage))
    except OSError as error:
        return Verified(walked, found, f"the ledger cannot be read: {error.strerror}")
    return Verified(walked, found, gate.WAY_OUT.get(found, ""))


def audit_anchors() -> Mapping[int, str]:
    """The audit's entries that the ledger vouches for: hash by number. Raises Damaged, OSError.

    Where a backup came back, what the audit had written after it is gone with that database and vouched for no more.
    """
    anchors: dict[int, str] = {}
    for entry in LedgerFile().entries():
        if entry.kind == LedgerKind.RESTORED:
            anchors = {seq: hash_ for seq, hash_ in anchors.items() if seq <= entry.audit_seq}
        if entry.audit_seq:
            anchors[entry.audit_seq] = entry.audit_hash
    return anchors


@transaction.atomic(durable=True)
def rebuild() -> int:
    """Write what the file lacks from the database's copy; returns how many entries. For a file that is lost for good.

    Only where the standing is LOST; raises Closed otherwise, Damaged where the copy does not continue the file or its
    own chain is broken, OSError. Then nothing is lost but what neither file nor database knows.
    """
    gate.lock()
    gate.require(gate.Standing.LOST)
    pen = LedgerFile().pen()
    known = pen.head.seq if pen.head else 0
    missing = LedgerEntry.objects.filter(seq__gt=known).order_by("seq").values_list("line", flat=True)
    # A few at a time: between two words with the database there is no room for thousands of writes to a disk.
    with closing(missing.iterator(chunk_size=100)) as lines:  # type: ignore[type-var] # it is a generator
        written = [pen.put(parsed(line.encode())).seq for line in lines]
    audit.record(event="ledger.rebuilt", actor=SYSTEM, data={"entries": len(written)})
    return len(written)
