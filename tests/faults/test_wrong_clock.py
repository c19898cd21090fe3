"""The clock of a worker is an hour ahead or behind, the database's is right: nothing ends early, nothing hangs."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.conf import settings as site
from django.utils import timezone

from accounts.models import SignIn
from privacy import clock
from privacy.actors import SYSTEM
from privacy.jobs import engine, lease, sweep
from privacy.models import Job, JobState
from privacy.retention import running
from privacy.vocabulary import RunState
from rights_requests.models import Package, State
from rights_requests.services import expiring
from tests.factories import make_user
from tests.privacy.jobs import fresh, kind, noting, queued
from tests.rights_requests.scenario import approved, run

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.promise("P5.1"), pytest.mark.promise("P3.1")]

A_LITTLE = timedelta(minutes=1)


@pytest.fixture(params=[-1, 1], ids=["an hour behind", "an hour ahead"])
def wrong(request: pytest.FixtureRequest, settings: Any, tmp_path: Path) -> Iterator[timedelta]:
    """How wrong every clock of this process is; only the database's is right."""
    settings.PACKAGE_DIR = tmp_path / "packages"
    off = timedelta(hours=request.param)
    true_time, true_now = time.time, timezone.now
    with (
        mock.patch.object(time, "time", lambda: true_time() + off.total_seconds()),
        mock.patch.object(timezone, "now", lambda: true_now() + off),
    ):
        yield off


def near(instant: datetime | None, wanted: datetime) -> bool:
    """Whether it is that instant, but for what a slow machine takes."""
    return instant is not None and abs(instant - wanted) < A_LITTLE


def test_lease_and_waits_are_by_the_databases_clock(wrong: timedelta) -> None:
    with kind([noting("one", lambda _context: 1 / 0)]) as name:
        job = queued(name)
        held = lease.claim(job.pk)
        assert held is not None
        assert near(fresh(job).lease_until, clock.now() + timedelta(seconds=site.JOB_LEASE_SECONDS))
        lease.release(held, state=JobState.QUEUED)
        engine.run(job.pk)
        assert fresh(job).state == JobState.QUEUED
        assert near(fresh(job).not_before, clock.now()), "the wait after a failure is seconds"


def test_what_is_due_is_rung_for_by_the_databases_clock(wrong: timedelta, monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[Any] = []
    monkeypatch.setattr("privacy.dispatch.ring", rung.append)
    with kind([noting("one")]) as name:
        due, later = queued(name), queued(name)
        Job.objects.filter(pk=due.pk).update(not_before=clock.now() - A_LITTLE, rung_at=None)
        Job.objects.filter(pk=later.pk).update(not_before=clock.now() + timedelta(minutes=30), rung_at=None)
        rung.clear()
        assert sweep.sweep() == 1
        assert rung == [due.pk]


def test_a_package_ends_when_the_database_says_so(wrong: timedelta) -> None:
    request = run(approved(make_user()))
    assert request.state == State.COMPLETED
    package = Package.objects.get(request=request)
    assert near(package.expires_at, clock.now() + timedelta(days=site.PACKAGE_LIFETIME_DAYS))
    for left, destroyed in ((timedelta(minutes=30), 0), (-A_LITTLE, 1)):
        Package.objects.filter(pk=package.pk).update(expires_at=clock.now() + left)
        assert expiring.expire_due() == destroyed


def test_nothing_is_swept_early(wrong: timedelta) -> None:
    user = make_user()
    days = timedelta(days=365)
    for age in (days - timedelta(minutes=30), days + timedelta(minutes=30)):
        SignIn.objects.create(user=user, at=clock.now() - age, how="password", country="", network="")
    found = running.begin(actor=SYSTEM)
    engine.run(Job.objects.get(about=found.pk).pk)
    found.refresh_from_db()
    assert found.state == RunState.DONE
    left = SignIn.objects.get()
    assert left.at > clock.now() - days
