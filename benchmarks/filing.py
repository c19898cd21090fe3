"""Figure of the whole way: from filing to the package being downloadable, with the real broker and a real worker."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection

from benchmarks.figure import Figure
from privacy import dispatch, heartbeats
from privacy.actors import Actor
from privacy.data_map.subject import Subject
from privacy.vocabulary import Right
from rights_requests.models import Package, RightsRequest, State
from rights_requests.services import deciding, filing

ROWS = 1_000
ROUNDS = 15
MOST_SECONDS = 0.5
START_SECONDS = 60.0
LOOK_AGAIN_SECONDS = 0.002
WORKER = ("celery", "--app", "occicor", "worker", "--pool=prefork", "--loglevel=ERROR")

MESSAGES = """
INSERT INTO post_office_email (from_email, "to", cc, bcc, subject, message, html_message, status, created, last_updated,
    backend_alias)
SELECT 'us@example.org', %s, '', '', 'Message ' || n, repeat('What we wrote to you. ', 20), '', 0, now(), now(), ''
FROM generate_series(1, %s) n
"""


def figures(quick: bool) -> Iterator[Figure]:
    """The median over people with a thousand rows each; filing and approval are part of it, a person's thinking is not.

    The worker is woken by the broker alone: no sweeper runs that could hide a bell that is late.
    """
    del quick  # it is quick
    with TemporaryDirectory() as folder, worker(Path(folder)):
        approver = get_user_model().objects.create_user("approver@example.org", None, is_staff=True, is_superuser=True)
        times = [once(Actor.staff(approver.pk), f"filer{number}@example.org") for number in range(ROUNDS + 1)]
    note = f"{ROUNDS} rounds, slowest {max(times[1:]):.2f} s"
    yield Figure(f"filing to downloadable, {ROWS:,} rows", median(times[1:]), MOST_SECONDS, note=note)


def once(approver: Actor, email: str) -> float:
    """Seconds from filing until the request is completed and its package can be opened."""
    user = get_user_model().objects.create_user(email, None)
    with connection.cursor() as cursor:
        cursor.execute(MESSAGES, [email, ROWS])
        cursor.execute("ANALYZE post_office_email")
    subject = Actor.subject(user.pk, Subject(user_id=user.pk).digest)
    began = time.perf_counter()
    request = filing.file_request(actor=subject, user=user, right=Right.ACCESS).request
    deciding.approve(request_id=request.pk, actor=approver)
    if not eventually(lambda: RightsRequest.objects.filter(pk=request.pk, state=State.COMPLETED).exists()):
        raise RuntimeError("the request was not fulfilled")
    taken = time.perf_counter() - began
    if not Package.objects.filter(request=request, key__isnull=False, destroyed_at=None).exists():
        raise RuntimeError("there is no package: the figure would say nothing")
    return taken


@contextmanager
def worker(folder: Path, processes: int = 1) -> Iterator[None]:
    """A Celery worker over the benchmarks' database, answering; gone at the end."""
    settings.PACKAGE_DIR.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", *WORKER, f"--concurrency={processes}"]
    with (folder / "worker.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ, start_new_session=True)
    try:
        dispatch.ping("benchmark")
        if not eventually(lambda: heartbeats.seconds_since("worker") is not None, START_SECONDS):
            raise RuntimeError(f"the worker does not answer:\n{(folder / 'worker.log').read_text()[-2000:]}")
        yield
    finally:
        process.terminate()
        process.wait(30)


def eventually(holds: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Whether something holds within so many seconds; looked at again and again."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(LOOK_AGAIN_SECONDS)
    return False
