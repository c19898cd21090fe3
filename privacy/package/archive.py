"""Writes a ZIP file front to back onto a sink that cannot seek, with flat memory, for example onto the sealing stream.

A member that fits the gather buffer is written with its sizes in front, as the plainest of readers expect; a longer
one is streamed with a data descriptor behind it, because nobody knows beforehand how long it will be. Descriptor and
directory use ZIP64 only for what has really passed 4 GiB: readers that work front to back (Java's) choose by the size.
"""

import hashlib
import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

engine: Any = zlib
try:
    from isal import isal_zlib

    # Faster than zlib and, at level 1, tighter; without a wheel for this machine the standard library is just as right.
    engine = isal_zlib
except ImportError:
    pass

GATHER_BYTES = 256 * 1024
# A longer one is packed bit by bit: PostgreSQL goes on meanwhile only as long as what it has made fits into the socket.
SEND_BYTES = 64 * 1024
LIMIT_32 = 0xFFFFFFFF
LIMIT_16 = 0xFFFF
VERSION_PLAIN, VERSION_ZIP64 = 20, 45
FLAG_DESCRIPTOR = 0x08
METHOD_DEFLATE = 8
MADE_BY_UNIX = 3 << 8
MODE_FILE = 0o100644 << 16
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9][A-Za-z0-9_.-]*)*", re.ASCII)
NAME_LENGTH = 160


class Sink(Protocol):
    """Where bytes go: only `write` is asked of it."""

    def write(self, data: bytes, /) -> int:
        """Take bytes; returns how many."""
        ...


@dataclass
class Entry:
    """What is known of a finished member, for the manifest and the central directory; sizes in bytes."""

    name: str
    size: int = 0
    packed: int = 0
    crc: int = 0
    sha256: str = ""
    offset: int = 0
    streamed: bool = False

    @property
    def wide(self) -> bool:
        """Whether a size has passed what 32 bits can say."""
        return max(self.size, self.packed) >= LIMIT_32


class Member:
    """A member being written; get one from `Archive.member`."""

    def __init__(self, archive: "Archive", name: str) -> None:
        self.entry = Entry(name)
        self._archive = archive
        self._pending = bytearray()
        self._hash = hashlib.sha256()
        self._deflate = engine.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)

    def write(self, data: bytes) -> int:
        """Take bytes of any length; the first 256 KB go out together, then every 64 KB."""
        enough = SEND_BYTES if self.entry.streamed else GATHER_BYTES
        if not self._pending and len(data) >= enough:
            self._send(data)
            return len(data)
        self._pending += data
        if len(self._pending) >= enough:
            self._send(bytes(self._pending))
            self._pending.clear()
        return len(data)

    def close(self) -> Entry:
        """Finish the member; returns what is known of it."""
        entry, rest = self.entry, bytes(self._pending)
        if entry.streamed:
            self._send(rest)
            entry.packed += self._archive.put(self._deflate.flush())
            layout = "<4sLQQ" if entry.wide else "<4sLLL"
            self._archive.put(struct.pack(layout, b"PK\x07\x08", entry.crc, entry.packed, entry.size))
        else:
            self._account(rest)
            packed = self._deflate.compress(rest) + self._deflate.flush()
            entry.packed = len(packed)
            self._archive.put_local_header(entry)
            self._archive.put(packed)
        entry.sha256 = self._hash.hexdigest()
        return entry

    def _send(self, data: bytes) -> None:
        if not self.entry.streamed:
            self.entry.streamed = True
            self._archive.put_local_header(self.entry)
        self._account(data)
        self.entry.packed += self._archive.put(self._deflate.compress(data))

    def _account(self, data: bytes) -> None:
        self.entry.crc = engine.crc32(data, self.entry.crc)
        self.entry.size += len(data)
        self._hash.update(data)


