"""Keeps the secrets of second steps unreadable in the database, under a key that lives outside it."""

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from privacy.package.seal import wrapping_keys

NONCE_BYTES = 12


class SecretBroken(ValueError):
    """A stored secret cannot be read: it was altered, or the key outside the database is another one."""


def seal(text: str) -> str:
    """Encrypt a secret for storage (AES-256-GCM, fresh nonce); the same text seals differently each time."""
    nonce = os.urandom(NONCE_BYTES)
    return base64.b64encode(nonce + AESGCM(_keys()[0]).encrypt(nonce, text.encode(), None)).decode()


def unseal(sealed: str) -> str:
    """The secret that `seal` was given; raises SecretBroken when it cannot be read."""
    return _unsealed(sealed)[0]


def reseal(sealed: str) -> str | None:
    """The same secret under the key of today; None where it is under that one already. Raises SecretBroken."""
    text, place = _unsealed(sealed)
    return seal(text) if place else None


def _unsealed(sealed: str) -> tuple[str, int]:
    """The secret, and which of the keys opened it: 0 for that of today."""
    for place, key in enumerate(_keys()):
        try:
            raw = base64.b64decode(sealed, validate=True)
            return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], None).decode(), place
        except (InvalidTag, ValueError):
            continue
    raise SecretBroken("a second step's secret cannot be read")


def _keys() -> list[bytes]:
    """Keys of their own, derived from those that wrap packages, so that neither opens what the other closed."""
    return [_derived(outside) for outside in wrapping_keys()]


def _derived(outside: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"accounts.second-steps").derive(outside)
