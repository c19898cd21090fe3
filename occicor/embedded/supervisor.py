"""A small parent: starts parts in groups of their own, restarts what dies, stops all in order, leaves no orphan."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from occicor.embedded import processes
from occicor.embedded.guard import BYE
from occicor.embedded.layout import PROJECT, Layout, open_log
from occicor.embedded.problem import Problem

FIRST_PAUSE = 0.25
LONGEST_PAUSE = 10.0
# A part that has run this long has proven itself: its next death begins with the shortest pause again.
PROVEN_SECONDS = 30.0
LOG_BYTES = 10_000_000
TICK_SECONDS = 0.1


class Stopped(Exception):
    """Someone asked us to stop."""


@dataclass
class Part:
    """A process to keep alive, and how to end it: which signal, how long to wait for it."""

    name: str
    argv: list[str]
    env: Mapping[str, str]
    stop_signal: int = signal.SIGTERM
    stop_seconds: float = 10.0
    # At our death: sent by the kernel to the part itself.
    death_signal: int = signal.SIGTERM
    become: Callable[[], None] | None = None
    # Runs before each start, the first and every later one.
    before: Callable[[], None] | None = None
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = FIRST_PAUSE
    restart_at: float | None = None
    deaths: int = 0


@dataclass
class Supervisor:
    """Keeps parts alive until asked to stop; only its own thread starts children, so their death signals hold."""

    layout: Layout
    say: Callable[[str], None]
    parts: list[Part] = field(default_factory=list)
    stopping: bool = False
    hurry: bool = False
    _guard: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Supervisor":
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)
        processes.end_leftovers(self.layout.parts, self.layout.var)
        for path in self.layout.parts.glob("*.json"):
            path.unlink(missing_ok=True)
        self._post_guard()
        return self

    def _post_guard(self) -> None:
        self._guard = subprocess.Popen(
            [sys.executable, "-m", "occicor.embedded.guard", str(self.layout.parts), str(self.layout.var)],
            cwd=PROJECT, start_new_session=True,
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def __exit__(self, *_: object) -> None:
        self.stop_all()
        if self._guard is not None and self._guard.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._guard.stdin.write(BYE.encode())
                self._guard.stdin.close()
            self._guard.wait()
        self.layout.leave()

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.hurry = self.stopping
        self.stopping = True

    def start(self, part: Part) -> None:
        """Start a part and keep it alive from now on."""
        self.parts.append(part)
        self._launch(part)

    def _launch(self, part: Part) -> None:
        if part.before is not None:
            part.before()
        path = self.layout.logs / f"{part.name}.log"
        if path.exists() and path.stat().st_size > LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))
        with open_log(path) as log:
            part.process = subprocess.Popen(
                part.argv, cwd=PROJECT, env=dict(part.env), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
                preexec_fn=processes.child_setup(os.getpid(), part.death_signal, part.become),  # noqa: PLW1509 - no threads
            )  # fmt: skip
        part.started, part.restart_at = time.monotonic(), None
        self._record(part.process.pid, part).save(self.layout.parts)

    def _record(self, pid: int, part: Part) -> processes.Record:
        mark = processes.start_mark(pid)
        return processes.Record(part.name, pid, mark, part.stop_signal, part.stop_seconds)

    def tick(self) -> None:
        """Look after the parts once; raises Stopped when someone asked us to stop."""
        if self.stopping:
            raise Stopped
        if self._guard is not None and self._guard.poll() is not None:
            self._post_guard()
        for part in self.parts:
            if part.process is not None and part.process.poll() is not None:
                self._bury(part)
            elif part.restart_at is not None and time.monotonic() >= part.restart_at:
                self._launch(part)

    def _bury(self, part: Part) -> None:
        """Clear up after a part that died by itself, and plan its return."""
        if part.process is None:
            return
        code, pid = part.process.returncode, part.process.pid
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        part.process, part.deaths = None, part.deaths + 1
        if time.monotonic() - part.started > PROVEN_SECONDS:
            part.pause = FIRST_PAUSE
        part.restart_at = time.monotonic() + part.pause
        how = f"signal {-code}" if code < 0 else f"code {code}"
        self.say(f"{part.name} ended ({how}); it starts again in {part.pause:.2g} s. Its log: log/{part.name}.log")
        part.pause = min(part.pause * 2, LONGEST_PAUSE)

    def wait(self, until: Callable[[], bool], *, seconds: float) -> bool:
        """Look after the parts until `until()` holds (True) or time is up (False); raises Stopped."""
        deadline = time.monotonic() + seconds
        while not until():
            if time.monotonic() > deadline:
                return False
            self.tick()
            time.sleep(TICK_SECONDS)
        return True

    def forever(self) -> None:
        """Look after the parts until someone asks us to stop."""
        with contextlib.suppress(Stopped):
            while True:
                self.tick()
                time.sleep(TICK_SECONDS)

    def refuse_early_deaths(self, limit: int = 3) -> None:
        """Raise Problem when a part keeps dying before we were ever ready."""
        for part in self.parts:
            if part.deaths >= limit:
                last = tail(self.layout.logs / f"{part.name}.log")
                raise Problem(f"{part.name} cannot start. The end of its log:\n{last}")

    def stop_all(self) -> None:
        """Stop all parts, the last one started first; one that does not end in time is killed with its group."""
        self.stopping = True
        while self.parts:
            self._stop(self.parts.pop())

    def _stop(self, part: Part) -> None:
        if part.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(part.process.pid, part.stop_signal)
            deadline = time.monotonic() + part.stop_seconds
            while part.process.poll() is None and time.monotonic() < deadline and not self.hurry:
                time.sleep(0.02)
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(part.process.pid, signal.SIGKILL)
            part.process.wait()
        (self.layout.parts / f"{part.name}.json").unlink(missing_ok=True)


def tail(path: Path, lines: int = 15) -> str:
    """The last lines of a log."""
    if not path.exists():
        return "(no log)"
    return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def follow_parent() -> None:
    """Stop in good order when the program that started us is killed: make, or a test that says so."""
    if os.environ.get("MAKELEVEL") or os.environ.get("FOLLOW_PARENT"):
        processes.die_with_parent(os.getppid(), signal.SIGTERM)
