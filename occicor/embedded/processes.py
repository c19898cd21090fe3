"""Processes that never outlive us: groups, signals at the parent's death, records that the next start can trust."""

import ctypes
import json
import os
import platform
import signal
import subprocess
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000
NAMESPACE_ID = 1000
# Every process of an installation carries this variable with the installation's folder, its children's children too.
MARK_VARIABLE = "OCCICOR_INSTALLATION"
# A name of its own, because a type checker takes sys.platform for granted.
LINUX: bool = platform.system() == "Linux"
_libc = ctypes.CDLL(None, use_errno=True) if LINUX else None


@dataclass(frozen=True)
class Record:
    """A process as it was started: its id is trusted only together with its start mark, because ids are used again."""

    name: str
    pid: int
    mark: str
    stop_signal: int
    stop_seconds: float

    def save(self, folder: Path) -> None:
        """Write the record, whole or not at all."""
        part = folder / f".{self.name}"
        part.write_text(json.dumps(asdict(self)), encoding="utf-8")
        part.replace(folder / f"{self.name}.json")

    @property
    def alive(self) -> bool:
        """Whether this very process still runs (one that merely waits to be reaped does not)."""
        return start_mark(self.pid) == self.mark

    def signal_group(self, number: int) -> None:
        """Send a signal to the process and all of its group."""
        try:
            os.killpg(self.pid, number)
        except (ProcessLookupError, PermissionError):
            return


def start_mark(pid: int) -> str:
    """What tells this process from a later one with the same id; empty when none runs (a zombie counts as none)."""
    if LINUX:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            return ""
        return "" if fields[0] in "ZX" else fields[19]
    seen = subprocess.run(
        ["/bin/ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    state, _, started = seen.stdout.strip().partition(" ")
    return "" if not state or state.startswith("Z") else started.strip()


def command_line(pid: int) -> str:
    """The words with which a process was started; empty when there is none."""
    if LINUX:
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        except OSError:
            return ""
    seen = subprocess.run(
        ["/bin/ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return seen.stdout.strip()


def saved(folder: Path) -> list[Record]:
    """The records in a folder; a file that cannot be read is none."""
    found = []
    for path in sorted(folder.glob("*.json")):
        try:
            found.append(Record(**json.loads(path.read_text(encoding="utf-8"))))
        except (OSError, ValueError, TypeError):
            continue
    return found


def strays(installation: Path) -> list[int]:
    """Processes of this installation, whoever their parent is now; found on Linux only, elsewhere none."""
    wanted = f"{MARK_VARIABLE}={installation}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            carried = (folder / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if wanted in carried and int(folder.name) != os.getpid():
            found.append(int(folder.name))
    return found


def end_leftovers(parts: Path, installation: Path) -> None:
    """Stop what a killed supervisor left: first what is on record, politely, then whatever else carries our mark."""
    stop_records(saved(parts))
    left = strays(installation)
    for pid in left:
        _signal_one(pid, signal.SIGKILL)
    deadline = time.monotonic() + 5
    while any(start_mark(pid) for pid in left) and time.monotonic() < deadline:
        time.sleep(0.02)


def stop_records(records: Iterable[Record]) -> None:
    """Stop processes that nobody waits for: politely, then for good; the databases after those who use them."""
    left = [record for record in records if record.alive]
    servers = [record for record in left if record.name in ("postgres", "valkey")]
    for batch in ([record for record in left if record not in servers], servers):
        for record in batch:
            _signal_one(record.pid, record.stop_signal)
        deadline = time.monotonic() + max((record.stop_seconds for record in batch), default=0)
        while any(record.alive for record in batch) and time.monotonic() < deadline:
            time.sleep(0.05)
        for record in batch:
            record.signal_group(signal.SIGKILL)


def _signal_one(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        return


def die_with_parent(parent: int, number: int) -> None:
    """In a new child: ask for a signal when the parent dies, and leave at once if it already has."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def enter_user_namespace() -> None:
    """In a new child of root: become an ordinary user in a namespace of its own; raises OSError where forbidden.

    Files keep their owner and no permission changes: outside, the process is still root's, without its powers.
    """
    if _libc is None or _libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "user namespaces are not available")
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{NAMESPACE_ID} 0 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{NAMESPACE_ID} 0 1", encoding="ascii")


def child_setup(parent: int, number: int, become: Callable[[], None] | None) -> Callable[[], None]:
    """What a child does between fork and exec; its identity first, because a change clears the wish to die with us."""

    def setup() -> None:
        os.umask(0o077)
        if become is not None:
            become()
        die_with_parent(parent, number)

    return setup
