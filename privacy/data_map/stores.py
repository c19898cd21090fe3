"""Places outside the tables that may hold personal data: folders of files, and Valkey as cache and as task broker."""

from __future__ import annotations

import base64
import binascii
import logging
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import redis
from django.db import connection

from privacy.data_map.declarations import Store
from privacy.data_map.reach import rows
from privacy.data_map.registry import Registry, registry
from privacy.files import Place, SealedFile
from privacy.package.seal import is_sealed

if TYPE_CHECKING:
    from privacy.data_map.subject import Subject

logger = logging.getLogger(__name__)

CHUNK_BYTES = 1024 * 1024
BASE64_RUN = re.compile(rb"[A-Za-z0-9+/]{16,}={0,2}")


class FileStore(Store):
    """A folder of files that rows point at: a field declared with `store=<this name>` keeps a file's name.

    A file belongs to the subject when a row of theirs names it. `verify` reads every file of the folder, half-written
    ones included, for what is encrypted can hold no plain identifier. `root` is asked anew each time.
    """

    def __init__(
        self, name: str, root: Callable[[], Path], *, title: Any, because: Any, into: Registry = registry
    ) -> None:
        self.name, self.root, self.title, self.because = name, root, title, because
        super().__init__(into=into)

    def find(self, subject: Subject) -> int:
        """How many files of the subject are there."""
        return sum(1 for file in self._files_of(subject) if file.is_file())

    def erase(self, subject: Subject) -> int:
        """Remove the subject's files; returns how many were there. A missing file is none, so it may run again."""
        return _unlinked(self._files_of(subject))

    def remove(self, names: Iterable[str]) -> int:
        """Remove the files of these names, as rows kept them; returns how many were there. It may run again."""
        return _unlinked(filter(None, map(self.file, names)))

    def verify(self, identifiers: frozenset[str]) -> list[str]:
        """Names of files in which an identifier stands in the clear; a file that is gone meanwhile holds none."""
        needles = [identifier.encode() for identifier in identifiers]
        there = (path for path in sorted(self.root().rglob("*")) if path.is_file())
        return [path.name for path in there if _file_holds(path, needles)]

    def file(self, name: str) -> SealedFile | None:
        """The file that a row names; None where the name climbs out of the folder, whatever the row says."""
        root = self.root().resolve()
        path = (root / name).resolve()
        return path if path.is_relative_to(root) else None

    def _files_of(self, subject: Subject) -> Iterator[SealedFile]:
        for holding in self.registry.holdings.values():
            for name, rule in holding.rules().items():
                if rule.store != self.name:
                    continue
                for kept in rows(holding, subject).values_list(name, flat=True):
                    if kept and (found := self.file(str(kept))):
                        yield found


class SealedStore(FileStore):
    """Sealed files, of which the finished ones may lie in a bucket (privacy.files).

    `verify` reads the folder of this machine as above. In the bucket it looks at every name, and reads what is not
    sealed: an object that begins as a sealed file does was written by the sealing writer and is ciphertext to its end.
    """

    def __init__(self, name: str, place: Callable[[], Place], **rest: Any) -> None:
        self.place = place
        super().__init__(name, lambda: place().folder, **rest)

    def file(self, name: str) -> SealedFile | None:
        """The file that a row names, wherever it lies; None for a name that climbs out of the folder."""
        return self.place().file(name) if super().file(name) else None

    def verify(self, identifiers: frozenset[str]) -> list[str]:
        """Names of files in which an identifier stands in the clear, here and in the bucket."""
        needles = [identifier.encode() for identifier in identifiers]
        return super().verify(identifiers) + sorted(
            found.file.name for found in self.place().elsewhere() if _object_holds(found.file, needles)
        )


def _unlinked(files: Iterable[SealedFile]) -> int:
    removed = 0
    for file in files:
        try:
            file.unlink()
            removed += 1
        except FileNotFoundError:
            continue
    return removed


class ValkeyStore(Store):
    """The logical database of Valkey that the address names. Nothing in it is the record of anything; all of it passes.

    A server that does not answer is taken to hold nothing: requests are fulfilled without it, for ever if need be, and
    what it may still have is named by number and expires. That is logged.
    """

    def __init__(self, name: str, url: str, *, title: Any, because: Any, into: Registry = registry) -> None:
        self.name, self.title, self.because = name, title, because
        self._url = url
        super().__init__(into=into)

    def find(self, subject: Subject) -> int:
        """How many keys name the subject, in the key itself or in its value."""
        return len(self._holding(subject.identifiers()))

    def erase(self, subject: Subject) -> int:
        """Remove every key that names the subject; returns how many. Nothing here is needed again."""
        found = self._holding(subject.identifiers())
        if found:
            self._client().delete(*found)
        return len(found)

    def verify(self, identifiers: frozenset[str]) -> list[str]:
        """The kinds of keys (the part before the first digit or identifier) that name one of the identifiers."""
        return sorted({_place(key) for key in self._holding(identifiers)})

    def _client(self) -> redis.Redis:
        return redis.Redis.from_url(self._url, socket_timeout=2, socket_connect_timeout=1)

    def _holding(self, identifiers: frozenset[str]) -> list[bytes]:
        needles = [identifier.encode() for identifier in identifiers]
        try:
            return [key for key, content in _entries(self._client()) if _holds(content, needles)]
        except (redis.ConnectionError, redis.TimeoutError):
            logger.warning("store %s does not answer; nothing can be found in it", self.name)
            return []


