"""The proof, row by row, with everything that somebody needs to check it apart from this site."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction

from consent.models import ConsentEvent, ProofSeal
from privacy import audit
from privacy.actors import Actor

COLUMNS = (
    "kind", "key", "occurred_at", "valid_until", "keep_until", "notice", "language", "notice_sha256", "method",
    "states", "surface", "gpc", "digest", "mac", "day", "events", "counts", "previous", "hash", "signature", "key_id",
)  # fmt: skip


@transaction.atomic
def record(*, actor: Actor) -> None:
    """Leave in the audit that somebody took the proof out."""
    audit.record(event="proof.exported", actor=actor)


def rows() -> Iterator[dict[str, Any]]:
    """Every choice in its order, then every seal; in bounded memory."""
    events = ConsentEvent.objects.select_related("notice").order_by("id")
    for event in events.iterator(chunk_size=2000):
        yield {
            "kind": "choice",
            "key": str(event.key),
            "occurred_at": event.occurred_at.isoformat(),
            "valid_until": event.valid_until.isoformat(),
            "keep_until": event.keep_until.isoformat(),
            "notice": event.notice.number,
            "language": event.notice.language,
            "notice_sha256": event.notice.sha256,
            "method": event.method,
            "states": event.states,
            "surface": event.surface,
            "gpc": event.gpc,
            "digest": event.digest,
            "mac": event.mac,
        }
    for seal in ProofSeal.objects.order_by("day"):
        yield {
            "kind": "seal",
            "day": seal.day.isoformat(),
            "events": seal.events,
            "counts": seal.counts,
            "keep_until": seal.keep_until.isoformat(),
            "previous": seal.previous,
            "hash": seal.hash,
            "signature": seal.signature,
            "key_id": seal.key_id,
        }
