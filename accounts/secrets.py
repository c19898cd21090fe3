"""Keeps the secrets of second steps unreadable in the database, under a key that lives outside it."""

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

NONCE_BYTES = 12


class SecretBroken(ValueError):
    """A stored secret cannot be read: it was altered, or the key outside the database is another one."""


def seal(text: str) -> str:
    """Encrypt a secret for storage (AES-256-GCM, fresh nonce); the same text seals differently each time."""
    nonce = os.urandom(NONCE_BYTES)
    return base64.b64encode(nonce + AESGCM(_key()).encrypt(nonce, text.encode(), None)).decode()


def unseal(sealed: str) -> str:
    """The secret that `seal` was given; raises SecretBroken when it cannot be read."""
    try:
        raw = base64.b64decode(sealed, validate=True)
        return AESGCM(_key()).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], None).decode()
    except (InvalidTag, ValueError) as wrong:
        raise SecretBroken("a second step's secret cannot be read") from wrong


def _key() -> bytes:
    """A key of its own, derived from the one that wraps packages, so that neither opens what the other closed."""
    outside = base64.b64decode(settings.PACKAGE_KEK)
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"accounts.second-steps").derive(outside)
