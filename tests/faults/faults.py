"""The faults that can be made on a running site: a part dies, or stands still; each returns once it is back."""

import contextlib
import random
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

import psutil

from tests.stack import RunningStack, eventually

Fault = Callable[[RunningStack, random.Random], None]
# A stopped worker wakes up after its lease (settings.JOB_LEASE_SECONDS), and somewhere in what others do meanwhile.
STOPPED_SECONDS = (6.5, 9.0)


def kill_worker(site: RunningStack, _chance: random.Random) -> None:
    """The worker with all its children, as when the machine's memory is gone."""
    site.wait_for_return("worker", site.kill("worker"))


def kill_child(site: RunningStack, _chance: random.Random) -> None:
    """The child of the worker that is busiest."""
    _worker, *children = _worker_and_children(site)
    with contextlib.suppress(psutil.NoSuchProcess):
        max(children, key=lambda child: sum(child.cpu_times()[:2])).send_signal(signal.SIGKILL)


def _worker_and_children(site: RunningStack) -> list[psutil.Process]:
    """The worker first; waited for where it has just ended by itself. AssertionError when none comes."""
    found: list[psutil.Process] = []

    def there() -> bool:
        with contextlib.suppress(psutil.NoSuchProcess):
            worker = psutil.Process(site.pid("worker"))
            found[:] = [worker, *worker.children(recursive=True)]
        return len(found) > 1

    assert eventually(there, seconds=30), "no worker with children is there"
    return found


def kill_valkey(site: RunningStack, _chance: random.Random) -> None:
    """The broker; it comes back empty, as if it never kept anything."""
    old = site.kill("valkey")
    for kept in (site.layout.var / "valkey").iterdir():
        shutil.rmtree(kept) if kept.is_dir() else kept.unlink()
    site.wait_for_return("valkey", old)


def kill_postgres(site: RunningStack, _chance: random.Random) -> None:
    """The database at once: connections drop, what was not committed is gone."""
    site.wait_for_return("postgres", site.kill("postgres", signal.SIGQUIT, group=False))


def kill_scheduler(site: RunningStack, _chance: random.Random) -> None:
    """Whoever rings again, and delivers mail."""
    site.wait_for_return("scheduler", site.kill("scheduler"))


def stop_worker(site: RunningStack, chance: random.Random) -> None:
    """SIGSTOP past the lease, then SIGCONT: meanwhile another may have taken over."""
    stopped = _worker_and_children(site)
    for process in stopped:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGSTOP)
    time.sleep(chance.uniform(*STOPPED_SECONDS))
    for process in stopped:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGCONT)


def _both(first: Fault, second: Fault) -> Fault:
    def fault(site: RunningStack, chance: random.Random) -> None:
        first(site, chance)
        time.sleep(chance.uniform(0, 0.5))
        second(site, chance)

    return fault


@dataclass(frozen=True)
class Kind:
    """A fault as the table has it: what is done, how many kills that is, and which parts have to come back."""

    make: Fault
    kills: int
    parts: tuple[str, ...] = ()


FAULTS = {
    "F1 worker": Kind(kill_worker, 1, ("worker",)),
    "F2 child of the worker": Kind(kill_child, 1),
    "F3 Valkey, empty": Kind(kill_valkey, 1, ("valkey",)),
    "F5 PostgreSQL": Kind(kill_postgres, 1, ("postgres",)),
    "F8 worker stopped": Kind(stop_worker, 1),
    "F19 scheduler": Kind(kill_scheduler, 1, ("scheduler",)),
    "F3 + F1": Kind(_both(kill_valkey, kill_worker), 2, ("valkey", "worker")),
    "F5 + F2": Kind(_both(kill_postgres, kill_child), 2, ("postgres",)),
    "F1 + F19": Kind(_both(kill_worker, kill_scheduler), 2, ("worker", "scheduler")),
}
