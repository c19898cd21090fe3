"""The sealed evidence: each file under a key of its own that only its row has."""

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

from privacy import files
from privacy.files import SealedFile
from privacy.files.folder import settle
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
    """Seal the content under a fresh key and random name; it is kept for good, sealed, when this returns.

    Not part of a transaction: when the caller's is rolled back, the key is gone with it and the file cannot be read by
    anybody; `sweep_leftovers` removes it. Raises OSError when the disk, or privacy.files.Away when the bucket, does not
    take it; nothing is left then.
    """
    stem, key = secrets.token_hex(_NAME_BYTES), new_key()
    part, name = _folder() / f"{stem}.part", f"{stem}.sealed"
    try:
        _write(part, _sealed(content, key, stem))
        files.evidence().send(part, name, _go_on)
        files.evidence().publish(part, name)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    return Stored(name, wrap_key(key, PURPOSE), hashlib.sha256(content).hexdigest(), len(content))


def pieces(name: str, wrapped_key: bytes | memoryview) -> Iterator[bytes]:
    """The content, piece by piece; raises Gone without such a file, SealBroken when it is not what was sealed, Away.

    All may come after the first piece: whoever must not begin an answer that cannot be ended uses `read`.
    """
    key = unwrap_key(wrapped_key, PURPOSE)
    try:
        yield from plaintext(_file(name), key)
    except FileNotFoundError as error:
        raise Gone from error


def read(name: str, wrapped_key: bytes | memoryview) -> bytes:
    """The whole content, checked to its last byte (some megabytes); raises Gone, SealBroken, Away."""
    return b"".join(pieces(name, wrapped_key))


def destroy(name: str) -> bool:
    """Remove the file; False when it was not there, so it may run again. Call it once the row without key is committed.

    The key's end is the file's end even where the disk still holds old blocks (P7.2).
    """
    try:
        _file(name).unlink()
    except FileNotFoundError:
        return False
    settle(_folder())
    return True


def sweep_leftovers(live_names: Callable[[], Container[str]]) -> int:
    """Remove files of an hour and older that no row names, half-written ones too; returns how many.

    `live_names` is asked after the folder was read, so a row that is committed in between is seen. Safe to run at any
    time and twice at once.
    """
    youngest = time.time() - LEFTOVER_SECONDS
    old = [file for file, written_at in _files() if written_at < youngest]
    if not old:
        return 0
    live = live_names()
    gone = [file for file in old if file.name not in live]
    for file in gone:
        file.unlink(missing_ok=True)
    return len(gone)


def _folder() -> Path:
    folder = Path(settings.EVIDENCE_DIR)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _file(name: str) -> SealedFile:
    """The file; a name that is none of ours names no file, so it cannot climb out of the folder."""
    if not _NAME.fullmatch(name):
        raise Gone
    return files.evidence().file(name)


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


def _files() -> Iterator[tuple[SealedFile, float]]:
    """Every file of ours, half-written ones too, with when it was written."""
    folder = Path(settings.EVIDENCE_DIR)
    for path in folder.iterdir() if folder.is_dir() else ():
        if _NAME.fullmatch(path.name) or _PART.fullmatch(path.name):
            yield path, _written_at(path)
    for file, written_at in files.evidence().elsewhere():
        if _NAME.fullmatch(file.name):
            yield file, written_at


def _written_at(path: Path) -> float:
    """When the file was written, in seconds since 1970; one that went meanwhile counts as new."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")


def _go_on() -> None:
    """Nobody takes the right to send a file of a few megabytes away."""
