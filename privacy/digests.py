"""Keyed digests: names for people that only we can recompute, for places that must outlive an erasure."""

import hashlib
import hmac

from django.conf import settings


def keyed_digest(kind: str, value: str) -> str:
    """HMAC-SHA256 of an identifier, as 64 hexadecimal digits; `kind` keeps e-mails and ids apart."""
    message = f"{kind}\x00{value.strip().lower()}".encode()
    return hmac.new(settings.DIGEST_KEY.encode(), message, hashlib.sha256).hexdigest()
