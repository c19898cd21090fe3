"""A real pgbouncer for tests, set up by the very lines of the documentation; or words that say why there is none."""

import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from occicor.embedded.layout import PROJECT
from occicor.embedded.ports import free_port
from occicor.embedded.processes import child_setup, enter_user_namespace

TOLD = PROJECT / "docs" / "how-to" / "install-on-several-machines.md"
PLACES = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin"))


class NoPooler(Exception):
    """Why no pgbouncer can run here."""


def found(folder: Path) -> tuple[str, str]:
    """The program and the folder of its libraries: installed, or unpacked from Debian's package; raises NoPooler."""
    if installed := shutil.which("pgbouncer", path=PLACES):
        return installed, ""
    if not shutil.which("apt-get"):
        raise NoPooler("pgbouncer is not installed, and there is no apt-get to bring it: install it to run this test.")
    if not _unpacked(folder) and (os.geteuid() != 0 or not _said("apt-get", "-qq", "update") or not _unpacked(folder)):
        raise NoPooler("Debian's package pgbouncer could not be fetched: install it to run this test.")
    (libraries,) = {str(path.parent) for path in folder.rglob("libevent-2*.so*")}
    return str(folder / "usr" / "sbin" / "pgbouncer"), libraries


def _unpacked(folder: Path) -> bool:
    """Nothing is installed: Debian's would start a service."""
    folder.mkdir(exist_ok=True)
    asked = subprocess.run(["apt-cache", "depends", "pgbouncer"], capture_output=True, text=True, check=False).stdout
    needs = re.findall(r"Depends: (lib(?:event|c-?ares)\S+)", asked)
    if not needs or not _said("apt-get", "-qq", "download", "pgbouncer", *needs, cwd=folder):
        return False
    return all(_said("dpkg-deb", "-x", str(package), str(folder)) for package in folder.glob("*.deb"))


def _said(*words: str, cwd: Path | None = None) -> bool:
    return not subprocess.run(words, cwd=cwd, capture_output=True, check=False).returncode


class Pooler:
    """One pgbouncer in front of one database; raises NoPooler where none can run."""

    def __init__(self, folder: Path, server: dict[str, str], database: str) -> None:
        self.port = free_port()
        self.url = f"postgres://{server['user']}:{quote(server['password'], safe='')}@127.0.0.1:{self.port}/occicor"
        program, libraries = found(folder.with_name("pgbouncer"))
        folder.mkdir()
        (folder / "userlist.txt").write_text(f'"{server["user"]}" "{server["password"]}"\n', encoding="ascii")
        (folder / "pgbouncer.ini").write_text(self._lines(folder, server["host"], database), encoding="utf-8")
        with (folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [program, str(folder / "pgbouncer.ini")], stdout=log, stderr=log, start_new_session=True,
                env={"LD_LIBRARY_PATH": libraries},
                preexec_fn=child_setup(os.getpid(), signal.SIGKILL, _identity(folder, Path(server["host"]))),  # noqa: PLW1509 - it calls nothing that could wait
            )  # fmt: skip
        deadline = time.monotonic() + 10
        while not self._listens():
            assert time.monotonic() < deadline, (folder / "log").read_text(errors="replace")
            time.sleep(0.05)

    def _lines(self, folder: Path, host: str, database: str) -> str:
        found_lines = re.search(r"```ini\n(.*?)```", TOLD.read_text(encoding="utf-8"), re.DOTALL)
        assert found_lines, TOLD
        told = found_lines[1]
        changes = {
            "host=db.internal": f"host='{host}'",
            "dbname=occicor": f"dbname={database}",
            "listen_port = 6432": f"listen_port = {self.port}",
            "/etc/pgbouncer/userlist.txt": str(folder / "userlist.txt"),
            # Fewer than there are threads that ask: what is left behind in one is met by another.
            "default_pool_size = 20": "default_pool_size = 2\nunix_socket_dir =",
        }
        for before, after in changes.items():
            assert before in told, before
            told = told.replace(before, after)
        return str(told)

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

    def stop(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()


def _identity(folder: Path, sockets: Path) -> Callable[[], None] | None:
    """Who it becomes, where we are root, whom it refuses: whoever may open the database's sockets."""
    if os.geteuid() != 0:
        return None
    owner = sockets.stat().st_uid
    if not owner:
        return enter_user_namespace
    group = pwd.getpwuid(owner).pw_gid
    for path in (folder, *folder.iterdir()):
        os.chown(path, owner, group)

    def become() -> None:
        os.setgroups([])
        os.setgid(group)
        os.setuid(owner)

    return become
