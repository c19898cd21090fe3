"""Hands a package to a server that the person named (Art. 20(2) GDPR): one streamed upload, with proof of it."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from rights_requests.recipients import signed_messages
from rights_requests.recipients.transport import Body, Limits, send

METHODS = ("PUT", "POST")
# A line of 100 kB/s is enough; one so slow that it would take longer is cut off.
_SLOWEST_BYTES_PER_SECOND = 100_000
_LONGEST_SECONDS = 2 * 60 * 60
# Taken in, but not dealt with yet: the other side may still say no where we do not hear it.
_ACCEPTED = 202


@dataclass(frozen=True)
class Parcel:
    """What is sent: its bytes in pieces, read once, and what they add up to (`size` in bytes, `sha256` as hex)."""

    transfer_id: UUID
    file_name: str
    size: int
    sha256: str
    pieces: Iterator[bytes]

    @property
    def digest(self) -> str:
        """The digest as RFC 9530 writes it."""
        return f"sha-256=:{base64.b64encode(bytes.fromhex(self.sha256)).decode()}:"


@dataclass(frozen=True)
class Delivery:
    """The proof: the status, whether it means that all was taken, and what the other side said about it.

    `confirmed` when it named the digest of what arrived; `location` is where it put it, without the secret that an
    address may carry after its question mark.
    """

    status: int
    taken: bool
    confirmed: bool
    location: str

    def as_json(self) -> dict[str, str | int | bool]:
        """The proof as it is kept with the transfer."""
        return {"status": self.status, "confirmed": self.confirmed, "location": self.location}


def deliver(url: str, parcel: Parcel, now: datetime, *, method: str = "PUT", trusted_pem: str = "") -> Delivery:
    """Upload a package once, from its first byte to its last; raises NotDelivered, and what reading the pieces raises.

    May be repeated with fresh pieces: the key of the transfer lets the other side know that it is the same one. A
    server that wants to be sure who sends finds our signature over id, time and digest in the headers.
    """
    answer = send(
        method,
        url,
        headers=_headers(parcel, now),
        body=Body(parcel.pieces, parcel.size),
        limits=_limits(parcel.size),
        trusted_pem=trusted_pem,
    )
    confirmed = parcel.digest in answer.headers.get("repr-digest", "")
    return Delivery(
        answer.status,
        taken=confirmed or answer.status != _ACCEPTED,
        confirmed=confirmed,
        location=without_secret(answer.headers.get("location", "")),
    )


def _headers(parcel: Parcel, now: datetime) -> dict[str, str]:
    return {
        "Content-Type": "application/zip",
        "Content-Disposition": f'attachment; filename="{parcel.file_name}"',
        "Repr-Digest": parcel.digest,
        "Idempotency-Key": str(parcel.transfer_id),
        **signed_messages.signed_headers(f"transfer_{parcel.transfer_id}", now, parcel.digest.encode()),
    }


def _limits(size: int) -> Limits:
    return Limits(total_seconds=min(60 + size / _SLOWEST_BYTES_PER_SECOND, _LONGEST_SECONDS))


def without_secret(location: str) -> str:
    """An address that may be shown and kept; nothing for one that cannot be read."""
    try:
        parts = urlsplit(location)
    except ValueError:
        return ""
    return parts._replace(query="", fragment="", netloc=parts.netloc.rpartition("@")[2]).geturl()[:300]
