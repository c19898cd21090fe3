"""The one door to the audit: an append-only chain of hashed entries that hold no clear personal data."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db import connection, models, transaction
from django.utils import timezone

from privacy.actors import Actor
from privacy.models import AuditEntry, AuditSeal
from privacy.package import signing
from privacy.vocabulary import CLAIMS_DAYS

GENESIS = "0" * 64
# The chain's own advisory lock; any constant would do as long as nothing else in this database uses it.
CHAIN_LOCK = 7_264_931_008_114_201
EVENT = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)+")
# How the events of looking end, and where such an entry says why somebody looked.
LOOKED = ".viewed"
WHY = "why"
WORD = re.compile(r"[a-z0-9_.:-]{1,64}")


@dataclass(frozen=True)
class VerifyResult:
    """What a walk over the whole chain found; `first_bad_seq` is None when every entry and seal is as written.

    `begins_after` is the number of the last entry that went because its term was over (privacy.audit_term); else 0.

    An entry removed from the end is noticed by the next seal or anchor that covered it: `first_bad_seq` is then the
    number that should have followed.
    """

    ok: bool
    entries: int
    first_bad_seq: int | None
    seals: int = 0
    begins_after: int = 0


class Fact(NamedTuple):
    """What an entry says: what happened, to whom by keyed digest, about which thing."""

    event: str
    subject_digest: str = ""
    about: models.Model | None = None
    data: Mapping[str, int | bool | str] = MappingProxyType({})


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
    fact = Fact(event, subject_digest, about, data or {})
    return record_many(actor=actor, facts=[fact])[0]


def record_many(*, actor: Actor, facts: Sequence[Fact]) -> list[AuditEntry]:
    """Append an entry for each fact, in their order, as `record` does for one; in as many statements as for one."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("an audit entry is written in the transaction it speaks of")
    checked = [_checked(fact.event, fact.about, _with_reason(actor, fact)) for fact in facts]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
        # A statement of its own: only a snapshot taken after the lock sees what the previous holder committed.
        cursor.execute(
            "SELECT coalesce(max(seq), 0), clock_timestamp(),"
            " (SELECT hash FROM privacy_auditentry ORDER BY seq DESC LIMIT 1) FROM privacy_auditentry"
        )
        last_seq, now, last_hash = cursor.fetchone()
    entries: list[AuditEntry] = []
    for fact, data in zip(facts, checked, strict=True):
        entry = AuditEntry(
            seq=last_seq + len(entries) + 1,  # consecutive by hand: a gap is a removed entry, and two at once collide
            occurred_at=now,
            event=fact.event,
            actor=str(actor),
            subject_digest=fact.subject_digest,
            object_type=fact.about._meta.label_lower if fact.about is not None else "",
            object_id=str(fact.about.pk) if fact.about is not None else "",
            data=data,
            prev_hash=entries[-1].hash if entries else last_hash or GENESIS,
        )
        entry.hash = entry_hash(entry)
        entries.append(entry)
    return AuditEntry.objects.bulk_create(entries)


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
    return hashlib.sha256(signing.canonical(content)).hexdigest()


def verify(anchors: Mapping[int, str] = MappingProxyType({})) -> VerifyResult:
    """Walk the chain from its first entry and check every seal; reads in bounded memory, changes nothing.

    Where the oldest days went, the chain begins at the signed seal of the last of them, if that is as old as its term.
    `anchors` are hashes by number that something outside the database vouches for (see privacy.ledger.verify).
    """
    vouched = dict(anchors)
    seals: dict[int, list[AuditSeal]] = {}
    for seal in AuditSeal.objects.order_by("day"):
        seals.setdefault(seal.last_seq, []).append(seal)
    count = sum(len(found) for found in seals.values())
    bad: list[int] = []
    previous = _beginning(seals, vouched)
    begins_after, entries = previous.seq, 0
    for entry in _in_order():
        entries += 1
        fits = entry.seq == previous.seq + 1 and entry.prev_hash == previous.hash and entry.hash == entry_hash(entry)
        fits = fits and vouched.pop(entry.seq, entry.hash) == entry.hash
        if not fits or not all(_holds(seal, entry) for seal in seals.pop(entry.seq, [])):
            bad.append(entry.seq)
            break
        previous = entry
    else:
        # Seals and anchors that no entry answered to speak of entries that are gone from the end.
        bad = [previous.seq + 1] if seals or vouched else []
    return VerifyResult(not bad, entries, bad[0] if bad else None, count, begins_after)


def _beginning(seals: dict[int, list[AuditSeal]], vouched: dict[int, str]) -> AuditEntry:
    """What the first entry follows on: nothing, or the last entry that went, as the seal of its day vouches for it.

    Seals and anchors of what went before are taken out. A seal that is not genuine, or too young to have let go of
    anything, is none: the first entry will not fit then.
    """
    first = AuditEntry.objects.order_by("seq").values_list("seq", flat=True).first()
    gone = first - 1 if first else 0
    over = timezone.now().astimezone(UTC).date() - timedelta(days=CLAIMS_DAYS)
    vouching = [seal for seal in seals.get(gone, []) if seal.day < over]
    last = AuditEntry(seq=gone, hash=vouching[0].last_hash if vouching else GENESIS)
    if not vouching or not all(_holds(seal, last) for seal in seals[gone]) or vouched.get(gone, last.hash) != last.hash:
        return AuditEntry(seq=0, hash=GENESIS)
    for passed in [seq for seq in seals if seq <= gone]:
        del seals[passed]
    for passed in [seq for seq in vouched if seq <= gone]:
        del vouched[passed]
    return last


def seal_day() -> AuditSeal | None:
    """Sign the chain as it stands, once a day (UTC); returns today's seal, or None while the chain is empty.

    Atomic and idempotent: a second call on the same day returns the first one's seal. From then on nobody can rewrite
    what was sealed, nor cut it off, without our signing key.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
        today = timezone.now().astimezone(UTC).date()
        done = AuditSeal.objects.filter(day=today).first()
        last = AuditEntry.objects.order_by("-seq").first()
        if done or last is None:
            return done
        seal = AuditSeal(day=today, last_seq=last.seq, last_hash=last.hash)
        signature = signing.sign(_sealed(seal))
        seal.key_id, seal.signature = signature.key_id, signature.value_b64
        seal.save(force_insert=True)
        return seal


def _holds(seal: AuditSeal, entry: AuditEntry) -> bool:
    return seal.last_hash == entry.hash and signing.verify(_sealed(seal), seal.key_id, seal.signature)


def _sealed(seal: AuditSeal) -> bytes:
    return signing.canonical({"day": seal.day.isoformat(), "last_seq": seal.last_seq, "last_hash": seal.last_hash})


def _in_order() -> Iterator[AuditEntry]:
    return AuditEntry.objects.order_by("seq").iterator(chunk_size=2000)


def _with_reason(actor: Actor, fact: Fact) -> Mapping[str, int | bool | str]:
    """What staff looked at is kept with why they did: whoever records a look cannot forget it."""
    if not actor.looking_for or not fact.event.endswith(LOOKED):
        return fact.data
    return {**fact.data, WHY: actor.looking_for}


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
