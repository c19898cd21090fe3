"""`make soak ARGS=hosts`: two workers on hosts of their own; the one that works is cut off, and brought back later."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from occicor.embedded.layout import PROJECT, Layout
from occicor.embedded.stack import WORKER
from tests.faults.driver import Driver
from tests.faults.network import Forwarder, Host, Refused, env_on, sockets_of
from tests.stack import RunningStack, eventually

# What is worked on while the wire is pulled: rows in the database, and a file beside it.
WORK = {"retention": 200_000, "access": 40}
NOT_SHOWN = (
    "So it is not shown here: that a worker whose host is cut off from the others is overtaken after its lease, and"
    " writes nothing when it comes back. That a worker which stands still is overtaken and writes nothing is shown on"
    " one host by F8 (make soak)."
)
TAKEN_WITHIN_SECONDS, DONE_WITHIN_SECONDS, BACK_WITHIN_SECONDS = 60, 240, 120


class Watched:
    """The site, and what its database says of a job."""

    def __init__(self, site: RunningStack, driver: Driver) -> None:
        self.site, self.driver = site, driver
        self._database = site.database()
        self._database.autocommit = True

    def ask(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """Rows of a question."""
        with self._database.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall()

    def held(self, kind: str) -> dict[str, int]:
        """The jobs of a kind that somebody works on at this moment, each with its fence."""
        rows = self.ask("SELECT id, fence FROM privacy_job WHERE kind = %s AND state = 'running'", kind)
        return {str(job): int(str(fence)) for job, fence in rows}

    def written(self, held: dict[str, int]) -> set[tuple[object, ...]]:
        """What stands there that was written under these fences: each marker with its count."""
        rows = self.ask("SELECT job_id::text, fence, name, count, done_at FROM privacy_jobstep")
        return {row for row in rows if held.get(str(row[0])) == row[1]}

    def overtaken(self, held: dict[str, int]) -> int:
        """How many of these jobs have another fence by now."""
        rows = self.ask("SELECT id::text, fence FROM privacy_job")
        return sum(held[str(job)] < int(str(fence)) for job, fence in rows if str(job) in held)

    def at_work(self) -> set[str]:
        """Which of the two hosts asks something of the database at this moment."""
        rows = self.ask("SELECT application_name FROM pg_stat_activity WHERE state <> 'idle'")
        return {str(row[0]) for row in rows if str(row[0]).startswith("host-")}

    def beaten_since(self, seconds: float) -> bool:
        """Whether some worker showed itself within the last seconds."""
        return bool(
            self.ask(
                "SELECT 1 FROM privacy_heartbeat WHERE part = 'worker' AND beat_at > now() - make_interval(secs => %s)",
                seconds,
            )
        )


def worker_on(host: Host, site: RunningStack, name: str) -> "subprocess.Popen[bytes]":
    """A worker on a host, as `make run` starts one here."""
    words = [sys.executable, "-m", *WORKER.split(), f"--hostname={name}@%h"]
    return host.run(words, env=env_on(host, site, name), cwd=PROJECT, log=site.layout.logs / f"{name}.log")


def end(process: "subprocess.Popen[bytes]") -> None:
    """End a worker with its children."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class Cut:
    """One kind of work: begun on the first host, whose wire is pulled, finished elsewhere; then the wire is put in."""

    def __init__(self, watched: Watched, hosts: tuple[Host, Host], kind: str, size: int) -> None:
        self.watched, self.kind, self.size = watched, kind, size
        self.first, self.second = hosts
        self.site, self.driver = watched.site, watched.driver
        self.workers: list[subprocess.Popen[bytes]] = []
        self.work = 0

    def show(self) -> list[str]:
        """Do it; what was wrong."""
        try:
            self._begin()
            return self._pull_and_plug()
        except AssertionError as failed:
            return [str(failed)]
        finally:
            self.site.kill("scheduler", signal.SIGCONT)
            self.first.plug()
            for process in self.workers:
                end(process)

    def _begin(self) -> None:
        """The first host alone, with the work in its hands."""
        self.workers.append(worker_on(self.first, self.site, "host-a"))
        beats = lambda: self.watched.beaten_since(1)  # noqa: E731
        assert eventually(beats, seconds=TAKEN_WITHIN_SECONDS), "the first worker does not come up"
        self.site.kill("scheduler", signal.SIGSTOP)
        self.work = self.driver.ask("begin_work", kind=self.kind, size=self.size)
        moves = lambda: bool(self.driver.ask("work_moves", number=self.work))  # noqa: E731
        assert eventually(moves, seconds=TAKEN_WITHIN_SECONDS), "nobody takes it up"
        eventually(lambda: bool(self.watched.written(self.watched.held(self.kind))), seconds=5)

    def _pull_and_plug(self) -> list[str]:
        self.first.pull()
        cut = time.monotonic()
        time.sleep(0.5)  # what was on its way is there by now
        held = self.watched.held(self.kind)
        before = self.watched.written(held)
        assert held, "nothing was under way when the wire was pulled: make more of it"
        by = self._done_elsewhere()
        overtaken = self.watched.overtaken(held)
        took = time.monotonic() - cut
        print(f"{self.kind}: {len(held)} cut off, {overtaken} overtaken; done by {by} {took:.1f} s later", flush=True)
        wrong: list[str] = self.driver.ask("wrong_with_work", number=self.work)
        wrong += self._back_again()
        after = self.watched.written(held) - before
        wrong += [f"written under the old fence after the cut: {row}" for row in after]
        wrong += self.driver.ask("wrong_with_work", number=self.work) + self.driver.ask("wrong_with_chains")
        return wrong if overtaken == len(held) else [*wrong, "not everything was overtaken"]

    def _done_elsewhere(self) -> str:
        """Let the second host and the scheduler finish it; who did."""
        self.workers.append(worker_on(self.second, self.site, "host-b"))
        self.site.kill("scheduler", signal.SIGCONT)
        seen: set[str] = set()

        def finished() -> bool:
            seen.update(self.watched.at_work())
            return bool(self.driver.ask("work_is_finished", number=self.work))

        assert eventually(finished, seconds=DONE_WITHIN_SECONDS), "not finished by the other host"
        return ", ".join(sorted(seen - {"host-a"})) or "the scheduler"

    def _back_again(self) -> list[str]:
        """Only the first host is there now, and its wire is in again: it has to be of use."""
        end(self.workers.pop())
        self.first.plug()
        plugged = time.monotonic()
        time.sleep(2)
        back = eventually(lambda: self.watched.beaten_since(1), seconds=BACK_WITHIN_SECONDS)
        took = time.monotonic() - plugged
        print(f"{self.kind}: the first host works again {took:.1f} s after its wire is in", flush=True)
        return [] if back else ["the first worker never came back to work"]


def main(layout: Layout) -> int:
    """Show it for each kind of work; 1 when something was wrong, 3 where there are no namespaces to show it with."""
    site = RunningStack(Path(layout.var) / "site")
    try:
        with Host(1) as first, Host(2) as second:
            site.start()
            with Forwarder([first.address, second.address], sockets_of(site)):
                return _all(site, (first, second))
    except Refused as refused:
        print(f"There are no network namespaces here ({refused}). {NOT_SHOWN}")
        return 3
    finally:
        if site.process is not None:
            site.process.send_signal(signal.SIGCONT)
        site.stop()


def _all(site: RunningStack, hosts: tuple[Host, Host]) -> int:
    watched = Watched(site, Driver(site))
    assert site.process
    site.process.send_signal(signal.SIGSTOP)  # so that nobody starts the site's own worker again
    site.kill("worker")
    wrong = []
    for kind, size in WORK.items():
        wrong += [f"{kind}: {told}" for told in Cut(watched, hosts, kind, size).show()]
    watched.driver.close()
    print(
        "\n".join(wrong)
        or "Whoever came back wrote nothing under its old fence; all was done once; the chains are whole."
    )
    return 1 if wrong else 0
