"""The one door to the audit: an append-only chain of hashed entries that hold no clear personal data."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection, models, transaction

from privacy.actors import Actor
from privacy.models import AuditEntry

GENESIS = "0" * 64
# The chain's own advisory lock; any constant would do as long as nothing else in this database uses it.
CHAIN_LOCK = 7_264_931_008_114_201
EVENT = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)+")
WORD = re.compile(r"[a-z0-9_.:-]{1,64}")


@dataclass(frozen=True)
class VerifyResult:
    """What a walk over the whole chain found; `first_bad_seq` is None when every entry and seal is as written."""

    ok: bool
    entries: int
    first_bad_seq: int | None


def record(
    *,
    event: str,
    actor: Actor,
    subject_digest: str = "",
    about: models.Model | None = None,
    data: Mapping[str, int | bool | str] | None = None,
) -> AuditEntry:
    """Append one entry inside the caller's transaction; call it last, since it holds the chain's lock until commit.

    Raises TransactionManagementError outside a transaction, and ValueError for anything that could carry free text or
    an account's clear id: `data` takes integers, booleans and words of closed vocabularies only (Art. 5(1)(c)), so the
    chain stays whole when a person is erased. Not idempotent: each call is one more fact.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("an audit entry is written in the transaction it speaks of")
    checked = _checked(event, about, data or {})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
        # A statement of its own: only a snapshot taken after the lock sees what the previous holder committed.
        cursor.execute(
            "SELECT coalesce(max(seq), 0), clock_timestamp(),"
            " (SELECT hash FROM privacy_auditentry ORDER BY seq DESC LIMIT 1) FROM privacy_auditentry"
        )
        last_seq, now, last_hash = cursor.fetchone()
    entry = AuditEntry(
        seq=last_seq + 1,  # consecutive by hand: a gap is a removed entry, and two at once collide on the key
        occurred_at=now,
        event=event,
        actor=str(actor),
        subject_digest=subject_digest,
        object_type=about._meta.label_lower if about is not None else "",
        object_id=str(about.pk) if about is not None else "",
        data=checked,
        prev_hash=last_hash or GENESIS,
    )
    entry.hash = entry_hash(entry)
    entry.save(force_insert=True)
    return entry


def entry_hash(entry: AuditEntry) -> str:
    """SHA-256 over the canonical JSON of everything an entry says, the previous entry's hash included."""
    content = {
        "seq": entry.seq,
        "occurred_at": _instant(entry.occurred_at),
        "event": entry.event,
        "actor": entry.actor,
        "subject_digest": entry.subject_digest,
        "object_type": entry.object_type,
        "object_id": entry.object_id,
        "data": entry.data,
        "prev_hash": entry.prev_hash,
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def verify() -> VerifyResult:
    """Walk the chain from its first entry; reads in bounded memory, changes nothing."""
    entries, first_bad = 0, None
    previous = AuditEntry(seq=0, hash=GENESIS)
    for entry in _in_order():
        entries += 1
        fits = entry.seq == previous.seq + 1 and entry.prev_hash == previous.hash and entry.hash == entry_hash(entry)
        if not fits and first_bad is None:
            first_bad = entry.seq
        previous = entry
    return VerifyResult(first_bad is None, entries, first_bad)


def _in_order() -> Iterator[AuditEntry]:
    return AuditEntry.objects.order_by("seq").iterator(chunk_size=2000)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _checked(event: str, about: models.Model | None, data: Mapping[str, Any]) -> dict[str, int | bool | str]:
    if not EVENT.fullmatch(event):
        raise ValueError(f"an audit event is named noun.past_participle, not {event!r}")
    if isinstance(about, get_user_model()):
        raise ValueError("an account is named in the audit by subject_digest only, never by its id")
    for key, value in data.items():
        if not WORD.fullmatch(key):
            raise ValueError(f"{key!r} is not a word")
        if not isinstance(value, int) and not (isinstance(value, str) and WORD.fullmatch(value)):
            raise ValueError(f"{key} must be a number, a boolean or a word of a closed vocabulary")
    return dict(data)
