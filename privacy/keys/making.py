"""Makes new keys, with what has to be said of those before them, as files that only their owner can read."""

import base64
import os
import secrets
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path

from django.conf import settings

from privacy.package import signing


class Which(StrEnum):
    """The keys that can be exchanged, by the name of their setting."""

    SECRET = "SECRET_KEY"
    DIGEST = "DIGEST_KEY"
    PACKAGE = "PACKAGE_KEK"
    SIGNING = "SIGNING_KEY"


class FileThere(Exception):
    """A file of this name is there already: nothing was written; it may be the only copy of a key."""


def made(which: Which) -> Mapping[str, str]:
    """A fresh key and the setting that remembers the one of today, each by its name; written down nowhere."""
    return _MAKERS[which]()


def write(which: Which, folder: Path) -> list[Path]:
    """Put a fresh key, and the list of those before it, into files of the folder named as their settings.

    For NAME_FILE of the environment. Raises FileThere, and OSError; what was begun is taken away then.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    written: list[Path] = []
    try:
        for name, value in made(which).items():
            path = folder / name
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                written.append(path)
                file.write(value + "\n")
                file.flush()
                os.fsync(file.fileno())
    except OSError as error:
        for path in written:
            path.unlink(missing_ok=True)
        if isinstance(error, FileExistsError):
            raise FileThere(str(error.filename)) from error
        raise
    return written


def _signing() -> Mapping[str, str]:
    known = [f"{key['key_id']}:{key['public_key']}" for key in signing.public_keys()["keys"]]
    return {"SIGNING_KEY": _32_bytes(), "OLD_VERIFY_KEYS": ",".join(known)}


def _32_bytes() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


_MAKERS: Mapping[Which, Callable[[], Mapping[str, str]]] = {
    Which.SECRET: lambda: {
        "SECRET_KEY": secrets.token_urlsafe(64),
        "OLD_SECRET_KEYS": ",".join([settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]),
    },
    # In the order in which they came into force: each digest is made through all of them.
    Which.DIGEST: lambda: {
        "DIGEST_KEY": secrets.token_urlsafe(48),
        "OLD_DIGEST_KEYS": ",".join([*settings.OLD_DIGEST_KEYS, settings.DIGEST_KEY]),
    },
    Which.PACKAGE: lambda: {
        "PACKAGE_KEK": _32_bytes(),
        "OLD_PACKAGE_KEKS": ",".join([settings.PACKAGE_KEK, *settings.OLD_PACKAGE_KEKS]),
    },
    Which.SIGNING: _signing,
}
