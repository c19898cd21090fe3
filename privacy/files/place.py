"""Where finished sealed files lie: the folder of this machine, unless settings.STORAGES names a bucket for them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, Literal, NamedTuple, Protocol, cast

from django.conf import settings
from django.core.files.storage import storages
from django.utils.module_loading import import_string

from privacy.files.folder import Folder

PACKAGES, EVIDENCE = "packages", "evidence"


class Away(OSError):
    """The bucket does not answer, or does not let us in; what was to be done is done again later."""


class SealedFile(Protocol):
    """A finished file, wherever it lies: so much of a pathlib.Path as is needed of it."""

    @property
    def name(self) -> str:
        """Its name, without any folder."""

    def open(self, mode: Literal["rb"], buffering: int = -1) -> IO[bytes]:
        """Its bytes, read so many at a time if that is said; raises FileNotFoundError, Away."""

    def is_file(self) -> bool:
        """Whether it is there; raises Away."""

    def unlink(self, missing_ok: bool = False) -> None:
        """Remove it for good, every version of it; raises FileNotFoundError unless `missing_ok`, Away."""


class Found(NamedTuple):
    """A file that lies outside the folder, and when it was written, in seconds since 1970."""

    file: SealedFile
    written_at: float


class Place(Protocol):
    """Where one kind of sealed files is kept."""

    # Of this machine: a file is written here until it is finished.
    folder: Path

    def file(self, name: str) -> SealedFile:
        """The finished file of that name, whether there is one or not."""

    def send(self, part: Path, name: str, beat: Callable[[], None]) -> None:
        """Carry a finished part to where it will be kept, outside any transaction; `beat` may raise to stop it.

        Nobody can read it yet, since no row has its key. May run again. Raises Away.
        """

    def publish(self, part: Path, name: str) -> None:
        """Let go of the part, in the transaction of the row that names the file. Raises OSError."""

    def elsewhere(self) -> Iterator[Found]:
        """Every file that lies outside the folder; raises Away."""

    def drop_unfinished(self, wanted: Callable[[str], bool]) -> int:
        """End what was only half sent, outside the folder, unless its name is wanted; returns how many."""


def packages() -> Place:
    """Where copies of people's data are kept."""
    return _place(PACKAGES, settings.PACKAGE_DIR)


def evidence() -> Place:
    """Where files that go with requests are kept."""
    return _place(EVIDENCE, settings.EVIDENCE_DIR)


def _place(kind: str, folder: Any) -> Place:
    # Imported where it is wanted: an installation without a bucket never loads what speaks with one.
    if kind in settings.STORAGES:
        return cast("Place", import_string("privacy.files.bucket.Bucket")(storages[kind], Path(folder)))
    return Folder(Path(folder))
