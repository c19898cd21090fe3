"""Figure of fairness: how long a visitor waits for a page while two hundred people's copies are made at once."""

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

from django.contrib.auth import get_user_model
from django.db import connection

from benchmarks.figure import Figure, seconds
from benchmarks.filing import MESSAGES, worker
from benchmarks.site import running_site, visit
from privacy.actors import Actor
from privacy.data_map.subject import Subject
from privacy.vocabulary import Right
from rights_requests.models import RightsRequest, State
from rights_requests.services import deciding, filing

PEOPLE, ROWS = 200, 200
VISITS = 600
PAUSE_SECONDS = 0.01
MOST_TIMES = 2.0
# The page that a frightened person opens; it is made anew for each of them.
PAGE = "/privacy/"


def figures(quick: bool) -> Iterator[Figure]:
    """The slowest of a hundred visits, with nothing else to do and while the copies are made; one visitor at a time."""
    del quick  # it is quick
    with TemporaryDirectory() as folder, running_site(Path(folder), PAGE) as port, worker(Path(folder), processes=2):
        for _number in range(VISITS // 4):
            visit(port, PAGE)
        alone = [_visited(port) for _number in range(VISITS)]
        asked = _crowd()
        meanwhile = []
        while not _all_done(asked):
            meanwhile.append(_visited(port))
    if len(meanwhile) < VISITS // 4:
        raise RuntimeError(f"only {len(meanwhile)} visits while the copies were made: the figure would say nothing")
    limit, measured = _slow(alone), _slow(meanwhile)
    note = f"p99 of {PAGE}, {len(meanwhile)} visits while {PEOPLE} copies were made"
    yield Figure(f"a page while {PEOPLE} copies are made", measured, MOST_TIMES, limit=limit, note=note)


def _slow(times: list[float]) -> float:
    return quantiles(times, n=100)[98]


def _visited(port: int) -> float:
    time.sleep(PAUSE_SECONDS)
    return seconds(lambda: visit(port, PAGE))


def _crowd() -> list[object]:
    """Two hundred people with messages of their own, whose requests are all approved at one moment."""
    approver = get_user_model().objects.create_user("approver@example.org", None, is_staff=True, is_superuser=True)
    filed = []
    for number in range(PEOPLE):
        user = get_user_model().objects.create_user(f"crowd{number}@example.org", None)
        with connection.cursor() as cursor:
            cursor.execute(MESSAGES, [user.email, ROWS])
        actor = Actor.subject(user.pk, Subject(user_id=user.pk).digest)
        filed.append(filing.file_request(actor=actor, user=user, right=Right.ACCESS).request)
    for request in filed:
        deciding.approve(request_id=request.pk, actor=Actor.staff(approver.pk))
    return [request.pk for request in filed]


def _all_done(asked: list[object]) -> bool:
    return not RightsRequest.objects.filter(pk__in=asked).exclude(state=State.COMPLETED).exists()
