"""What those who operate the site are told about its parts."""

import json
import os
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone
from post_office.models import STATUS, Email

from occicor import backups, health
from privacy import heartbeats
from privacy.files import sound
from privacy.jobs.registry import chores
from privacy.models import ChoreRun, Job, JobState

pytestmark = pytest.mark.django_db
PARTS = (
    *("database", "migrations", "ledger", "broker", "worker", "scheduler", "chores", "jobs_needing_staff"),
    *("failed_mail", "package_store", "disk", "backup", "security_txt"),
)


def test_the_process_says_that_it_answers_without_asking_anyone(client: Client) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(connection, "cursor", None)
        answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.content == b"ok\n"


def test_all_parts_alive_is_ready(client: Client) -> None:
    heartbeats.beat("worker", {})
    heartbeats.beat("scheduler", {})
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert json.loads(answer.content) == {
        "status": "ready",
        "checks": dict.fromkeys(PARTS, "ok"),
    }


def test_without_worker_and_broker_it_is_degraded_but_accepts_requests(client: Client) -> None:
    heartbeats.beat("scheduler", {})
    with override_settings(REDIS_URL="unix:///nowhere/valkey.sock"):
        answer = client.get("/readyz")
    found = json.loads(answer.content)
    assert (answer.status_code, found["status"]) == (200, "degraded")
    assert found["checks"]["broker"] == "no answer"
    assert found["checks"]["worker"] == "never seen"


def test_a_scheduler_that_was_not_seen_for_a_while_is_not_ready(client: Client) -> None:
    heartbeats.beat("worker", {})
    heartbeats.beat("scheduler", {})
    with connection.cursor() as cursor:
        cursor.execute("UPDATE privacy_heartbeat SET beat_at = now() - interval '1 day' WHERE part = 'scheduler'")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert json.loads(answer.content)["checks"]["scheduler"].startswith("last seen 86")


def test_a_missing_migration_is_not_ready(client: Client) -> None:
    heartbeats.beat("scheduler", {})
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'privacy' AND name = '0001_initial'")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert json.loads(answer.content)["checks"]["migrations"] == "1 missing"


def test_it_answers_reading_only(client: Client) -> None:
    assert client.post("/readyz").status_code == 405
    assert client.post("/healthz").status_code == 405


def test_what_waits_for_a_person_is_counted_and_the_site_stays_in_service(client: Client) -> None:
    heartbeats.beat("worker", {})
    heartbeats.beat("scheduler", {})
    Job.objects.create(kind="access", about=uuid4(), state=JobState.NEEDS_STAFF)
    for _number in range(2):
        Email.objects.create(from_email="us@example.org", to=["ada@example.org"], status=STATUS.failed)
    answer = client.get("/readyz")
    found = json.loads(answer.content)
    assert (answer.status_code, found["status"]) == (200, "degraded")
    assert found["checks"] == dict.fromkeys(PARTS, "ok") | {"jobs_needing_staff": "1", "failed_mail": "2"}


@pytest.mark.parametrize(
    ("days", "state", "standing"),
    [(31, "ok", "ready"), (30, "expires in 30 days", "degraded"), (0, "expired", "degraded")],
)
def test_operators_are_reminded_of_security_txt_a_month_before_it_expires(
    client: Client, days: int, state: str, standing: str
) -> None:
    heartbeats.beat("worker", {})
    heartbeats.beat("scheduler", {})
    with override_settings(SECURITY_TXT_EXPIRES_ON=timezone.now().date() + timedelta(days=days)):
        answer = client.get("/readyz")
    found = json.loads(answer.content)
    assert (answer.status_code, found["status"], found["checks"]["security_txt"]) == (200, standing, state)


def test_a_chore_that_fails_and_a_disk_that_fills_up_are_told_while_the_site_stays_in_service(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    heartbeats.beat("worker", {})
    heartbeats.beat("scheduler", {})
    ChoreRun.objects.create(name=chores()[0].name, failed_at=timezone.now(), failure="ValueError")
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _folder: SimpleNamespace(free=123_456_789))
    answer = client.get("/readyz")
    found = json.loads(answer.content)
    assert (answer.status_code, found["status"]) == (200, "degraded")
    assert (found["checks"]["chores"], found["checks"]["disk"]) == ("1 do not run as they should", "123 MB left")


def _hours_ago(hours: float) -> str:
    return (timezone.now() - timedelta(hours=hours)).strftime(backups.STAMP)


BACKUPS: dict[str, tuple[float | None, str, str]] = {
    "last night's": (20, "", "ok"),
    "a night went by": (40, "", "40 hours old"),
    "the last try failed": (20, _hours_ago(1), "the last one failed"),
    "none yet, in a folder of today": (None, "", "ok"),
    "words of somebody else": (20, "yesterday", "cannot be read: ValueError"),
}


@pytest.mark.parametrize("case", BACKUPS)
def test_an_old_or_failed_backup_is_told_and_the_site_stays_in_service(
    client: Client, settings: Any, tmp_path: Path, case: str
) -> None:
    hours, failed, told = BACKUPS[case]
    settings.BACKUP_DIR = tmp_path
    if hours is not None:
        for older in (0, 24):
            (tmp_path / backups.SETS / _hours_ago(hours + older)).mkdir(parents=True)
    if failed:
        (tmp_path / backups.FAILED).write_text(failed + "\n", encoding="ascii")
    assert health.report()["backup"] == told
    heartbeats.beat("scheduler", {})
    assert client.get("/readyz").status_code == 200


def test_a_folder_for_backups_in_which_none_was_ever_made_is_told(settings: Any, tmp_path: Path) -> None:
    settings.BACKUP_DIR = tmp_path
    old = (timezone.now() - timedelta(hours=50)).timestamp()
    os.utime(tmp_path, (old, old))
    assert health.report()["backup"] == "never made"
    settings.BACKUP_DIR = tmp_path / "elsewhere"
    assert health.report()["backup"] == "ok"


def test_a_folder_of_packages_that_cannot_be_written_to_is_told(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root may write anywhere, so what the system says of a folder is said here."""
    settings.PACKAGE_DIR, settings.EVIDENCE_DIR = tmp_path / "not" / "made" / "packages", tmp_path / "evidence"
    assert health.report()["package_store"] == "ok"
    asked: list[Path] = []
    monkeypatch.setattr(sound.os, "access", lambda folder, _how: asked.append(folder) or False)
    assert health.report()["package_store"] == "packages cannot be written to"
    assert asked == [tmp_path]
