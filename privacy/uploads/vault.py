"""The folder of sealed evidence: each file under a key of its own that only its row has."""

import hashlib
import os
import re
import secrets
import time
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from django.conf import settings

from privacy.package.open import plaintext
from privacy.package.seal import SealingWriter, new_key, unwrap_key, wrap_key

PURPOSE = b"evidence-key"
# A file is written before the row that names it is committed: one so young may still get its row.
LEFTOVER_SECONDS = 3600
_NAME_BYTES = 16
_NAME = re.compile(r"[0-9a-f]{32}\.sealed")
_PART = re.compile(r"[0-9a-f]{32}\.part")


class Gone(Exception):
    """There is no such file: it was destroyed, or never was."""


@dataclass(frozen=True)
class Stored:
    """What a row keeps of a sealed file: its name, its key as wrapped by settings.PACKAGE_KEK, and what was sealed."""

    name: str
    wrapped_key: bytes
    sha256: str
    size: int


def put(content: bytes) -> Stored:
    """Seal the content under a fresh key and random name; it is on the disk, sealed, when this returns.

    Not part of a transaction: when the caller's is rolled back, the key is gone with it and the file cannot be read by
    anybody; `sweep_leftovers` removes it. Raises OSError when the disk does not take it; nothing is left then.
    """
    stem, key = secrets.token_hex(_NAME_BYTES), new_key()
    part = _folder() / f"{stem}.part"
    try:
        _write(part, _sealed(content, key, stem))
        part.rename(part.with_suffix(".sealed"))
    except OSError:
        part.unlink(missing_ok=True)
        raise
    _settle(part.parent)
    return Stored(f"{stem}.sealed", wrap_key(key, PURPOSE), hashlib.sha256(content).hexdigest(), len(content))


def pieces(name: str, wrapped_key: bytes | memoryview) -> Iterator[bytes]:
    """The content, piece by piece; raises Gone without such a file, SealBroken when it is not what was sealed.

    Both may come after the first piece: whoever must not begin an answer that cannot be ended uses `read`.
    """
    key = unwrap_key(wrapped_key, PURPOSE)
    try:
        yield from plaintext(_path(name), key)
    except FileNotFoundError as error:
        raise Gone from error


def read(name: str, wrapped_key: bytes | memoryview) -> bytes:
    """The whole content, checked to its last byte (some megabytes); raises Gone or SealBroken."""
    return b"".join(pieces(name, wrapped_key))


def destroy(name: str) -> bool:
    """Remove the file; False when it was not there, so it may run again. Call it once the row without key is committed.

    The key's end is the file's end even where the disk still holds old blocks (P7.2).
    """
    path = _path(name)
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    _settle(path.parent)
    return True


def sweep_leftovers(live_names: Callable[[], Container[str]]) -> int:
    """Remove files of an hour and older that no row names, half-written ones too; returns how many.

    `live_names` is asked after the folder was read, so a row that is committed in between is seen. Safe to run at any
    time and twice at once.
    """
    youngest = time.time() - LEFTOVER_SECONDS
    old = [path for path in _files() if _written_at(path) < youngest]
    if not old:
        return 0
    live = live_names()
    gone = [path for path in old if path.name not in live]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def _folder() -> Path:
    folder = Path(settings.EVIDENCE_DIR)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _path(name: str) -> Path:
    """Where a file lies; a name that is none of ours names no file, so it cannot climb out of the folder."""
    if not _NAME.fullmatch(name):
        raise Gone
    return Path(settings.EVIDENCE_DIR) / name


def _sealed(content: bytes, key: bytes, stem: str) -> bytes:
    sink = BytesIO()
    writer = SealingWriter(sink, key, stem.encode())
    writer.write(content)
    writer.close()
    return sink.getvalue()


def _write(path: Path, sealed: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as sink:
        sink.write(sealed)
        sink.flush()
        os.fsync(sink.fileno())


def _settle(folder: Path) -> None:
    """Make a change of names in the folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _files() -> list[Path]:
    folder = Path(settings.EVIDENCE_DIR)
    if not folder.is_dir():
        return []
    return [path for path in folder.iterdir() if _NAME.fullmatch(path.name) or _PART.fullmatch(path.name)]


def _written_at(path: Path) -> float:
    """When the file was written, in seconds since 1970; one that went meanwhile counts as new."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")
