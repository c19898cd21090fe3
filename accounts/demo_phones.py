"""The phones of the demonstration's staff: keys of their authenticator apps, and the six digits that they show now."""

import base64
import hashlib
import hmac
import json
import secrets
import struct
import time
from pathlib import Path

from django.conf import settings

# As every authenticator app counts, and allauth with them (RFC 6238).
SECONDS, DIGITS = 30, 6


def file() -> Path:
    """Where the demonstration accounts are kept, with their passwords and keys."""
    return Path(settings.VAR_DIR) / "demo-accounts.json"


def new_key() -> str:
    """A key for an app, as it is typed into one."""
    return base64.b32encode(secrets.token_bytes(20)).decode("ascii")


def code(key: str, at: float) -> str:
    """What an app with this key shows at an instant (seconds of the epoch)."""
    digest = hmac.digest(base64.b32decode(key), struct.pack(">Q", int(at) // SECONDS), hashlib.sha1)
    start = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def codes_now() -> dict[str, str]:
    """What they show in this half minute, by address; nothing where there is no demonstration."""
    path = file()
    if not settings.DEMO_ACCOUNTS or not path.exists():
        return {}
    rows = json.loads(path.read_text(encoding="utf-8"))
    return {row["email"]: code(row["second_step"], time.time()) for row in rows if row.get("second_step")}
