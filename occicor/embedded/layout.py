"""Where embedded mode keeps its things: everything under one folder that only its owner can open."""

import hashlib
import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from occicor.embedded.problem import Problem

PROJECT = Path(__file__).resolve().parent.parent.parent
# A unix socket's address holds 108 bytes on Linux and 104 on macOS, its name and the final zero included.
SOCKET_FOLDER_BYTES = 80


@dataclass(frozen=True)
class Layout:
    """The folders of one installation; two installations differ in `var` and share nothing."""

    var: Path

    @property
    def run(self) -> Path:
        """What is true while it runs: who runs, under which process id, at which addresses."""
        return self.var / "run"

    @property
    def parts(self) -> Path:
        """One file per running process."""
        return self.run / "parts"

    @property
    def logs(self) -> Path:
        """One log file per process."""
        return self.var / "log"

    @property
    def secrets(self) -> Path:
        """The generated secrets."""
        return self.var / ".env"

    @property
    def services(self) -> Path:
        """The addresses of the services that run now, for settings to read."""
        return self.run / "services.env"

    @property
    def sockets(self) -> Path:
        """The folder of the sockets: `run`, or a short one elsewhere when the path is too long for a socket."""
        if len(os.fsencode(self.run)) <= SOCKET_FOLDER_BYTES:
            return self.run
        mark = hashlib.sha256(os.fsencode(self.var)).hexdigest()[:12]
        base = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
        return Path(base) / f"occicor-{os.geteuid()}-{mark}"

    def make(self) -> None:
        """Make the folders, for the owner only; raises Problem when one cannot be made or is not ours alone."""
        try:
            self.var.mkdir(mode=0o700, parents=True, exist_ok=True)
            for folder in (self.run, self.parts, self.logs, self.var / "outbox", self.var / "packages"):
                folder.mkdir(mode=0o700, exist_ok=True)
            self.sockets.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise Problem(
                f"The data folder {self.var} cannot be made ({error.strerror}): set VAR_DIR to another."
            ) from None
        for folder in (self.run, self.sockets):
            close(folder)

    def leave(self) -> None:
        """Remove the folder of sockets when it lies outside `var`, once nothing runs any more."""
        if self.sockets != self.run:
            shutil.rmtree(self.sockets, ignore_errors=True)


def close(folder: Path) -> None:
    """Make sure that `folder` is a real folder of ours which nobody else can open; raises Problem otherwise."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise Problem(f"{folder} belongs to someone else: remove it, or set VAR_DIR to another folder.")
    if found.st_mode & 0o077:
        folder.chmod(0o700)


def open_log(path: Path) -> IO[bytes]:
    """A log to append to, for its owner's eyes only."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
