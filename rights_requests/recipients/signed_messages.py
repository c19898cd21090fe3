"""Signed messages in the form of Standard Webhooks 1.0 (scheme v1a, Ed25519): ours to recipients, theirs to us.

What is signed is the message's id, a full stop, the time in seconds, a full stop, and the bytes of the body.
"""

import base64
import re
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from privacy.package import signing
from rights_requests.recipients.notices import NotGenuine, Received

SCHEME = "v1a"
PUBLIC_KEY_PREFIX = "whpk_"
# A message is taken this long before and after the time it names: clocks differ, and a copy goes stale.
TOLERANCE_SECONDS = 300
_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")
_TIME = re.compile(r"[0-9]{1,12}")


def signed_headers(message_id: str, at: datetime, content: bytes) -> dict[str, str]:
    """The headers that make a message ours: id, time, signature, and which of our published keys made it."""
    seconds = str(int(at.timestamp()))
    made = signing.sign(_signed(message_id, seconds, content))
    return {
        "Webhook-Id": message_id,
        "Webhook-Timestamp": seconds,
        "Webhook-Signature": f"{SCHEME},{made.value_b64}",
        "Occicor-Key-Id": made.key_id,
    }


def check(received: Received, key: Ed25519PublicKey, now: datetime) -> None:
    """Raise NotGenuine unless this key signed these bytes within the last minutes; nothing of them is read before."""
    message_id, seconds = received.header("Webhook-Id"), received.header("Webhook-Timestamp")
    if not _ID.fullmatch(message_id) or not _TIME.fullmatch(seconds):
        raise NotGenuine("headers missing")
    if abs(now.timestamp() - int(seconds)) > TOLERANCE_SECONDS:
        raise NotGenuine("too old, or from the future")
    payload = _signed(message_id, seconds, received.raw)
    if not any(_is_by(key, signature, payload) for signature in received.header("Webhook-Signature").split()):
        raise NotGenuine("no signature of this recipient")


def public_key(text: str) -> Ed25519PublicKey:
    """The key in a recipient's settings: base64 of its 32 bytes, with or without the prefix; raises ValueError."""
    return Ed25519PublicKey.from_public_bytes(
        base64.b64decode(text.strip().removeprefix(PUBLIC_KEY_PREFIX), validate=True)
    )


def _signed(message_id: str, seconds: str, content: bytes) -> bytes:
    return f"{message_id}.{seconds}.".encode() + content


def _is_by(key: Ed25519PublicKey, signature: str, payload: bytes) -> bool:
    scheme, _comma, value = signature.partition(",")
    if scheme != SCHEME:
        return False
    try:
        key.verify(base64.b64decode(value, validate=True), payload)
    except (InvalidSignature, ValueError):  # the latter for what is not base64
        return False
    return True
