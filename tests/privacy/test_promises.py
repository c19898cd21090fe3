"""The page of the promises: each id with what keeps it, stale and broken where it is so, in few queries."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from privacy import heartbeats
from privacy.desk_sections import desk_section
from privacy.jobs.registry import chores
from privacy.models import AuditSeal, ChoreRun, RetentionRun
from privacy.promises.catalogue import IDS, spread
from privacy.promises.evidence import Evidence, Found, Kept, promises_now
from privacy.vocabulary import RunState
from tests.factories import make_request, make_staff, make_user

pytestmark = pytest.mark.django_db
PAGE, WATCH = "/admin/promises/", "privacy.view_chorerun"


@pytest.fixture
def officer(client: Client) -> Client:
    """Somebody who may watch, and nothing else."""
    client.force_login(make_staff(perms=[WATCH]))
    return client


@pytest.fixture
def alive() -> None:
    """Everything that runs by itself has just run."""
    now = timezone.now()
    ChoreRun.objects.bulk_create(ChoreRun(name=chore.name, started_at=now, finished_at=now) for chore in chores())
    heartbeats.beat(heartbeats.SCHEDULER, {})
    heartbeats.beat(heartbeats.WORKER, {})
    RetentionRun.objects.create(night=now.date(), state=RunState.DONE, finished_at=now)
    AuditSeal.objects.create(day=now.date(), last_seq=7, last_hash="0" * 64, signature="x", key_id="k")


def stands(promise: str, later: timedelta = timedelta()) -> Kept:
    """How a promise stands now, or when that much time has gone by."""
    found = {one.promise.id: one for one in promises_now(timezone.now() + later)}
    return found[promise].stands


def test_ids_are_read_alone_in_lists_and_in_ranges() -> None:
    assert list(spread("P5.1")) == ["P5.1"]
    assert list(spread("P4.1, P6.1")) == ["P4.1", "P6.1"]
    assert list(spread("P2.1–P2.3")) == list(spread("P2.1-P2.3")) == ["P2.1", "P2.2", "P2.3"]
    assert list(spread("nonsense")) == ["nonsense"]
    assert len(set(IDS)) == len(IDS) == 36


def test_while_all_runs_the_promises_of_the_rights_are_kept(alive: None) -> None:
    ids = ("P3.1", "P4.1", "P5.1", "P5.3", "P7.4", "P11.1")
    assert {promise: stands(promise) for promise in ids} == dict.fromkeys(ids, Kept.KEPT)
    # No version of the policy is published here.
    assert stands("P10.1") == Kept.BROKEN


def test_evidence_turns_stale_when_its_own_time_is_over(alive: None) -> None:
    # The parts show themselves every few seconds, hourly chores and daily seals have more time.
    minute, hours, day = timedelta(minutes=1), timedelta(hours=4), timedelta(hours=27)
    assert [stands("P5.1", later) for later in (timedelta(), minute)] == [Kept.KEPT, Kept.STALE]
    assert [stands("P1.3", later) for later in (minute, hours)] == [Kept.KEPT, Kept.STALE]
    assert [one.stands(timezone.now() + later) for one in [_seal()] for later in (hours, day)] == [
        Kept.KEPT,
        Kept.STALE,
    ]


def _seal() -> Evidence:
    (found,) = (piece for piece, _state in _found("P4.1").evidence if piece.title == "Audit sealed")
    return found


def _found(promise: str) -> Found:
    return next(one for one in promises_now(timezone.now()) if one.promise.id == promise)


def test_what_never_ran_is_stale_and_what_fails_is_broken(alive: None) -> None:
    RetentionRun.objects.all().delete()
    assert stands("P8.1") == Kept.STALE
    ChoreRun.objects.filter(name="follow recipients").update(
        failed_at=timezone.now() + timedelta(seconds=1), failure="E"
    )
    assert stands("P7.4") == Kept.BROKEN


def test_a_late_request_breaks_the_promise_of_its_right(alive: None) -> None:
    make_request(make_user(), due_at=timezone.now() - timedelta(minutes=1))
    assert (stands("P5.1"), stands("P5.2")) == (Kept.BROKEN, Kept.KEPT)


def test_without_evidence_the_tests_speak_and_without_tests_nothing() -> None:
    promise = promises_now(timezone.now())[0].promise
    assert Found(promise, [], ["tests/a.py::test_a"]).stands == Kept.UNSEEN
    assert Found(promise, [], []).stands == Kept.BROKEN


def test_the_page_names_every_promise_in_few_queries(officer: Client, alive: None) -> None:
    with CaptureQueriesContext(connection) as captured:
        promises_now(timezone.now())
    assert len(captured) <= 20
    text = officer.get(PAGE).content.decode()
    assert re.findall(r'<tr id="(P[\d.]+)"', text) == list(IDS)
    assert "tests/privacy/test_promises.py" not in text
    assert " style=" not in text
    assert "<script" not in text.partition("<main")[2]


def test_what_is_not_kept_is_named_first(officer: Client) -> None:
    text = officer.get(PAGE).content.decode()
    assert "Look at these first:" in text
    assert '<a href="#P5.1">P5.1</a>' in text
    assert text.count("pill-late") > 10


def test_only_whoever_may_watch_finds_the_page(officer: Client, client: Client) -> None:
    assert PAGE in officer.get("/admin/").content.decode()
    other = Client()
    other.force_login(make_staff(perms=["rights_requests.view_rightsrequest"]))
    assert other.get(PAGE).status_code == 403
    assert officer.post(PAGE).status_code == 405
    overview = other.get("/admin/").content.decode()
    assert PAGE not in overview
    assert "Jobs and signs of life" not in overview


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_page_speaks_the_languages(officer: Client, language: str) -> None:
    with override(language):
        assert officer.get(PAGE, headers={"accept-language": language}).status_code == 200


def test_a_section_has_a_name_of_its_own() -> None:
    with pytest.raises(ImproperlyConfigured):
        desk_section("work", title="", order=0, permission=WATCH)(lambda user: None)
