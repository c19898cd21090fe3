"""The ledger's file and its signed head; whatever keeps the ledger elsewhere, say a bucket, offers the same methods.

The head is a file beside it that holds the newest entry whole, signed, with its number in its name. It comes into being
whole, before its line, and only where no other has that number: that alone decides who writes entry N. A line that a
crash tore, or whose writer stands still, is written from the head by whoever comes next. A line that is missing before
it was cut off. Nobody waits for anybody, and a writer that stood still finds its number taken.
"""

import json
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings

from privacy.ledger.chain import Damaged, Draft, Entry, chained, parsed, require_next
from privacy.package import signing

ENTRIES = "ledger.jsonl"
# A head with the number of its entry; the second group names one that is still being made.
HEAD = re.compile(r"head\.([1-9][0-9]*)(\.[0-9a-f]+\.part)?")


class Overtaken(OSError):
    """Another writer was there first and nothing of ours was written: read the ledger anew and do the whole again."""

    def __init__(self) -> None:
        super().__init__("Another process wrote to the ledger meanwhile. Run this again.")


class LedgerFile:
    """The ledger in one folder. Takes no lock: readers see every entry that was there when they began."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = Path(settings.LEDGER_DIR) if folder is None else folder

    def head(self) -> Entry | None:
        """The newest entry; None where nothing was ever written. Raises Damaged, OSError."""
        tried = 0
        while (seq := _newest(self.folder)) > tried:
            try:
                return _opened((self.folder / head_name(seq)).read_bytes(), seq)
            except FileNotFoundError:
                tried = seq  # removed after we looked, which happens only when there is a newer one
        # Asked in this order: a writer makes the head first.
        if tried or ((self.folder / ENTRIES).exists() and not _newest(self.folder)):
            raise Damaged("the ledger's head is missing")
        return None

    def signed_by(self) -> str:
        """The id of the key that signed the newest head, good or not; empty where there is none. Raises OSError."""
        seq = _newest(self.folder)
        try:
            return str(json.loads((self.folder / head_name(seq)).read_bytes())["key_id"]) if seq else ""
        except (ValueError, TypeError, KeyError) as error:
            raise Damaged("the ledger's head cannot be read") from error

    def entries(self, after: int = 0) -> Iterator[Entry]:
        """Every entry after number `after`, oldest first, the chain checked from its beginning in bounded memory.

        What is written meanwhile is left out. Raises Damaged where the ledger is not as it was written, an end that was
        cut off included; OSError.
        """
        head = self.head()
        return iter(()) if head is None else self.up_to(head, after)

    def up_to(self, head: Entry, after: int = 0) -> Iterator[Entry]:
        """The same up to an entry that was the newest one a moment ago."""
        last: Entry | None = None
        for entry in _whole_entries(self.folder / ENTRIES):
            if last is not None and last.seq == head.seq:
                self.require_newer(head)
                break
            last = entry
            if entry.seq > after:
                yield entry
        if last != head:
            require_next(head, last)  # of the newest entry only the head was written yet
            if head.seq > after:
                yield head

    def pen(self) -> "Pen":
        """What appends after the newest entry; finishes first what a writer that died or stands still left half done.

        Raises Damaged, OSError. Makes the folder, for its owner only.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        head = self.head()
        return Pen(self, head, 0 if head is None else self._settled(head))

    def require_newer(self, head: Entry) -> None:
        """Raise Damaged unless there is a newer head by now: something stands behind the line of this one."""
        newest = self.head()
        if newest is None or newest.seq <= head.seq:
            raise Damaged(f"the ledger is broken at entry {head.seq + 1}")

    def _settled(self, head: Entry) -> int:
        """Where the head's line ends, which is whole and on the disk then.

        Where it is missing it is written, by two at once if need be: both write the same bytes to the same place.
        """
        path, line = self.folder / ENTRIES, head.line()
        end = _end_with(path, line)
        if end:
            # Whoever wrote it may have been stopped before it reached the disk.
            with _opened_file(path) as file:
                os.fsync(file)
            return end
        _sync_folder(self.folder)  # a line never comes to the disk before its head
        end = sum(len(entry.line()) for entry in self.up_to(head))
        with _opened_file(path) as file:
            _write_all(file, line, end - len(line))
            os.fsync(file)
            if os.fstat(file).st_size > end:
                self.require_newer(head)
        return end


