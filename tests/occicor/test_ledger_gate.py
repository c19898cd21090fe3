"""While the database is older than the ledger: nobody signs in, nobody works, and what is public stays open."""

import json
import logging
import threading
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from post_office.models import STATUS, Email

from privacy import heartbeats, ledger
from privacy.data_map.subject import Subject
from privacy.jobs import engine
from privacy.jobs.scheduler import Scheduler
from privacy.jobs.sweep import sweep
from privacy.ledger import gate, reapply
from privacy.models import Job, JobState
from privacy.vocabulary import LedgerKind
from tests.factories import make_user
from tests.privacy.jobs import kind, noting, queued
from tests.privacy.ledgers import forget_after
from tests.rights_requests.browsing import browser_of
from tests.stack import eventually

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P5.3")]
# Not marked public, and open all the same: what operators ask, what needs no database, and the outbox's files.
ALSO_OPEN = {"/healthz", "/metrics", "/privacy/verify/", "/outbox/", "/display/"}
PARTS = {"token": "a" * 43, "reference": "OC-2222-2222", "right": "erasure", "key": "k", "uidb36": "1"}


def fall_behind() -> None:
    """An old backup came back."""
    digests = Subject(user_id=uuid4()).digests()
    ledger.note(kind=LedgerKind.ERASURE, request_id=uuid4(), digests=digests)
    ledger.write_out()
    forget_after(0)


@pytest.fixture
def behind() -> None:
    """The database of this test is an old backup."""
    fall_behind()


def addresses(patterns: list[Any] | None = None, prefix: str = "") -> Iterator[str]:
    """An address for every pattern of the site; those of the admin's models are behind the same door."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern) and "^" not in route and "(" not in route:
            for name, value in PARTS.items():
                for form in (f"<slug:{name}>", f"<str:{name}>", f"<{name}>"):
                    route = route.replace(form, value)
            if "<" not in route:
                yield f"/{route}"


def test_every_address_is_closed_unless_it_is_the_same_for_everybody(client: Client) -> None:
    """Both ways: a new address is closed by itself, and a page marked public that was left out is named here."""
    found = set(addresses())
    assert {"/requests/", "/account/", "/account/login/", "/admin/login/", "/contact/"} <= found
    public = {path for path in found if "public" in client.get(path).get("Cache-Control", "")}
    assert {"/", "/privacy/", "/robots.txt", "/favicon.ico", "/.well-known/occicor-keys.json"} <= public
    fall_behind()
    opened = {path for path in found if client.get(path).status_code != 503}
    assert opened == public | ALSO_OPEN


def test_nothing_can_be_sent_in_meanwhile_but_what_we_signed_can_be_checked(behind: None, client: Client) -> None:
    for path in ("/contact/", "/requests/new/access/", "/account/login/"):
        assert client.post(path, {"email": "ann@example.org"}).status_code == 503
    assert client.post("/privacy/verify/", {"document": "{}"}).status_code == 200
    assert client.get("/no/such/page/").status_code == 404


def test_the_page_says_what_happens_and_when_to_come_back(behind: None, client: Client) -> None:
    answer = client.get("/requests/")
    page = answer.content.decode()
    assert (answer.status_code, int(answer["Retry-After"]) > 0, answer["Cache-Control"]) == (
        503,
        True,
        "no-store, private",
    )
    assert "Signing in is closed for now" in page
    assert "stays deleted and stopped" in page
    assert 'href="mailto:privacy@occicor.example"' in page


def test_a_session_of_the_old_backup_signs_nobody_in_and_is_not_ended() -> None:
    browser = browser_of(make_user("ann@example.org"))
    assert "Sign out" in browser.get("/").content.decode()
    fall_behind()
    home = browser.get("/")
    assert (home.status_code, home.cookies) == (200, {})
    assert "Sign out" not in home.content.decode()
    reapply.reapply(lambda done: None)
    assert "Sign out" in browser.get("/").content.decode()


def test_the_site_opens_by_itself_when_all_is_done_again(behind: None, client: Client) -> None:
    assert client.get("/account/login/").status_code == 503
    call_command("reapply_ledger")
    assert client.get("/account/login/").status_code == 200


def test_those_who_operate_the_site_are_told(behind: None, client: Client) -> None:
    heartbeats.beat("scheduler", {})
    heartbeats.beat("worker", {})
    answer = client.get("/readyz")
    found = json.loads(answer.content)
    assert (answer.status_code, found["status"]) == (503, "not ready")
    assert found["checks"]["ledger"] == "database behind the ledger"


def test_no_worker_takes_a_job_and_the_job_stays_due(behind: None, caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []
    with kind([noting("one", lambda context: done.append("one"))]) as name:
        job = queued(name)
        assert not engine.run(job.pk)
        assert (sweep_and_look(job), done) == ((JobState.QUEUED, 0), [])
        assert "reapply_ledger" in caplog.text
        with pytest.raises(CommandError, match="reapply_ledger"):
            call_command("work_off")


def sweep_and_look(job: Job) -> tuple[str, int]:
    """State and attempts of the job after the sweeper rang."""
    sweep()
    job.refresh_from_db()
    return job.state, job.attempts


@pytest.mark.django_db(transaction=True)
def test_the_scheduler_stays_up_idle_says_so_once_and_goes_on_by_itself(caplog: pytest.LogCaptureFixture) -> None:
    """What the old backup still had to send must not go out: its receiver may have been erased since."""
    fall_behind()
    letter = Email.objects.create(
        from_email="us@example.org", to=["ann@example.org"], subject="Hello", message="Hello", status=STATUS.queued
    )
    stop = threading.Event()
    scheduler = Scheduler(stop)
    thread = threading.Thread(target=scheduler.run)
    with caplog.at_level(logging.WARNING):
        thread.start()
        try:
            assert eventually(lambda: scheduler._ticks >= 3, seconds=20)
            assert heartbeats.seconds_since("scheduler") is not None
            assert mail.outbox == []
            assert caplog.text.count("nothing is started") == 1
            reapply.reapply(lambda done: None)
            sent = Email.objects.filter(pk=letter.pk, status=STATUS.sent)
            assert eventually(sent.exists, seconds=20)
        finally:
            stop.set()
            thread.join()
    assert "work goes on" in caplog.text
    assert len(mail.outbox) == 1


def test_an_anonymous_visitor_of_a_public_page_costs_no_look(
    behind: None, client: Client, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        client.get("/privacy/")


def test_a_lost_ledger_closes_the_site_too(client: Client, settings: Any, tmp_path: Any) -> None:
    ledger.note(kind=LedgerKind.ERASURE, request_id=uuid4(), digests=Subject(user_id=uuid4()).digests())
    ledger.write_out()
    assert client.get("/account/login/").status_code == 200
    settings.LEDGER_DIR = tmp_path / "not mounted"
    assert client.get("/account/login/").status_code == 503
    assert gate.standing() == gate.Standing.LOST
