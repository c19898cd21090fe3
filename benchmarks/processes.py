"""Figures of the processes: what web server, worker and scheduler hold of the memory, idle and after work."""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
from django.contrib.auth import get_user_model

from benchmarks.figure import Figure
from benchmarks.filing import ROWS, eventually, once, worker
from benchmarks.site import running_site
from occicor.embedded.ports import HOST
from privacy import heartbeats
from privacy.actors import Actor

# Made anew for each reader, since the cookie below says that this one is somebody.
PAGES = ("/", "/about/", "/privacy/", "/contact/", "/account/login/", "/account/signup/", "/no/such/page/", "/ar/")
COOKIE = {"Cookie": "theme=dark"}
VISITS, AT_ONCE, COPIES, PROCESSES = 1600, 8, 20, 2
START_SECONDS, SETTLE_SECONDS = 60.0, 3.0
# By a word of their command: how many processes the part has, and how many MB may come on top with work.
PARTS: Mapping[str, tuple[str, int, float]] = {
    "granian": ("web server, 3 processes", 3, 48.0),
    "celery": ("worker, 3 processes", 3, 48.0),
    "run_scheduler": ("scheduler", 1, 24.0),
}
# What does nothing: the project is loaded, and that is all.
BARE = "import django, time; django.setup(); time.sleep(3600)"
MOST_TIMES = 1.5


def figures(quick: bool) -> Iterator[Figure]:
    """Of each part the proportional set size (PSS): what processes share counts once among them (Linux).

    The limit is what as many processes hold that loaded the project and do nothing.
    """
    visits = VISITS // 4 if quick else VISITS
    with TemporaryDirectory() as name, _whole_site(Path(name)) as port:
        _visit(port, visits // 10)
        time.sleep(SETTLE_SECONDS)
        idle = _held()
        _work(port, visits)
        time.sleep(SETTLE_SECONDS)
        busy = _held()
    for word, (part, processes, more) in PARTS.items():
        limit = processes * idle[BARE]
        yield Figure(f"memory of the {part}, idle", idle[word], MOST_TIMES, unit="MB", limit=limit)
        note = f"after {visits:,} pages, {AT_ONCE} at once, and {COPIES} copies of {ROWS:,} rows"
        yield Figure(f"the same above that, {part}", busy[word] - idle[word], more, unit="MB", note=note)


@contextmanager
def _whole_site(folder: Path) -> Iterator[int]:
    """Scheduler, worker and web server, and a process that does nothing; the port of the web server."""
    with _bare(), _scheduler(folder), worker(folder, PROCESSES), running_site(folder, PAGES[0]) as port:
        yield port


def _held() -> dict[str, float]:
    """The memory of each part, in MB."""
    found: dict[str, float] = {}
    for child in psutil.Process().children():
        words = " ".join(child.cmdline())
        word = next((word for word in (BARE, *PARTS) if word in words), None)
        if word is not None:
            processes = [child, *child.children(recursive=True)]
            found[word] = sum(one.memory_full_info().pss for one in processes) / 1_000_000
    return found


def _work(port: int, visits: int) -> None:
    """Pages and copies at the same time."""
    approver = get_user_model().objects.create_user("approver@example.org", None, is_staff=True, is_superuser=True)
    with ThreadPoolExecutor(1) as other:
        pages = other.submit(_visit, port, visits)
        for number in range(COPIES):
            once(Actor.staff(approver.pk), f"loader{number}@example.org")
        pages.result()


def _visit(port: int, visits: int) -> None:
    with ThreadPoolExecutor(AT_ONCE) as people:
        list(people.map(lambda number: _open(port, PAGES[number % len(PAGES)]), range(visits)))


def _open(port: int, page: str) -> None:
    asking = http.client.HTTPConnection(HOST, port, timeout=30)
    asking.request("GET", page, headers=COOKIE)
    asking.getresponse().read()
    asking.close()


@contextmanager
def _bare() -> Iterator[None]:
    """Begun first: it is ready long before the others are."""
    process = subprocess.Popen([sys.executable, "-c", BARE], env=os.environ, start_new_session=True)
    try:
        yield
    finally:
        process.kill()
        process.wait(30)


@contextmanager
def _scheduler(folder: Path) -> Iterator[None]:
    """The scheduler over the benchmarks' database, once it leads; gone at the end."""
    with (folder / "scheduler.log").open("wb") as log:
        command = [sys.executable, "manage.py", "run_scheduler"]
        process = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ, start_new_session=True)
    try:
        if not eventually(lambda: heartbeats.seconds_since(heartbeats.SCHEDULER) is not None, START_SECONDS):
            raise RuntimeError(f"the scheduler does not answer:\n{(folder / 'scheduler.log').read_text()[-2000:]}")
        yield
    finally:
        process.terminate()
        process.wait(30)
