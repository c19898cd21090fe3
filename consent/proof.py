"""The proof of each choice: rows with an authentication code, sealed day by day, checked from end to end (Art. 7(1)).

A row altered is noticed by its code, a row removed or added by the seal of its day, a seal altered by its signature and
by the next one. The code and the signature need keys that lie outside the database.
"""

import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet

from consent.cookies import Choice
from consent.models import ConsentEvent, NoticeVersion, ProofSeal
from consent.notices import hash_of
from consent.vocabulary import Method
from privacy import clock
from privacy.digests import authentic_codes
from privacy.package import signing
from privacy.retention.staying import staying

GENESIS = "0" * 64
HOLDING = "consent-consentevent"
# Any constant: no two processes seal at once.
SEAL_LOCK = 7_264_931_008_114_237
# A day is sealed so long after its end, when every choice of it is saved for good.
SETTLED = timedelta(minutes=10)
# What a row says, and how it is written: put together once, where Django would do it anew for each choice.
WRITTEN = tuple(field.column for field in ConsentEvent._meta.concrete_fields if not field.primary_key)
INSERT = (
    f"INSERT INTO {ConsentEvent._meta.db_table} ({', '.join(WRITTEN)})"
    f" VALUES ({', '.join(f'%({column})s' for column in WRITTEN)})"
)


