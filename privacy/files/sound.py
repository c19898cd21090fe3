"""Whether a bucket may be trusted with what must be gone when it is deleted: asked at each start and by a command."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from secrets import token_bytes, token_hex
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import storages
from django.utils.module_loading import import_string

from privacy.files.place import PACKAGES, evidence, packages

logger = logging.getLogger(__name__)


def in_use() -> bool:
    """Whether files are kept in a bucket at all; it is the same for every kind of them."""
    return PACKAGES in settings.STORAGES


def faults() -> Iterator[str]:
    """Why the bucket must not be used, in sentences for whoever operates the site; raises Away when it does not answer.

    A bucket that keeps versions, or locks what lies in it, brings back what was deleted; one that strangers can list
    tells them how many asked. Nothing is written.
    """
    if in_use():
        yield from import_string("privacy.files.bucket.keeps")(storages[PACKAGES])


def tried() -> Iterator[str]:
    """What does not work when a file is sent, read, and deleted again; raises Away. Leaves nothing behind."""
    content, name, place = token_bytes(1000), f"try-{token_hex(8)}", packages()
    with TemporaryDirectory() as folder:
        part = Path(folder) / name
        part.write_bytes(content)
        place.send(part, name, lambda: None)
    try:
        with place.file(name).open("rb") as source:
            if source.read() != content:
                yield "What was read is not what was sent."
    finally:
        place.file(name).unlink()


def standing() -> str:
    """Why no package could be kept just now, in a word or two; empty when one could. Raises nothing.

    A bucket is asked for its first file, within a few seconds: that it answers, knows our key and lets us look;
    nothing is written there. The folders of this machine must let us write.
    """
    try:
        if in_use():
            import_string("privacy.files.bucket.answers")(storages[PACKAGES])
    except OSError as error:
        return f"away: {error}"
    for folder in (packages().folder, evidence().folder):
        if not os.access(_there(folder), os.W_OK | os.X_OK):
            return f"{folder.name} cannot be written to"
    return ""


def _there(folder: Path) -> Path:
    """The folder, or the first above it that there is: it is made when it is first wanted."""
    return next(one for one in (folder, *folder.parents) if one.exists())


def refuse_unsound_start() -> None:
    """Raise ImproperlyConfigured where the bucket has a fault; one that does not answer now is waited for."""
    try:
        found = list(faults())
    except OSError as error:
        logger.warning("the bucket of PACKAGE_STORE_URL does not answer: %s", error)
        return
    if found:
        raise ImproperlyConfigured("PACKAGE_STORE_URL: " + " ".join(found))
