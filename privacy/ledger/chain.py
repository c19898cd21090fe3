"""What the ledger's lines are: people as keyed digests only, and each line hashed together with the one before."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

from privacy.digests import keyed_digests
from privacy.package import signing

GENESIS = "0" * 64


class Damaged(Exception):
    """The ledger is not as it was written; the message says where, for whoever operates the site."""


@dataclass(frozen=True)
class Draft:
    """What an entry will say; its place in the chain comes when it is written. Instants are ISO 8601 in UTC."""

    id: UUID
    kind: str
    request_id: UUID
    digests: tuple[str, ...]
    scope: str
    at: str

    @property
    def natural_key(self) -> tuple[str, UUID, str]:
        """What makes an entry the same entry, however often it is told to be written."""
        return self.kind, self.request_id, self.scope


@dataclass(frozen=True)
class Entry(Draft):
    """One line. `key` names the key of the digests; the audit's last entry stands in it, so that none of it is cut."""

    seq: int
    key: str
    audit_seq: int
    audit_hash: str
    prev_hash: str
    hash: str = ""

    def line(self) -> bytes:
        """The line as it stands in the file, line feed included; the same entry always gives the same bytes."""
        return signing.canonical(self._content()) + b"\n"

    def _content(self) -> dict[str, Any]:
        plain = {"id": str(self.id), "request_id": str(self.request_id), "digests": list(self.digests)}
        return asdict(self) | plain

    def computed_hash(self) -> str:
        """SHA-256 over everything the entry says, the previous entry's hash included."""
        content = {name: value for name, value in self._content().items() if name != "hash"}
        return hashlib.sha256(signing.canonical(content)).hexdigest()


def chained(draft: Draft, previous: Entry | None, *, audit_seq: int, audit_hash: str) -> Entry:
    """The entry that a draft becomes after the previous one."""
    entry = Entry(
        **vars(draft),
        seq=previous.seq + 1 if previous else 1,
        key=digest_key_names()[0],
        audit_seq=audit_seq,
        audit_hash=audit_hash,
        prev_hash=previous.hash if previous else GENESIS,
    )
    return replace(entry, hash=entry.computed_hash())


def parsed(line: bytes) -> Entry:
    """The entry of a line; raises Damaged unless the line is, byte by byte, what we would write."""
    try:
        content = json.loads(line)
        entry = Entry(
            **content
            | {
                "id": UUID(content["id"]),
                "request_id": UUID(content["request_id"]),
                "digests": tuple(content["digests"]),
            }
        )
        sound = entry.hash == entry.computed_hash() and entry.line() == line
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Damaged("a line of the ledger cannot be read") from error
    if not sound:
        raise Damaged(f"entry {entry.seq} of the ledger was altered")
    return entry


def require_next(entry: Entry, previous: Entry | None) -> None:
    """Raise Damaged unless the entry follows directly on the previous one (None: it is the first)."""
    expected = (previous.seq + 1, previous.hash) if previous else (1, GENESIS)
    if (entry.seq, entry.prev_hash) != expected:
        raise Damaged(f"the ledger is broken at entry {expected[0]}")


def digest_key_names() -> tuple[str, ...]:
    """Names for the keys of digests that tell nothing of them, that of today first: others match nobody."""
    return tuple(digest[:16] for digest in keyed_digests("key", "ledger"))
