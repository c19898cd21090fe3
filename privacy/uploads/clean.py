"""Makes a stranger's file anew in a process apart: what we keep is a picture of it and nothing else."""

import contextlib
import json
import logging
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Protocol, cast

from privacy.uploads.kinds import Kind, begins_like, kind_of
from privacy.uploads.limits import DEFAULT, Limits
from privacy.uploads.refusals import Refusal, Refused

logger = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parent.parent.parent
# -E and -s: neither the environment nor a user's own packages choose what is loaded.
PROGRAM = (sys.executable, "-E", "-s", "-m", "privacy.uploads.apart")
# So many files are opened at once by one process of the site; the others wait, but not for ever.
AT_ONCE = 2
PATIENCE_SECONDS = 5
# What stands around the pictures: the line of JSON and the bones of a PDF.
OVERHEAD_BYTES = 100_000

# How our own writer of PDFs says how many pages there are, in the second of its objects.
_COUNT = re.compile(rb"/Type/Pages/Kids\[[^\]]*\]/Count (\d{1,4})>>")

_places = threading.BoundedSemaphore(AT_ONCE)


class Readable(Protocol):
    """What a file has to offer; an uploaded file of Django does."""

    def read(self, num_bytes: int, /) -> bytes:
        """At most so many bytes."""


@dataclass(frozen=True)
class Cleaned:
    """A file made anew: a JPEG, or a PDF of pictures. `pages` is 1 for a picture."""

    content: bytes = field(repr=False)
    kind: Kind
    pages: int = 1

    @property
    def media_type(self) -> str:
        """`image/jpeg` or `application/pdf`."""
        return self.kind.media_type

    @property
    def extension(self) -> str:
        """`jpg` or `pdf`."""
        return self.kind.extension


def clean(file: Readable, *, limits: Limits = DEFAULT) -> Cleaned:
    """What the file shows, made anew; the file itself is read from where it stands and left behind.

    Takes JPEG and PNG pictures and PDF documents, told by content alone. Raises Refused with the reason; takes at most
    `limits.seconds`, and `PATIENCE_SECONDS` of waiting for a place. Nothing is written to the disk (P4.1, P7.2).
    """
    content = file.read(limits.file_bytes + 1)
    if len(content) > limits.file_bytes:
        raise Refused(Refusal.TOO_LARGE)
    return _made_apart(content, kind_of(content), limits)


def page_count(cleaned: bytes) -> int:
    """Of how many pages something is that was made by `clean`: told by the bones of our own PDF; a picture is one."""
    if begins_like(cleaned) is not Kind.PDF:
        return 1
    found = _COUNT.search(cleaned, 0, OVERHEAD_BYTES)
    return int(found[1]) if found else 1


def mark(cleaned: bytes, text: str, *, page: int | None = None, limits: Limits = DEFAULT) -> Cleaned:
    """What was made by `clean`, with a line of text across every page of it, so that a copy can be traced.

    `page` asks for that page alone, counted from 1, as a JPEG; one that there is not is Refusal.BROKEN.

    The text is plain ASCII, for the letters that Pillow brings along are no more; raises ValueError for another, and
    Refused as `clean` does (Refusal.BUSY, say).
    """
    if not text.strip() or not text.isascii():
        raise ValueError("a mark is a line of plain letters, digits and signs")
    return _made_apart(cleaned, kind_of(cleaned), limits, text, page)


def _made_apart(content: bytes, kind: Kind, limits: Limits, text: str = "", page: int | None = None) -> Cleaned:
    order = json.dumps({"kind": kind.value, "limits": asdict(limits), "mark": text, "page": page}).encode()
    with _place():
        status, answer = _run(order, content, limits)
    head, _newline, made = answer.partition(b"\n")
    said = _read(head) if status == 0 else None
    if said is None:
        logger.warning("the process that opens files ended with status %s on a file of kind %s", status, kind.value)
        raise Refused(Refusal.TOO_HEAVY)
    if not said.shut:
        logger.warning("the process that opens files could open others too: this system has no filter of calls")
    if said.refused is not None:
        logger.info("a file of kind %s was refused: %s (%s)", kind.value, said.refused.value, said.why)
        raise Refused(said.refused)
    kept = Kind.PDF if kind is Kind.PDF and page is None else Kind.JPEG
    if begins_like(made) is not kept:
        raise Refused(Refusal.BROKEN)  # whatever that process has become, only these two kinds leave it
    return Cleaned(made, kept, said.pages)


@dataclass(frozen=True)
class _Said:
    """What the process apart says about its work."""

    shut: bool
    pages: int = 0
    refused: Refusal | None = None
    why: str = ""


def _read(head: bytes) -> _Said | None:
    try:
        said = json.loads(head)
        if "refused" in said:
            return _Said(bool(said["shut"]), refused=Refusal(said["refused"]), why=str(said["why"]))
        return _Said(bool(said["shut"]), pages=int(said["pages"]))
    except (ValueError, KeyError, TypeError):
        return None


@contextlib.contextmanager
def _place() -> Iterator[None]:
    if not _places.acquire(timeout=PATIENCE_SECONDS):
        raise Refused(Refusal.BUSY)
    try:
        yield
    finally:
        _places.release()


def _run(order: bytes, content: bytes, limits: Limits) -> tuple[int, bytes]:
    """The exit status (below 0: killed by that signal) and what the process wrote, never more than we would keep.

    It reads all of its input before it writes, so one after the other is enough; a process that does neither is killed.
    """
    pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
    process = subprocess.Popen(PROGRAM, cwd=ROOT, env={}, stdin=pipe, stdout=pipe, stderr=nowhere)
    killer = threading.Timer(limits.seconds, process.kill)
    killer.start()
    try:
        with contextlib.suppress(BrokenPipeError), cast("IO[bytes]", process.stdin) as entrance:
            entrance.write(order + b"\n")
            entrance.write(content)
        with cast("IO[bytes]", process.stdout) as way_out:
            answer = way_out.read(limits.output_bytes + OVERHEAD_BYTES)
        return process.wait(), answer
    finally:
        killer.cancel()
        process.kill()
        process.wait()