@dataclass(frozen=True)
class Verified:
    """What a walk over the proof found; `problems` names each row, day or notice that is not as it was written."""

    events: int
    seals: int
    notices: int
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether everything is as it was written."""
        return not self.problems


def record(*, choice: Choice, method: Method, surface: str, digest: str, notice_id: int) -> UUID:
    """Add the row of one choice, and return its number; one INSERT, inside the caller's transaction.

    Not idempotent: each is one more act.
    """
    key = uuid4()
    said = _said(
        key=key,
        notice_id=notice_id,
        occurred_at=choice.decided_at,
        valid_until=choice.valid_until,
        keep_until=choice.valid_until + timedelta(days=settings.CONSENT_PROOF_DAYS),
        states=choice.states,
        method=method,
        surface=surface,
        gpc=choice.gpc,
        digest=digest,
    )
    # To the letter what is authenticated.
    row = {**said, "notice_id": notice_id, "states": json.dumps(choice.states), "mac": _macs(said)[0]}
    with connection.cursor() as cursor:
        cursor.execute(INSERT, row)
    return key


def macs_of(event: ConsentEvent) -> tuple[str, ...]:
    """HMAC-SHA256 over everything that the row says but its number, which the database gives; under each of our keys.

    A row is written with the first and genuine with any.
    """
    return _macs(_said(**{column: getattr(event, column) for column in WRITTEN if column != "mac"}))


def _said(**row: Any) -> dict[str, Any]:
    """The row as it is authenticated; its notice is called so, and its instants are texts."""
    return {
        "key": str(row["key"]),
        "notice": row["notice_id"],
        "occurred_at": _instant(row["occurred_at"]),
        "valid_until": _instant(row["valid_until"]),
        "keep_until": _instant(row["keep_until"]),
        "states": row["states"],
        "method": str(row["method"]),
        "surface": row["surface"],
        "gpc": row["gpc"],
        "digest": row["digest"],
    }


def _macs(said: dict[str, Any]) -> tuple[str, ...]:
    return authentic_codes(b"consent.proof\x00" + signing.canonical(said))


def seal_days() -> int:
    """Seal every day that is over and has none yet, in order; returns how many. Idempotent; one process at a time."""
    sealed = 0
    while _seal_next():
        sealed += 1
    return sealed


@transaction.atomic
def _seal_next() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEAL_LOCK])
    last = ProofSeal.objects.first()
    day = last.day + timedelta(days=1) if last else _first_day()
    if day is None or _end_of(day) + SETTLED > clock.now():
        return False
    seal = _seal(day, last.hash if last else GENESIS)
    signature = signing.sign(_signed(seal))
    seal.signature, seal.key_id = signature.value_b64, signature.key_id
    seal.save(force_insert=True)
    return True


def forget_old() -> int:
    """Delete the choices of the oldest day once it is sealed and none of its proof is needed; returns how many rows.

    The seal stays, with the counts: how often each purpose was accepted and refused, and nobody in it. A day with a
    choice of somebody whose data must stay stays whole, or its seal would prove nothing. Idempotent.
    """
    day = _first_day()
    while day and ProofSeal.objects.filter(day=day, keep_until__lte=clock.now()).exists():
        if not staying(HOLDING, _of_day(day)):
            return int(_of_day(day).delete()[0])
        day = _first_day(_end_of(day))
    return 0


def verify() -> Verified:
    """Check every choice, every seal and every notice; reads in bounded memory, changes nothing."""
    problems: list[str] = []
    events = 0
    for event in ConsentEvent.objects.order_by("id").iterator(chunk_size=2000):
        events += 1
        if not any(hmac.compare_digest(event.mac, mac) for mac in macs_of(event)):
            problems.append(f"choice {event.key} is not as it was written")
    seals = list(ProofSeal.objects.order_by("day"))
    problems += _wrong_seals(seals)
    versions = list(NoticeVersion.objects.order_by("number", "language"))
    problems += [f"{one} is not as it was published" for one in versions if one.sha256 != hash_of(one.content)]
    return Verified(events, len(seals), len(versions), tuple(problems))


def _wrong_seals(seals: Iterable[ProofSeal]) -> Iterator[str]:
    previous, expected = GENESIS, None
    for seal in seals:
        if expected and seal.day != expected:
            yield f"the seal of {expected} is missing"
        fresh = _seal(seal.day, previous)
        gone = fresh.events == 0 and seal.keep_until < clock.now()
        if seal.previous != previous or not signing.verify(_signed(seal), seal.key_id, seal.signature):
            yield f"the seal of {seal.day} is not as it was written"
        elif fresh.hash != seal.hash and not gone:
            yield f"the choices of {seal.day} are not those that were sealed"
        previous, expected = seal.hash, seal.day + timedelta(days=1)


def _seal(day: date, previous: str) -> ProofSeal:
    """The seal of a day as its rows are now; in bounded memory."""
    digest = hashlib.sha256(previous.encode())
    counts: Counter[tuple[str, str]] = Counter()
    events, keep_until = 0, _end_of(day)
    for event in _of_day(day).order_by("id").iterator(chunk_size=2000):
        digest.update(event.mac.encode())
        counts.update(event.states.items())
        events, keep_until = events + 1, max(keep_until, event.keep_until)
    told: dict[str, dict[str, int]] = {}
    for (code, state), count in sorted(counts.items()):
        told.setdefault(code, {})[state] = count
    seal = ProofSeal(day=day, events=events, counts=told, previous=previous, keep_until=keep_until)
    seal.hash = digest.hexdigest()
    return seal


def _signed(seal: ProofSeal) -> bytes:
    return signing.canonical(
        {
            "day": seal.day.isoformat(),
            "events": seal.events,
            "counts": seal.counts,
            "keep_until": _instant(seal.keep_until),
            "hash": seal.hash,
        }
    )


def _of_day(day: date) -> QuerySet[ConsentEvent]:
    return ConsentEvent.objects.filter(occurred_at__gte=_start_of(day), occurred_at__lt=_end_of(day))


def _first_day(since: datetime | None = None) -> date | None:
    later = {"occurred_at__gte": since} if since else {}
    choices = ConsentEvent.objects.filter(**later).order_by("occurred_at")
    first = choices.values_list("occurred_at", flat=True).first()
    return first.astimezone(UTC).date() if first else None


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)


def _end_of(day: date) -> datetime:
    return _start_of(day) + timedelta(days=1)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
