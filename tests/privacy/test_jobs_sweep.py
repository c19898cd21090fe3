"""Nothing waits for ever: bells are rung again, and without a broker jobs run straight from the database."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from privacy import dispatch, heartbeats
from privacy.dispatch import Bell
from privacy.jobs import scheduler, sweep
from privacy.jobs.loops import Loop
from privacy.models import Heartbeat, Job, JobState
from tests.privacy.jobs import effects_of, effects_table, fresh, kind, let_lease_lapse, noting, queued
from tests.stack import eventually

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _effects(transactional_db: None) -> Iterator[None]:
    with effects_table():
        yield


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids that were rung for; nothing reaches a broker."""
    heard: list[str] = []
    monkeypatch.setattr(dispatch, "ring", lambda job_id: heard.append(str(job_id)) or True)
    return heard


def rung_long_ago(job: Job) -> None:
    """As if its bell had been rung a minute ago."""
    Job.objects.filter(pk=job.pk).update(rung_at="2000-01-01T00:00Z")


def test_a_job_whose_bell_was_lost_is_rung_for_again(rung: list[str]) -> None:
    with kind([noting("one")]) as name:
        job = queued(name)
        assert sweep.sweep() == 0
        rung_long_ago(job)
        assert sweep.sweep() == 1
        assert sweep.sweep() == 0
    assert rung.count(str(job.pk)) == 2


def test_a_job_whose_worker_died_is_rung_for_at_once(rung: list[str]) -> None:
    with kind([noting("one")]) as name:
        job = queued(name)
        Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE privacy_job SET lease_until = clock_timestamp() + interval '0.2 s'")
        assert sweep.sweep() == 0
        time.sleep(0.3)
        assert sweep.sweep() == 1


@pytest.mark.parametrize("state", [JobState.DONE, JobState.NEEDS_STAFF, JobState.CANCELLED])
def test_what_is_not_to_be_done_is_not_rung_for(state: JobState, rung: list[str]) -> None:
    with kind([noting("one")]) as name:
        job = queued(name)
        Job.objects.filter(pk=job.pk).update(state=state, rung_at=None)
        assert sweep.sweep() == 0
        assert sweep.work_off() == 0
    assert effects_of(job) == []


def test_without_a_broker_jobs_run_from_the_database_after_a_grace(rung: list[str]) -> None:
    with kind([noting("one")]) as name:
        job = queued(name)
        assert sweep.work_off(grace_seconds=60) == 0
        assert sweep.work_off(grace_seconds=0) == 1
    assert effects_of(job) == ["one"]


def test_work_off_as_a_command_runs_all_that_is_due(rung: list[str]) -> None:
    said = StringIO()
    with kind([noting("one")]) as name:
        jobs = [queued(name) for _number in range(3)]
        call_command("work_off", stdout=said)
    assert "3 jobs finished" in said.getvalue()
    assert [fresh(job).state for job in jobs] == [JobState.DONE] * 3


def test_a_job_that_always_fails_does_not_hold_up_the_others(rung: list[str]) -> None:
    def fail(_context: object) -> None:
        raise ValueError

    with kind([noting("bad", fail)]) as bad, kind([noting("one")]) as good:
        poison = queued(bad)
        jobs = [queued(good) for _number in range(5)]
        for _round in range(4):
            sweep.work_off()
            let_lease_lapse(poison) if fresh(poison).state == JobState.QUEUED else None
    assert [fresh(job).state for job in jobs] == [JobState.DONE] * 5
    assert fresh(poison).state == JobState.NEEDS_STAFF


RING_TWICE = """
import time, uuid, django; django.setup()
from privacy import dispatch
dispatch.ring(uuid.uuid4())  # pays for imports
dispatch.bell._rest_until = 0
start = time.monotonic(); first = dispatch.ring(uuid.uuid4()); one = time.monotonic() - start
start = time.monotonic(); rest = [dispatch.ring(uuid.uuid4()) for _ in range(100)]
print(first or any(rest), dispatch.bell.lost, one, time.monotonic() - start)
"""


def test_a_dead_broker_costs_the_caller_next_to_nothing() -> None:
    """Nothing listens on the port: the first ring fails fast, the next ones do not even try for a while."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        rung, lost, one, rest = _python(RING_TWICE, REDIS_URL=f"redis://127.0.0.1:{free.getsockname()[1]}/0").split()
    assert (rung, lost) == ("False", "102")
    assert (float(one) < 0.1, float(rest) < 0.1) == (True, True)


def test_a_broker_that_says_nothing_is_waited_for_once_and_not_long() -> None:
    """Something listens but never answers: one second for the first ring, nothing for those that follow."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        rung, lost, one, rest = _python(RING_TWICE, REDIS_URL=f"redis://127.0.0.1:{silent.getsockname()[1]}/0").split()
    assert (rung, lost) == ("False", "102")
    assert (float(one) < 2.5, float(rest) < 0.1) == (True, True)


def test_a_bell_that_fails_rests_and_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    tries = []

    def refuse(self: Bell, *what: Any) -> None:
        tries.append(what)
        raise ConnectionError

    monkeypatch.setattr(Bell, "_publish", refuse)
    bell = Bell()
    assert not bell.send("privacy.run_job", "1")
    assert not bell.send("privacy.run_job", "2")
    assert (bell.lost, bell.rung, len(tries)) == (2, 0, 1)


def test_a_bell_whose_connection_died_takes_a_new_one() -> None:
    bell = Bell()
    assert bell.send("privacy.ping", "1", expires=0.1)
    _pid, connected, _producer = bell._mine.kept
    for held in connected.default_channel.pool._available_connections:
        held._sock.shutdown(socket.SHUT_RDWR)
    assert bell.send("privacy.ping", "2", expires=0.1)
    assert (bell.rung, bell.lost) == (2, 0)


def test_one_scheduler_leads_and_another_takes_over(monkeypatch: pytest.MonkeyPatch, rung: list[str]) -> None:
    monkeypatch.setattr(scheduler, "chores", list)
    monkeypatch.setattr(scheduler, "TICK_SECONDS", 0.05)
    monkeypatch.setattr(dispatch, "ping", lambda nonce: True)
    stops = [threading.Event(), threading.Event()]
    both = [scheduler.Scheduler(stop) for stop in stops]
    threads = [threading.Thread(target=one.run) for one in both]
    threads[0].start()
    assert eventually(both[0]._working.is_set, seconds=5)
    threads[1].start()
    time.sleep(0.3)  # for several tries
    assert [one._working.is_set() for one in both] == [True, False]
    assert (heartbeats.seconds_since("scheduler") or 99) < 5
    stops[0].set()
    threads[0].join(5)
    assert eventually(both[1]._working.is_set, seconds=5)
    stops[1].set()
    threads[1].join(5)


def test_a_chore_that_fails_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    stop, leading, tries = threading.Event(), threading.Event(), []
    leading.set()

    def fail() -> None:
        tries.append(1)
        raise ValueError("ann@example.org")

    loop = Loop("failing", 0.01, fail, leading=leading, stop=stop)
    loop.start()
    assert eventually(lambda: len(tries) > 2, seconds=5)
    stop.set()
    loop.join(5)
    assert len(tries) > 2
    assert "ann@example.org" not in caplog.text


def test_a_sign_of_life_is_one_row_per_part() -> None:
    heartbeats.beat("worker", {"nonce": "a"})
    heartbeats.beat("worker", {"nonce": "b"})
    assert Heartbeat.objects.get(part="worker").detail == {"nonce": "b"}
    assert heartbeats.seconds_since("nobody") is None


def _python(code: str, **env: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout
