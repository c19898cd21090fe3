"""What those who operate the site are told about its parts."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone
from post_office.models import STATUS, Email

from privacy import heartbeats
from privacy.models import Job, JobState

pytestmark = pytest.mark.django_db
PARTS = (
    *("database", "migrations", "ledger", "broker", "worker", "scheduler", "jobs_needing_staff", "failed_mail"),
    "security_txt",
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
