"""The overview: what is late comes first, every number is one that a hand counts, few queries, to whom it concerns."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consent.models import ProofSeal
from privacy import heartbeats
from privacy.desk_sections import sections_for
from privacy.models import Job, JobState
from privacy.small_counts import drawn, told
from privacy.vocabulary import Right
from rights_requests.desk import dashboard, queue
from rights_requests.models import Message, State
from rights_requests.vocabulary import UNREADABLE, MessageKind
from tests.factories import make_request, make_staff, make_user
from tests.rights_requests.desk import VIEW

pytestmark = pytest.mark.django_db
OVERVIEW = "/admin/"
WATCH, PROOF = "privacy.view_chorerun", "consent.view_proofseal"


def overview(*perms: str) -> str:
    """The page as somebody with these permissions reads it."""
    browser = Client()
    browser.force_login(make_staff(perms=perms))
    text: str = browser.get(OVERVIEW).content.decode()
    assert " style=" not in text
    return text


def words(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text.partition("<main")[2]).split())


def in_days(days: float, **extra: object) -> object:
    return make_request(make_user(), due_at=timezone.now() + timedelta(days=days), **extra)  # type: ignore[arg-type]


def test_the_late_and_those_of_this_week_are_named_the_oldest_first_and_paused_ones_are_not() -> None:
    soon, late, far = in_days(3), in_days(-2), in_days(20)
    paused = in_days(-9, state=State.WAITING, paused_at=timezone.now())
    text = overview(VIEW)
    named = re.findall(r"TEST-\d+", text)
    assert named == [late.reference, soon.reference]  # type: ignore[attr-defined]
    assert not {far.reference, paused.reference} & set(named)  # type: ignore[attr-defined]
    said = words(text)
    assert said.index("2 days late") < said.index("3 days left") < said.index("Open, by right")
    assert "1 Late 1 Due this week 0 Mine 4 Unassigned 1 Waiting 0 Needs attention 0 New messages 4 Open" in said


def test_the_overview_counts_as_the_tabs_of_the_queue_do() -> None:
    me = make_staff(perms=[VIEW])
    for number, state in enumerate(State):
        in_days(number - 4, state=state, assignee=me if number % 3 else None, alerted=UNREADABLE if number % 5 else 0)
    in_days(-1, state=State.WAITING, paused_at=timezone.now())
    found = dashboard.open_requests(me.pk)
    counted = {name: sum(part.counts[name] for part in found) for name in dashboard.COUNTED}
    tabs = {name: rows.count() for name, rows in queue.views(me.pk).items()}
    assert counted == {name: tabs[name] for name in dashboard.COUNTED}
    assert all(counted.values())


def test_no_more_are_named_than_are_read_and_the_rest_is_counted() -> None:
    for number in range(dashboard.MOST_NAMED + 2):
        in_days(-1 - number)
    text = overview(VIEW)
    assert len(set(re.findall(r"TEST-\d+", text))) == dashboard.MOST_NAMED
    assert "2 more are late or due this week." in words(text)


def test_open_requests_are_counted_by_right_and_law_and_answers_by_how_long_they_took() -> None:
    in_days(5)
    in_days(-5, right=Right.ERASURE, regime="us-ca")
    for days in (2, 4, 12):
        received = timezone.now() - timedelta(days=days, hours=1)
        make_request(make_user(), state=State.COMPLETED, received_at=received)
    said = words(overview(VIEW))
    assert "Access 1 0 1" in said
    assert "Erasure 1 1 0" in said
    assert "The California Consumer Privacy Act (CCPA) 1 1 0" in said
    assert "Access 3 4 days 12 days 0" in said
    assert "The highest bar is 3 requests." in said


def test_new_messages_count_once_for_each_request() -> None:
    filed = make_request(make_user())
    for _number in range(2):
        Message.objects.create(request=filed, kind=MessageKind.FROM_PERSON, author="x", text="x")
    assert "1 New messages" in words(overview(VIEW))


def test_the_overview_costs_few_queries_however_much_there_is() -> None:
    officer = make_staff(perms=[VIEW, WATCH, PROOF])
    counted = []
    for _round in range(2):
        for number in range(6):
            in_days(number - 3, assignee=make_user())
        make_request(make_user(), state=State.COMPLETED)
        with CaptureQueriesContext(connection) as captured:
            assert len(sections_for(officer)) == 5
        counted.append(len(captured))
    # Two of the first round ask what the officer may see.
    assert counted == [15, 13]


def test_work_that_stands_still_alarms_and_a_part_that_is_silent_too() -> None:
    heartbeats.beat(heartbeats.SCHEDULER, {})
    said = overview(WATCH)
    assert "Scheduler and sweeper" in said
    assert re.search(r'desk-alarming"><div><strong class="desk-words">never</strong> <span>Worker', said)
    assert not re.search(r'desk-alarming"><div><strong class="desk-words">just now</strong> <span>Scheduler', said)
    long_ago = timezone.now() - timedelta(hours=1)
    Job.objects.create(kind="access", about=make_user().pk, not_before=long_ago)
    Job.objects.create(kind="access", about=make_user().pk, state=JobState.NEEDS_STAFF)
    Job.objects.create(
        kind="access", about=make_user().pk, state=JobState.RUNNING, lease_until=timezone.now() + timedelta(minutes=1)
    )
    said = overview(WATCH)
    assert re.search(r'desk-alarming"><div><strong>1</strong> <span>Jobs waiting', said)
    assert "1 hour</strong>" in said.replace("\xa0", " ")
    assert "1 Jobs running 1 Jobs that need staff" in words(said)


def test_choices_are_told_by_day_and_purpose_and_few_are_not_told_exactly() -> None:
    today = timezone.localdate()
    for days, events, counts in (
        (2, 3, {"stats": {"given": 1, "refused": 2}}),
        (1, 40, {"stats": {"given": 7, "refused": 33}, "social": {"given": 2}}),
    ):
        ProofSeal.objects.create(
            day=today - timedelta(days=days), events=events, counts=counts, keep_until=timezone.now(), previous="",
            hash="", signature="", key_id="",
        )  # fmt: skip
    said = words(overview(PROOF))
    assert "fewer than 5" in said
    assert "Statistics 8 35" in said
    assert "Films and posts of other sites fewer than 5 0" in said
    assert "The highest bar is 40 choices." in said
    assert (told(0), told(4), told(5), drawn(4), drawn(5)) == (0, "fewer than 5", 5, 0, 5)


def test_each_reads_what_concerns_them() -> None:
    agents, watchers = words(overview(VIEW)), words(overview(WATCH))
    assert ("Requests" in agents, "Jobs and signs of life" in agents, "Choices about cookies" in agents) == (
        True,
        False,
        False,
    )
    assert ("Late and due" in watchers, "Jobs and signs of life" in watchers) == (False, True)