class Pen:
    """Appends entries after `head`, the newest one when it was made, as long as no other writer does."""

    def __init__(self, ledger: LedgerFile, head: Entry | None, end: int) -> None:
        self.head = head
        self._ledger = ledger
        self._end = end

    def entries(self, after: int) -> Iterator[Entry]:
        """The entries after number `after` up to the head; whoever adds one to them leaves this pen without its number.

        Raises as LedgerFile.entries does; reads nothing where there are none.
        """
        if self.head is None or self.head.seq <= after:
            return iter(())
        return self._ledger.up_to(self.head, after)

    def append(self, draft: Draft, *, audit_seq: int, audit_hash: str) -> Entry:
        """Write one entry so that it outlives a power cut, and return it.

        Raises Overtaken where nothing of it was written, and any other OSError where it may be there: then the next
        writer finishes it.
        """
        return self.put(chained(draft, self.head, audit_seq=audit_seq, audit_hash=audit_hash))

    def put(self, entry: Entry) -> Entry:
        """Write an entry that has its place already; raises Damaged unless it follows on the head. Else as `append`."""
        require_next(entry, self.head)
        self._write_head(entry)
        self._write_line(entry)
        self._remove_heads_before(entry)
        self.head, self._end = entry, self._end + len(entry.line())
        return entry

    def _write_head(self, entry: Entry) -> None:
        folder, name = self._ledger.folder, head_name(entry.seq)
        part = folder / f"{name}.{secrets.token_hex(8)}.part"
        try:
            with _opened_file(part) as file:
                _write_all(file, _closed(entry), 0)
                os.fsync(file)
            try:
                os.link(part, folder / name)
            except (FileExistsError, FileNotFoundError) as error:  # the latter: a newer writer cleared our part away
                raise Overtaken from error
        finally:
            part.unlink(missing_ok=True)
        _sync_folder(folder)

    def _write_line(self, entry: Entry) -> None:
        line = entry.line()
        with _opened_file(self._ledger.folder / ENTRIES) as file:
            if not line.startswith(os.pread(file, len(line), self._end)):
                # We stood still before the head was made: the number was free again, its entry and newer ones written.
                (self._ledger.folder / head_name(entry.seq)).unlink(missing_ok=True)
                raise Overtaken
            _write_all(file, line, self._end)
            os.fsync(file)

    def _remove_heads_before(self, entry: Entry) -> None:
        """Also what writers left that died while they made a head."""
        for path in self._ledger.folder.iterdir():
            found = HEAD.fullmatch(path.name)
            if found and int(found[1]) < entry.seq + bool(found[2]):
                path.unlink(missing_ok=True)


def head_name(seq: int) -> str:
    """The name of the head of the entry with that number."""
    return f"head.{seq}"


def _newest(folder: Path) -> int:
    try:
        found = [HEAD.fullmatch(path.name) for path in folder.iterdir()]
    except FileNotFoundError:
        return 0
    return max((int(head[1]) for head in found if head and not head[2]), default=0)


def _signed(entry: Entry) -> bytes:
    """What the signature covers: by its hash the entry, and by the chain every entry before it."""
    return signing.canonical({"ledger_head": {"seq": entry.seq, "hash": entry.hash}})


def _closed(entry: Entry) -> bytes:
    content: dict[str, Any] = {"entry": entry.line().decode(), **signing.sign(_signed(entry)).as_json()}
    return signing.canonical(content)


def _opened(raw: bytes, seq: int) -> Entry:
    try:
        content = json.loads(raw)
        entry = parsed(content["entry"].encode())
        genuine = signing.verify(_signed(entry), content["key_id"], content["signature"])
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Damaged("the ledger's head cannot be read") from error
    if not genuine or entry.seq != seq:
        raise Damaged("the ledger's head is not signed by us")
    return entry


def _whole_entries(path: Path) -> Iterator[Entry]:
    """The entries of the lines that end with a line feed, each following on the one before."""
    if not path.exists():
        return
    last = None
    with path.open("rb") as file:
        for line in file:
            if not line.endswith(b"\n"):
                return  # torn, or being written: what comes after it belongs to it
            entry = parsed(line)
            require_next(entry, last)
            last = entry
            yield entry


def _end_with(path: Path, line: bytes) -> int:
    """The size of a file whose last bytes are these; otherwise 0."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            there = os.pread(file.fileno(), len(line), max(0, size - len(line)))
    except FileNotFoundError:
        return 0
    return size if there == line else 0


@contextmanager
def _opened_file(path: Path) -> Iterator[int]:
    """The file for reading and writing, made for its owner only where it is missing."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield file
    finally:
        os.close(file)


def _write_all(file: int, content: bytes, place: int) -> None:
    while content:
        written = os.pwrite(file, content, place)
        content, place = content[written:], place + written


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
