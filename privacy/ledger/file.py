"""The ledger's file and its signed head; whatever keeps the ledger elsewhere, say a bucket, offers the same methods.

The head is a file beside it that holds the newest entry whole, signed. It is written first: a line that a crash tore or
lost is written again from it, and a line that is missing before it was cut off.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings

from privacy.ledger.chain import Damaged, Draft, Entry, chained, parsed, require_next
from privacy.package import signing

ENTRIES, HEAD, LOCK = "ledger.jsonl", "head.json", "lock"


class LedgerFile:
    """The ledger in one folder. Readers and the one writer keep out of each other's way by a lock on a file."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = Path(settings.LEDGER_DIR) if folder is None else folder

    def head(self) -> Entry | None:
        """The newest entry; None where nothing was ever written. Raises Damaged, OSError; takes no lock."""
        try:
            raw = (self.folder / HEAD).read_bytes()
        except FileNotFoundError:
            # Asked in this order: a writer makes the head first.
            if (self.folder / ENTRIES).exists() and not (self.folder / HEAD).exists():
                raise Damaged("the ledger's head is missing") from None
            return None
        return _opened(raw)

    def entries(self, after: int = 0) -> Iterator[Entry]:
        """Every entry after number `after`, oldest first, the chain checked from its beginning in bounded memory.

        Raises Damaged where it is not as it was written, an end that was cut off included; OSError.
        """
        if not self.folder.exists():
            return
        with self._locked(fcntl.LOCK_SH):
            head, last = self.head(), None
            for line in _whole_lines(self.folder / ENTRIES):
                entry = parsed(line)
                require_next(entry, last)
                last = entry
                if entry.seq > after:
                    yield entry
            if head is not None and head != last:
                require_next(head, last)  # of the newest entry only the head was written when the writer died
                if head.seq > after:
                    yield head
            elif head is None and last is not None:
                raise Damaged("the ledger's head is missing")

    @contextmanager
    def writing(self) -> Iterator["Pen"]:
        """The right to append, for one writer at a time; finishes first what a writer that died left half done.

        Raises Damaged, OSError. Makes the folder, for its owner only.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._locked(fcntl.LOCK_EX):
            pen = Pen(self.folder, self.head())
            pen.settle()
            yield pen

    @contextmanager
    def _locked(self, how: int) -> Iterator[None]:
        lock = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, how)
            yield
        finally:
            os.close(lock)


class Pen:
    """Appends entries while its holder has the lock; `head` is the newest one."""

    def __init__(self, folder: Path, head: Entry | None) -> None:
        self.head = head
        self._folder = folder

    def append(self, draft: Draft, *, audit_seq: int, audit_hash: str) -> Entry:
        """Write one entry so that it outlives a power cut, and return it. Raises OSError; a half is finished later."""
        return self.put(chained(draft, self.head, audit_seq=audit_seq, audit_hash=audit_hash))

    def put(self, entry: Entry) -> Entry:
        """Write an entry that has its place already; raises Damaged unless it follows on the newest one."""
        require_next(entry, self.head)
        self._write_head(entry)
        self.head = entry
        self._write_line(entry)
        return entry

    def settle(self) -> None:
        """Bring the file to what the head says: cut a torn line off, and write the newest one again if it is missing.

        Raises Damaged when more than that is wrong.
        """
        path = self._folder / ENTRIES
        if self.head is None or _ends_with(path, self.head.line()):
            return
        whole, last = 0, None
        for line in _whole_lines(path):
            entry = parsed(line)
            require_next(entry, last)
            whole, last = whole + len(line), entry
        if last != self.head:
            require_next(self.head, last)
        if path.exists():
            os.truncate(path, whole)
        if last != self.head:
            self._write_line(self.head)

    def _write_line(self, entry: Entry) -> None:
        file = os.open(self._folder / ENTRIES, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            _write_all(file, entry.line())
            os.fsync(file)
        finally:
            os.close(file)
        _sync_folder(self._folder)

    def _write_head(self, entry: Entry) -> None:
        part = self._folder / f"{HEAD}.part"
        file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            _write_all(file, _closed(entry))
            os.fsync(file)
        finally:
            os.close(file)
        part.replace(self._folder / HEAD)
        _sync_folder(self._folder)


def _signed(entry: Entry) -> bytes:
    """What the signature covers: by its hash the entry, and by the chain every entry before it."""
    return signing.canonical({"ledger_head": {"seq": entry.seq, "hash": entry.hash}})


def _closed(entry: Entry) -> bytes:
    content: dict[str, Any] = {"entry": entry.line().decode(), **signing.sign(_signed(entry)).as_json()}
    return signing.canonical(content)


def _opened(raw: bytes) -> Entry:
    try:
        content = json.loads(raw)
        entry = parsed(content["entry"].encode())
        genuine = signing.verify(_signed(entry), content["key_id"], content["signature"])
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Damaged("the ledger's head cannot be read") from error
    if not genuine:
        raise Damaged("the ledger's head is not signed by us")
    return entry


def _whole_lines(path: Path) -> Iterator[bytes]:
    """The lines that end with a line feed; what stands after the last one is what a crash tore."""
    if path.exists():
        with path.open("rb") as file:
            yield from (line for line in file if line.endswith(b"\n"))


def _ends_with(path: Path, line: bytes) -> bool:
    if not path.exists() or path.stat().st_size < len(line):
        return False
    with path.open("rb") as file:
        file.seek(-len(line), os.SEEK_END)
        return file.read() == line


def _write_all(file: int, content: bytes) -> None:
    while content:
        content = content[os.write(file, content) :]


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
