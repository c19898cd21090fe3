"""Figures of retention: the sweep of 700,000 rows of 10,000,000 beside one transaction, while somebody writes.

Both delete the same number of neighbouring rows of the same table, in turns, by one day after the other, in a
connection in which a rule was swept before, as all but the first of a night's twelve are. The writer inserts a row and
changes another, anywhere in the table, every 2 ms; its worst wait is taken while the sweep runs.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from os import getloadavg
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, process_time
from uuid import uuid4

from django.db import connection, transaction

from accounts.models import SignIn, User
from benchmarks.figure import Figure, said, seconds
from privacy.jobs.context import JobContext
from privacy.jobs.lease import claim
from privacy.models import Job
from privacy.retention.rules import Rule, rule_named
from privacy.retention.sweep import KIND, OfJob, sweep

ROWS, QUICK_ROWS = 10_000_000, 1_000_000
SHARE = 0.07
ROUNDS = 5
LEAST_SPEED = 0.95
LONGEST_WAIT_S = 0.050
PAUSE_S = 0.002
BESIDE = get_context("fork")
FIRST = datetime(2020, 1, 1, tzinfo=UTC)
FILL = """
INSERT INTO accounts_signin (id, user_id, at, how, browser, platform, country, network, alerted)
SELECT gen_random_uuid(), %s, %s + n * interval '1 second', 'password', 'firefox', 'linux', 'FR', '', false
FROM generate_series(1, %s) n"""


@dataclass(frozen=True, order=True)
class Wait:
    """How many seconds a write took, and how many of them its commit, which waits for the disk."""

    whole: float
    commit: float


class Writer:
    """Inserts a row and changes another every 2 ms, in a process of its own; tells how long each took when it ends."""

    def __init__(self, user: User, keys: list[str]) -> None:
        self._user, self._keys = user, keys
        self._here, there = BESIDE.Pipe()
        self._process = BESIDE.Process(target=self._run, args=(there,), daemon=True)

    def start(self) -> None:
        """Begin, and wait until it writes. Nothing of this process is open while it is copied."""
        connection.close()
        self._process.start()
        self._here.recv()

    def end(self) -> list[Wait]:
        """Stop; how long each write took."""
        self._here.send(None)
        waits: list[Wait] = self._here.recv()
        self._process.join()
        return waits

    def _run(self, there: Connection) -> None:
        self._write()
        there.send(None)
        waits = []
        while not there.poll(PAUSE_S):
            waits.append(self._write())
        connection.close()
        there.send(waits)

    def _write(self) -> Wait:
        began = perf_counter()
        with transaction.atomic():
            SignIn.objects.create(user=self._user, how="password", at=datetime.now(UTC))
            SignIn.objects.filter(pk=random.choice(self._keys)).update(country="GB")
            written = perf_counter()
        ended = perf_counter()
        return Wait(ended - began, ended - written)


def figures(quick: bool) -> Iterator[Figure]:
    """Time beside one transaction, the writer's worst wait, and what was missed."""
    rows = QUICK_ROWS if quick else ROWS
    going = int(rows * SHARE)
    user, keys = _filled(rows)
    rule = _rule()
    # By whether it was the sweep.
    times, spent = ({True: list[float](), False: list[float]()} for _kind in range(2))
    waits = {True: list[Wait](), False: list[Wait]()}
    missed = 0
    for turn in range(2 * ROUNDS):
        now = FIRST + timedelta(days=rule.holding.retain.days, seconds=(turn + 1) * going)
        writer = Writer(user, keys)
        writer.start()
        by_sweep = turn % 2 == (turn // 2) % 2  # sweep, once, once, sweep, sweep, once: neither is always first
        _sweep(rule, FIRST)()  # finds nothing that is over
        work = _sweep(rule, now) if by_sweep else partial(_at_once, rule, now)
        before = _spent()
        taken = seconds(work)
        spent[by_sweep].append(_spent() - before)
        met = writer.end()
        times[by_sweep].append(taken)
        waits[by_sweep].extend(met)
        missed += rule.over(now).count()
    swept, at_once = median(times[True]), median(times[False])
    note = f"{ROUNDS} rounds of {going:,} of {rows:,} rows, {_in_turns(times, spent)}"
    name = f"sweeping {going:,} rows while somebody writes"
    yield Figure(name, swept, 1 / LEAST_SPEED, limit=at_once, note=note)
    yield _worst_wait(waits)
    yield Figure("  rows that were missed", float(missed), 0.0, unit="rows")
    _empty()


def _worst_wait(waits: dict[bool, list[Wait]]) -> Figure:
    """The longest beside the sweep, and how much of it was the commit's; and what was waited beside one transaction."""
    worst, beside = max(waits[True]), max(waits[False])
    usual = said(quantiles([wait.whole for wait in waits[True]], n=100, method="inclusive")[98], "s")
    note = (
        f"{said(worst.commit, 's')} of it the commit; {len(waits[True]):,} writes, all but one of a hundred within "
        f"{usual}; {said(beside.whole, 's')} beside one transaction, {said(beside.commit, 's')} of it the commit"
    )
    return Figure("  the writer’s worst wait meanwhile", worst.whole, LONGEST_WAIT_S, note=note)


def _in_turns(times: dict[bool, list[float]], spent: dict[bool, list[float]]) -> str:
    """Each round's ratio, the processor time of both, and how busy the machine is."""
    pairs = ", ".join(f"{one / other:.2f}" for one, other in zip(times[True], times[False], strict=True))
    processor = " against ".join(said(median(spent[by_sweep]), "s") for by_sweep in (True, False))
    return f"in turns: {pairs}; processor time {processor}; the machine’s load {getloadavg()[0]:.0f}"


def _filled(rows: int) -> tuple[User, list[str]]:
    """The table with so many rows of one person, a second apart, and some of their keys from all over it."""
    user = User.objects.create(email="sleeper@example.org")
    with connection.cursor() as cursor:
        cursor.execute(FILL, [str(user.pk), FIRST, rows])
        cursor.execute("VACUUM ANALYZE accounts_signin")
        cursor.execute("SELECT id::text FROM accounts_signin TABLESAMPLE SYSTEM (1) LIMIT 20000")
        return user, [row[0] for row in cursor.fetchall()]


def _rule() -> Rule:
    rule = rule_named("accounts-signin")
    if rule is None:
        raise RuntimeError("sign-ins have no term: the figure would say nothing")
    return rule


def _empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE accounts_signin")


def _spent() -> float:
    """Seconds of processor time so far, of this process and of its own one at the database, as Linux counts them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        theirs = Path(f"/proc/{cursor.fetchone()[0]}/schedstat").read_text(encoding="ascii")
    return process_time() + int(theirs.split()[0]) / 1e9


def _sweep(rule: Rule, now: datetime) -> Callable[[], None]:
    """The sweep of one rule, as a job of its own that is claimed already."""
    held = claim(Job.objects.create(kind=KIND, about=uuid4()).pk)
    if held is None:
        raise RuntimeError("the job that was just made is somebody else’s")
    fence = OfJob(JobContext(held), rule.slug)

    def work() -> None:
        sweep(rule, now, fence=fence)
        # As a run does at its end, and as the one transaction does: wait until the disk has all of it.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_logical_emit_message(true, 'end', '')")

    return work


def _at_once(rule: Rule, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_signin WHERE at < %s", [rule.cut(now)])
