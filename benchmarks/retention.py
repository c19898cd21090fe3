"""Figures of retention: the sweep of 700,000 rows of 10,000,000 beside one transaction, while somebody writes.

Both delete the same number of neighbouring rows of the same table, in turns, by one day after the other. The writer
inserts a row and changes another, anywhere in the table, every 2 ms; its worst wait is taken while the sweep runs.
"""

import random
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import median

from django.db import connection, transaction

from accounts.models import SignIn, User
from benchmarks.figure import Figure, seconds
from privacy.retention.rules import Rule, rule_named
from privacy.retention.sweep import sweep

ROWS, QUICK_ROWS = 10_000_000, 1_000_000
SHARE = 0.07
ROUNDS = 3
LEAST_SPEED = 0.95
LONGEST_WAIT_S = 0.050
PAUSE_S = 0.002
FIRST = datetime(2020, 1, 1, tzinfo=UTC)
FILL = """
INSERT INTO accounts_signin (id, user_id, at, how, browser, platform, country, network, alerted)
SELECT gen_random_uuid(), %s, %s + n * interval '1 second', 'password', 'firefox', 'linux', 'FR', '', false
FROM generate_series(1, %s) n"""


class Writer(threading.Thread):
    """Inserts a row and changes another every 2 ms, on a connection of its own; notes how long each took."""

    def __init__(self, user: User, keys: list[str]) -> None:
        super().__init__(daemon=True)
        self.waits: list[float] = []
        self._user, self._keys = user, keys
        self._stop_asked = threading.Event()

    def run(self) -> None:
        """Write until stopped."""
        try:
            while not self._stop_asked.is_set():
                self.waits.append(seconds(self._write))
                time.sleep(PAUSE_S)
        finally:
            connection.close()

    def end(self) -> None:
        """Stop, and wait until it has."""
        self._stop_asked.set()
        self.join()

    def _write(self) -> None:
        with transaction.atomic():
            SignIn.objects.create(user=self._user, how="password", at=datetime.now(UTC))
            SignIn.objects.filter(pk=random.choice(self._keys)).update(country="GB")


def figures(quick: bool) -> Iterator[Figure]:
    """Time beside one transaction, the writer's worst wait, and what was missed."""
    rows = QUICK_ROWS if quick else ROWS
    going = int(rows * SHARE)
    user, keys = _filled(rows)
    rule = rule_named("accounts-signin")
    if rule is None:
        raise RuntimeError("sign-ins have no term: the figure would say nothing")
    swept: list[float] = []
    at_once: list[float] = []
    waits: list[float] = []
    missed = 0
    for turn in range(2 * ROUNDS):
        now = FIRST + timedelta(days=rule.holding.retain.days, seconds=(turn + 1) * going)
        writer = Writer(user, keys)
        writer.start()
        by_sweep = turn % 2 == (turn // 2) % 2  # sweep, once, once, sweep, sweep, once: neither is always first
        work = partial(_sweep if by_sweep else _at_once, rule, now)
        taken = seconds(work)
        writer.end()
        (swept if by_sweep else at_once).append(taken)
        waits += writer.waits if by_sweep else []
        missed += rule.over(now).count()
    note = f"{going / median(swept):,.0f} rows a second; {ROUNDS} rounds of {going:,} of {rows:,} rows, in turns"
    name = f"sweeping {going:,} rows while somebody writes"
    yield Figure(name, median(swept), 1 / LEAST_SPEED, limit=median(at_once), note=note)
    yield Figure("  the writer’s worst wait meanwhile", max(waits), LONGEST_WAIT_S, note=f"{len(waits):,} writes")
    yield Figure("  rows that were missed", float(missed), 0.0, unit="rows")
    _empty()


def _filled(rows: int) -> tuple[User, list[str]]:
    """The table with so many rows of one person, a second apart, and some of their keys from all over it."""
    user = User.objects.create(email="sleeper@example.org")
    with connection.cursor() as cursor:
        cursor.execute(FILL, [str(user.pk), FIRST, rows])
        cursor.execute("VACUUM ANALYZE accounts_signin")
        cursor.execute("SELECT id::text FROM accounts_signin TABLESAMPLE SYSTEM (1) LIMIT 20000")
        return user, [row[0] for row in cursor.fetchall()]


def _empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE accounts_signin")


def _sweep(rule: Rule, now: datetime) -> None:
    sweep(rule, now, transaction=transaction.atomic, counted=lambda _rows: None)


def _at_once(rule: Rule, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_signin WHERE at < %s", [rule.cut(now)])