class Archive:
    """A ZIP file in the making; `close` writes the central directory and leaves the sink open.

    Member names must come from our own registry: ASCII letters, digits, dot, dash, underscore and slash, no part that
    begins with a dot, none twice whatever the case; ValueError otherwise.
    """

    def __init__(self, sink: Sink, written_at: datetime) -> None:
        self._sink = sink
        self._stamp = _dos_stamp(written_at)
        self._names: set[str] = set()
        self._streamed: Entry | None = None
        self.entries: list[Entry] = []
        self.position = 0

    @contextmanager
    def member(self, name: str) -> Iterator[Member]:
        """Write one member: `with archive.member("data/x.jsonl") as out: out.write(...)`."""
        member = self.begin(name)
        yield member
        self.end(member)

    def begin(self, name: str) -> Member:
        """A member to write to, until `end`. Others may be written whole while less than 256 KB of this one are."""
        if not NAME.fullmatch(name) or len(name) > NAME_LENGTH or name.lower() in self._names:
            raise ValueError(f"not a name for a member, or taken: {name!r}")
        self._names.add(name.lower())
        return Member(self, name)

    def end(self, member: Member) -> None:
        """Finish a member: it is in the archive from now on."""
        self.entries.append(member.close())
        if self._streamed is member.entry:
            self._streamed = None

    def add(self, name: str, content: bytes) -> Entry:
        """Write a whole member at once; returns what is known of it."""
        with self.member(name) as out:
            out.write(content)
        return self.entries[-1]

    def put(self, data: bytes) -> int:
        """Write raw bytes to the sink; for members only."""
        if data:
            self._sink.write(data)
            self.position += len(data)
        return len(data)

    def put_local_header(self, entry: Entry) -> None:
        """Write the header that stands before a member's bytes; for members only.

        Raises RuntimeError while more than 256 KB of another one are written: they would be torn apart.
        """
        if self._streamed is not None:
            raise RuntimeError(f"{entry.name} in the middle of {self._streamed.name}")
        self._streamed = entry if entry.streamed else None
        entry.offset = self.position
        name = entry.name.encode("ascii")
        flags, crc, packed, size = 0, entry.crc, entry.packed, entry.size
        if entry.streamed:
            flags, crc, packed, size = FLAG_DESCRIPTOR, 0, 0, 0
        fields = (VERSION_PLAIN, flags, METHOD_DEFLATE, self._stamp, crc, packed, size, len(name), 0)
        head = struct.pack("<4sHHHLLLLHH", b"PK\x03\x04", *fields)
        self.put(head + name)

    def close(self) -> None:
        """Write the central directory and the end records; the file cannot be opened without them."""
        start = self.position
        for entry in self.entries:
            self._put_directory_entry(entry)
        length, count = self.position - start, len(self.entries)
        if count > LIMIT_16 or start > LIMIT_32 or length > LIMIT_32:
            self._put_zip64_end(start, length, count)
        shown = min(count, LIMIT_16)
        fields = (0, 0, shown, shown, min(length, LIMIT_32), min(start, LIMIT_32), 0)
        self.put(struct.pack("<4sHHHHLLH", b"PK\x05\x06", *fields))

    def _put_directory_entry(self, entry: Entry) -> None:
        name = entry.name.encode("ascii")
        # In this order, and only those that do not fit: the directory's ZIP64 field is read by position.
        wide = [value for value in (entry.size, entry.packed, entry.offset) if value >= LIMIT_32]
        extra = struct.pack(f"<HH{len(wide)}Q", 1, 8 * len(wide), *wide) if wide else b""
        version = VERSION_ZIP64 if wide else VERSION_PLAIN
        flags = FLAG_DESCRIPTOR if entry.streamed else 0
        sizes = (min(entry.packed, LIMIT_32), min(entry.size, LIMIT_32), len(name), len(extra))
        place = (0, 0, 0, MODE_FILE, min(entry.offset, LIMIT_32))
        fields = (MADE_BY_UNIX | version, version, flags, METHOD_DEFLATE, self._stamp, entry.crc, *sizes, *place)
        self.put(struct.pack("<4sHHHHLLLLHHHHHLL", b"PK\x01\x02", *fields) + name + extra)

    def _put_zip64_end(self, start: int, length: int, count: int) -> None:
        end = self.position
        fields = (44, MADE_BY_UNIX | VERSION_ZIP64, VERSION_ZIP64, 0, 0, count, count, length, start)
        self.put(struct.pack("<4sQHHLLQQQQ", b"PK\x06\x06", *fields))
        self.put(struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1))


def _dos_stamp(moment: datetime) -> int:
    date = (max(moment.year, 1980) - 1980) << 9 | moment.month << 5 | moment.day
    return date << 16 | moment.hour << 11 | moment.minute << 5 | moment.second // 2
