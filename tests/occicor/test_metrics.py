"""What the site tells those who watch it: to nobody without the token, true, valid, bounded, by index, in the docs."""

import os
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from post_office.models import STATUS, Email
from prometheus_client.parser import text_string_to_metric_families

from occicor import backups
from occicor.embedded.layout import PROJECT
from occicor.watching import figures, http_counts, shared, words
from privacy import heartbeats
from privacy.jobs import engine
from privacy.models import Job, JobState
from rights_requests.models import RightsRequest, State
from tests.factories import make_request, make_user

TOKEN = "t" * 40
Found = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@pytest.fixture
def scraped(client: Client, settings: Any) -> Callable[[], Found]:
    """Asks as Prometheus does; gives each sample by its name and labels."""
    settings.METRICS_TOKEN = TOKEN

    def scrape() -> Found:
        answer = client.get("/metrics", HTTP_AUTHORIZATION=f"Bearer {TOKEN}")
        assert answer.status_code == 200
        return parsed(answer.content.decode())

    return scrape


def parsed(text: str) -> Found:
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    found = {(sample.name, tuple(sorted(sample.labels.items()))): sample.value for sample in samples}
    assert len(found) == len(samples), "a sample is told twice"
    return found


def value(found: Found, name: str, **labels: str) -> float:
    return found[f"occicor_{name}", tuple(sorted(labels.items()))]


@pytest.mark.django_db
@pytest.mark.parametrize("brought", ["", "Bearer ", f"Bearer {TOKEN}x", f"bearer {TOKEN}", TOKEN, "Bearer é"])
def test_without_the_token_there_is_nothing_here(client: Client, settings: Any, brought: str) -> None:
    settings.METRICS_TOKEN = TOKEN
    answer = client.get("/metrics", HTTP_AUTHORIZATION=brought)
    assert (answer.status_code, b"occicor_" in answer.content) == (404, False)


@pytest.mark.django_db
def test_where_no_token_is_set_nobody_brings_the_right_one(client: Client) -> None:
    assert client.get("/metrics", HTTP_AUTHORIZATION="Bearer ").status_code == 404


@pytest.mark.django_db
def test_the_figures_are_those_of_the_database(scraped: Callable[[], Found]) -> None:
    now = timezone.now()
    make_request(make_user(), due_at=now - timedelta(days=2))
    make_request(make_user(), due_at=now + timedelta(days=3))
    make_request(make_user(), due_at=now - timedelta(days=2), paused_at=now, state=State.WAITING)
    heartbeats.beat("worker", {})
    Job.objects.create(kind="access", about=uuid4(), state=JobState.NEEDS_STAFF)
    engine.enqueue(kind="erasure", about=uuid4())
    Email.objects.create(from_email="us@example.org", to=["ada@example.org"], status=STATUS.failed)
    found = scraped()
    assert value(found, "requests_open", right="access", state="received") == 2
    assert value(found, "requests_open", right="access", state="waiting") == 1
    assert value(found, "requests_late", right="access") == 1
    assert value(found, "requests_due_within_seven_days", right="access") == 1
    assert value(found, "jobs", kind="access", state="needs_staff") == 1
    assert value(found, "jobs", kind="erasure", state="queued") == 1
    assert value(found, "mail_given_up") == 1
    assert value(found, "heartbeat_age_seconds", part="worker") < 60
    assert value(found, "part_well", part="ledger") == 1
    assert value(found, "part_well", part="scheduler") == 0
    assert value(found, "security_txt_seconds") > 300 * 86_400
    assert {value(found, "figures_read", group=group.title) for group in figures.GROUPS} == {1}
    assert not any("example.org" in word for _name, labels in found for pair in labels for word in pair)


@pytest.mark.django_db
def test_backups_are_told_where_this_machine_has_them(
    scraped: Callable[[], Found], settings: Any, tmp_path: Path
) -> None:
    assert ("occicor_backup_bytes", ()) not in scraped()
    settings.BACKUP_DIR = tmp_path
    stamp = (timezone.now() - timedelta(hours=40)).strftime(backups.STAMP)
    (tmp_path / backups.SETS / stamp).mkdir(parents=True)
    (tmp_path / backups.SETS / stamp / "database.dump").write_bytes(bytes(4096))
    (tmp_path / backups.FAILED).write_text(f"{stamp}\n", encoding="ascii")
    found = scraped()
    assert value(found, "backup_bytes") == 4096
    assert value(found, "backup_age_seconds") == pytest.approx(40 * 3600, abs=60)
    assert (value(found, "backup_failed"), value(found, "part_well", part="backup")) == (1, 0)


@pytest.mark.django_db
def test_what_cannot_be_read_is_said_to_be_missing_and_takes_nothing_with_it(
    scraped: Callable[[], Found], monkeypatch: pytest.MonkeyPatch
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE consent_proofseal RENAME TO consent_gone")
    found = scraped()
    assert value(found, "figures_read", group="Choices about cookies") == 0
    assert value(found, "figures_read", group="Jobs") == 1


@pytest.mark.django_db
def test_no_figure_walks_through_what_is_done(scraped: Callable[[], Found]) -> None:
    with CaptureQueriesContext(connection) as asked:
        scraped()
    large = (Job._meta.db_table, RightsRequest._meta.db_table, "rights_requests_answercount", Email._meta.db_table)
    looked = [query["sql"] for query in asked if any(f'FROM "{table}"' in query["sql"] for table in large)]
    assert len(looked) >= 7
    for sql in looked:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {sql}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
        assert not [table for table in large if f"Seq Scan on {table}" in plan], f"{sql}\n{plan}"
        assert "Index" in plan


def test_the_page_of_the_docs_says_what_there_is() -> None:
    page = PROJECT / "docs/reference/metrics.md"
    if os.environ.get("REWRITE"):
        page.write_text(words.as_markdown(), encoding="utf-8")
    assert page.read_text(encoding="utf-8") == words.as_markdown(), words.BEGINNING


def test_every_figure_of_the_alerts_exists_and_no_alert_stands_twice() -> None:
    rules = yaml.safe_load((PROJECT / "docs/reference/alerts.yaml").read_text(encoding="utf-8"))
    alerts = [rule for group in rules["groups"] for rule in group["rules"]]
    known = {metric.full_name for metric in (*figures.metrics(), *http_counts.METRICS)}
    named = {name for rule in alerts for name in re.findall(r"occicor_\w+", rule["expr"])}
    assert named <= known
    assert len({rule["alert"] for rule in alerts}) == len(alerts)
    guide = (PROJECT / "docs/how-to/watch-the-site.md").read_text(encoding="utf-8")
    assert [rule["alert"] for rule in alerts if f"`{rule['alert']}`" not in guide] == []


def test_what_servers_of_this_machine_counted_that_ended_goes_and_nothing_of_another_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared.socket, "gethostname", lambda: "web")
    monkeypatch.setenv(shared.VARIABLE, "")
    for name in ("web.2147483646.1", "web.of.others.2147483646.1", "worker.2147483646.1"):
        (tmp_path / name).mkdir()
    own = shared.prepare(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {
        own.name, "web.of.others.2147483646.1", "worker.2147483646.1",
    }  # fmt: skip
