"""Sealed files in a folder of this machine: a finished one has its name by one rename, which a power cut survives."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any


class Folder:
    """A place (privacy.files.place.Place) that is nothing but a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def file(self, name: str) -> Path:
        """The file of that name."""
        return self.folder / name

    def send(self, part: Path, name: str, beat: Callable[[], None]) -> None:
        """Nothing to do: it is here."""

    def publish(self, part: Path, name: str) -> None:
        """Give the part its name, for good; raises OSError."""
        part.rename(self.folder / name)
        settle(self.folder)

    def elsewhere(self) -> Iterator[Any]:
        """Nothing lies outside the folder."""
        return iter(())

    def drop_unfinished(self, wanted: Callable[[str], bool]) -> int:
        """Nothing is sent anywhere."""
        return 0


def settle(folder: Path) -> None:
    """Make a change of names in the folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
