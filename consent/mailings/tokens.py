"""The signed name of one copy, by which a message that comes back is known: an address proves nothing."""

import base64
import binascii
import re
from collections.abc import Iterator
from email.utils import parseaddr
from uuid import UUID

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from privacy.keys.former import signing_keys

_SALT = "consent.mailings.copy"
_SIGNED_BYTES = 16
# Base 32, small letters: mail servers may change the case of an address.
TOKEN = re.compile(r"(?<![a-z0-9])[a-z2-7]{52}(?![a-z0-9])", re.IGNORECASE)


def token(copy_id: UUID) -> str:
    """52 letters and digits: the number of the copy and 128 bits that only we can write beside it."""
    return _token(copy_id, settings.SECRET_KEY)


def named_in(text: str) -> Iterator[UUID]:
    """The copies whose tokens, signed by us, stand in a line."""
    for found in TOKEN.findall(text):
        try:
            raw = base64.b32decode(found.upper() + "====")
        except binascii.Error:
            continue
        copy_id = UUID(bytes=raw[:16])
        # Whole, since the last letter has bits to spare: several would be read as the same bytes.
        if any(constant_time_compare(found.lower(), _token(copy_id, key)) for key in signing_keys()):
            yield copy_id


def message_id(copy_id: UUID) -> str:
    """The Message-ID of a copy; what comes back quotes it (RFC 3464, 2.1: the returned headers)."""
    return f"<{token(copy_id)}@{_domain(settings.DEFAULT_FROM_EMAIL)}>"


def return_path(copy_id: UUID) -> str:
    """The envelope's sender: settings.BOUNCE_ADDRESS with the token behind a plus; where it is empty, the usual one."""
    if not settings.BOUNCE_ADDRESS:
        return str(settings.DEFAULT_FROM_EMAIL)
    box, _at, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    return f"{box}+{token(copy_id)}@{domain}"


def _token(copy_id: UUID, key: str) -> str:
    signature = salted_hmac(_SALT, copy_id.bytes, key, algorithm="sha256").digest()[:_SIGNED_BYTES]
    return base64.b32encode(copy_id.bytes + signature).decode().rstrip("=").lower()


def _domain(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"