class BrokerStore(ValkeyStore):
    """The task broker: a task carries the number of a job and nothing else, so there is never anything to remove.

    `erase` removes nothing, for a task must not be lost; a person named in one is a fault that `verify` reports.
    """

    def erase(self, subject: Subject) -> int:
        """Nothing to remove; always 0."""
        return 0


class CacheTableStore(Store):
    """The table in which the cache goes on while Valkey is away: no model stands for it, and its values are packed.

    What it holds passes by itself within hours; a row that names the subject is removed at once. A table that was
    never made holds nothing.
    """

    def __init__(self, name: str, table: str, *, title: Any, because: Any, into: Registry = registry) -> None:
        self.name, self.title, self.because = name, title, because
        self._table = table
        super().__init__(into=into)

    def find(self, subject: Subject) -> int:
        """How many rows name the subject, in the clear or inside a packed value."""
        return len(self._holding(subject.identifiers()))

    def erase(self, subject: Subject) -> int:
        """Remove every row that names the subject; returns how many. A second call removes none."""
        found = self._holding(subject.identifiers())
        if found:
            with connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM {self._quoted()} WHERE cache_key = ANY(%s)", [found])
        return len(found)

    def verify(self, identifiers: frozenset[str]) -> list[str]:
        """The table's name when one of its rows names an identifier."""
        return [self._table] if self._holding(identifiers) else []

    def _quoted(self) -> str:
        return connection.ops.quote_name(self._table)

    def _holding(self, identifiers: frozenset[str]) -> list[str]:
        needles = [identifier.encode() for identifier in identifiers]
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass(%s)", [self._quoted()])
            if cursor.fetchone() == (None,):
                return []
            cursor.execute(f"SELECT cache_key, value FROM {self._quoted()}")
            return [key for key, value in cursor.fetchall() if _holds(f"{key}\n{value}".encode(), needles)]


def _entries(client: redis.Redis) -> Iterator[tuple[bytes, bytes]]:
    """Each key and, as one text, the key with everything under it; in batches, so that the server is never held up."""
    keys = client.scan_iter(count=1000)
    while batch := list(islice(keys, 500)):
        kinds = client.pipeline(transaction=False)
        for key in batch:
            kinds.type(key)
        reads = client.pipeline(transaction=False)
        for key, kind in zip(batch, kinds.execute(), strict=True):
            _read(reads, key, kind)
        for key, content in zip(batch, reads.execute(raise_on_error=False), strict=True):
            yield key, key + b"\n" + b"\n".join(_flatten(content))


def _read(reads: Any, key: bytes, kind: bytes) -> None:
    commands = {
        b"string": lambda: reads.get(key),
        b"list": lambda: reads.lrange(key, 0, -1),
        b"hash": lambda: reads.hgetall(key),
        b"set": lambda: reads.smembers(key),
        b"zset": lambda: reads.zrange(key, 0, -1),
        b"stream": lambda: reads.xrange(key),
    }
    # A key that went away since, or of a kind we do not use: its type again, so that answers stay in step.
    commands.get(kind, lambda: reads.type(key))()


def _flatten(content: Any) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
    elif isinstance(content, dict):
        for key, value in content.items():
            yield from _flatten(key)
            yield from _flatten(value)
    elif isinstance(content, Iterable) and not isinstance(content, str):
        for value in content:
            yield from _flatten(value)


def _holds(content: bytes, needles: list[bytes]) -> bool:
    """Whether an identifier stands in the content, in the clear or inside base64 as the broker wraps its messages."""
    folded = content.lower()
    if any(needle in folded for needle in needles):
        return True
    return any(needle in text for text in _unwrapped(content) for needle in needles)


def _unwrapped(content: bytes) -> Iterator[bytes]:
    for run in BASE64_RUN.findall(content):
        try:
            yield base64.b64decode(run + b"=" * (-len(run) % 4)).lower()
        except binascii.Error:
            continue


def _object_holds(file: SealedFile, needles: list[bytes]) -> bool:
    if any(needle in file.name.lower().encode() for needle in needles):
        return True
    return not is_sealed(file) and _file_holds(file, needles)


def _file_holds(file: SealedFile, needles: list[bytes]) -> bool:
    overlap = max(map(len, needles), default=1) - 1
    tail = b""
    try:
        with file.open("rb") as source:
            while chunk := source.read(CHUNK_BYTES):
                text = tail + chunk.lower()
                if any(needle in text for needle in needles):
                    return True
                tail = text[-overlap:] if overlap else b""
    except FileNotFoundError:
        return False
    return False


def _place(key: bytes) -> str:
    """What kind of key it is, without the identifier that it may contain."""
    return re.split(r"[\d@]", key.decode("utf-8", "replace"), maxsplit=1)[0][:40] or "(unnamed)"
