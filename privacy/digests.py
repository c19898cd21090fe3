"""Keyed digests: names for people that only we can recompute, for places that must outlive an erasure.

The key can be exchanged without knowing whom a digest stands for (ADR 0062): a digest under the next key is made of the
one before, so whatever is stored can be put under the newest key, and nobody is lost who was erased long ago. Such a
digest begins with the name of its key. Those of the first key have no name; a chance of 1 in 2^48 tells them apart.
"""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from functools import lru_cache

from django.conf import settings

HEX_DIGITS = 64
NAME_DIGITS = 12
_HEX = frozenset("0123456789abcdef")


def keyed_digest(kind: str, value: str) -> str:
    """The digest of an identifier under the key in force, as it is stored: 64 hexadecimal digits.

    HMAC-SHA256; `kind` keeps e-mails and ids apart.
    """
    return keyed_digests(kind, value)[0]


def keyed_digests(kind: str, value: str) -> tuple[str, ...]:
    """The digests of an identifier under every key that we have, the newest first: looked for in rows."""
    message = f"{kind}\x00{value.strip().lower()}".encode()
    first, *later = _keys()
    found = [hmac.digest(first, message, "sha256").hex()]
    for key in later:
        found.append(_put_under(key, found[-1]))
    return tuple(reversed(found))


def forms(digest: str) -> tuple[str, ...]:
    """A stored digest as every newer key has it, the newest first, itself last; what is no digest stands for itself."""
    found = [digest]
    for key in _keys_after(digest):
        found.append(_put_under(key, found[-1]))
    return tuple(reversed(found))


def every_form(digests: Iterable[str]) -> frozenset[str]:
    """The forms of many stored digests: what is looked for where they come from a row and not from a person."""
    return frozenset(form for digest in digests for form in forms(digest))


def renewed(digest: str) -> str:
    """A stored digest under the key in force; itself where it is that already, or no digest."""
    return forms(digest)[0]


def renewed_all(digests: Iterable[str]) -> frozenset[str]:
    """Many digests under the key in force, each person's identifier once: what is written down of them."""
    return frozenset(map(renewed, digests))


def key_names() -> tuple[str, ...]:
    """With what the digests of each key begin, the newest first; empty for the first key, whose digests have none."""
    _first, *later = _keys()
    return (*(_name(key) for key in reversed(later)), "")


def authentic_codes(message: bytes) -> tuple[str, ...]:
    """HMAC-SHA256 of a message under each key by itself, the newest first: that is written, any is good."""
    return tuple(hmac.digest(key, message, "sha256").hex() for key in reversed(_keys()))


def _keys() -> Sequence[bytes]:
    """The keys in the order in which they came into force; the last one is that of today."""
    return [key.encode() for key in (*settings.OLD_DIGEST_KEYS, settings.DIGEST_KEY)]


def _keys_after(digest: str) -> Sequence[bytes]:
    _first, *later = _keys()
    if not later or len(digest) != HEX_DIGITS or not _HEX.issuperset(digest):
        return ()
    place = next((place for place, key in enumerate(later, 1) if digest.startswith(_name(key))), 0)
    return later[place:]


def _put_under(key: bytes, digest: str) -> str:
    name = _name(key)
    return name + hmac.new(key, digest.encode(), hashlib.sha256).hexdigest()[: HEX_DIGITS - NAME_DIGITS]


@lru_cache(maxsize=16)
def _name(key: bytes) -> str:
    return hmac.new(key, b"the name of this key", hashlib.sha256).hexdigest()[:NAME_DIGITS]
