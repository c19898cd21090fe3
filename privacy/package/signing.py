"""Ed25519 signatures over canonical JSON: manifests, receipts and audit seals are signed and checked here."""

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

ALGORITHM = "Ed25519"


@dataclass(frozen=True)
class Signature:
    """A detached signature: the id of the key that made it and the value in base64."""

    key_id: str
    value_b64: str

    def as_json(self) -> dict[str, str]:
        """The signature as it is written to `manifest.json.sig`."""
        return {"algorithm": ALGORITHM, "key_id": self.key_id, "signature": self.value_b64}


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical(content: Any) -> bytes:
    """The one byte form of a JSON document that is signed: sorted keys, no spaces, UTF-8.

    Raises TypeError for values that JSON does not know and ValueError for NaN and infinities.
    """
    return _CANONICAL.encode(content).encode("utf-8")


def key_id(public: bytes) -> str:
    """The name of a public key: the first 16 hexadecimal digits of the SHA-256 of its 32 raw bytes."""
    return hashlib.sha256(public).hexdigest()[:16]


def sign(payload: bytes) -> Signature:
    """Sign with the current key; raises ImproperlyConfigured if settings.SIGNING_KEY is not 32 bytes in base64."""
    private = _private_key()
    value = private.sign(payload)
    return Signature(key_id(_raw(private)), base64.b64encode(value).decode("ascii"))


def verify(payload: bytes, key_id: str, value: str) -> bool:
    """Whether `value` (base64) is the signature of exactly these bytes by one of our keys, old ones included."""
    public = _known_keys().get(key_id)
    if public is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(base64.b64decode(value, validate=True), payload)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def public_keys() -> dict[str, Any]:
    """Every key that a signature of ours can be checked with, as the well-known document publishes it."""
    current = key_id(_raw(_private_key()))
    keys = [
        {
            "key_id": name,
            "algorithm": ALGORITHM,
            "public_key": base64.b64encode(public).decode("ascii"),
            "current": name == current,
        }
        for name, public in _known_keys().items()
    ]
    return {"keys": keys}


def _private_key() -> Ed25519PrivateKey:
    try:
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(settings.SIGNING_KEY, validate=True))
    except (binascii.Error, ValueError) as error:
        raise ImproperlyConfigured("SIGNING_KEY must be 32 bytes in base64") from error


def _raw(private: Ed25519PrivateKey) -> bytes:
    return private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def _known_keys() -> dict[str, bytes]:
    """Raw public keys by id: the current one, and those in settings.OLD_VERIFY_KEYS ({id: base64})."""
    public = _raw(_private_key())
    old: dict[str, str] = getattr(settings, "OLD_VERIFY_KEYS", {})
    return {key_id(public): public, **{name: base64.b64decode(value) for name, value in old.items()}}
