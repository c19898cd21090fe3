"""Reminders: the team hears of each stage of a term once, of nothing while the clock stands still, of no person."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from post_office.models import Email

from accounts.models import User
from privacy import clock
from privacy.jobs.registry import chores
from privacy.mail.address import contact_address
from privacy.vocabulary import Right
from rights_requests.deadlines import columns, next_alert_at, term_for, term_of, thresholds
from rights_requests.desk import queue
from rights_requests.models import RefusalReason, RightsRequest, State
from rights_requests.services import deciding, reminding, terms
from rights_requests.vocabulary import AskReason, ExtensionReason
from tests.factories import make_user
from tests.rights_requests.browsing import said
from tests.rights_requests.desk import browser, make_colleague, workspace_url
from tests.rights_requests.frozen import DAY, RECEIVED, Clock, received
from tests.rights_requests.scenario import at_once, staff_actor, subject_actor

pytestmark = pytest.mark.django_db
MOMENT = timedelta(seconds=1)


@pytest.fixture
def user() -> User:
    return make_user("ada.lovelace@example.org")


def reminders() -> list[str]:
    """The subjects of what the team was told of terms."""
    told = Email.objects.filter(to=contact_address(), message__contains="is for our own people").order_by("id")
    return [letter.subject for letter in told]


def test_each_stage_is_told_once_and_the_breach_too(user: User, now_is: Clock) -> None:
    request = received(user)
    expected = []
    for stage, instant in thresholds(term_of(request)).items():
        now_is.set(instant - MOMENT)
        assert reminding.remind_due() == 0
        now_is.set(instant + MOMENT)
        assert reminding.remind_due() == 1
        assert reminding.remind_due() == 0
        over = (
            f"Too late: {request.reference}" if stage == 100 else f"{stage} % of the time is over: {request.reference}"
        )
        expected.append(over)
        assert reminders() == expected
        now = RightsRequest.objects.get()
        assert (now.alerted, now.alert_at) == (stage, next_alert_at(term_of(now), stage))
    now_is.set(now_is.instant + 300 * DAY)
    assert reminding.remind_due() == 0


def test_the_message_says_what_is_due_when_and_where_and_nothing_of_the_person(user: User, now_is: Clock) -> None:
    request = received(user)
    now_is.set(thresholds(term_of(request))[90] + MOMENT)
    reminding.remind_due()
    letter = Email.objects.get(subject__startswith="90 %")
    assert f"Request {request.reference} (“{Right.ACCESS.label}”) is due on Monday 28 December 2026" in letter.message
    assert f"/{request.pk}/" in letter.message
    for private in (user.email, "lovelace", "france"):
        assert private not in letter.message.lower()


def test_a_request_that_arrived_long_ago_is_told_of_its_last_stage_only(user: User, now_is: Clock) -> None:
    now_is.set(RECEIVED + 26 * DAY)
    received(user, at=RECEIVED)
    assert reminding.remind_due() == 1
    (subject,) = reminders()
    assert subject.startswith("75 %")


def test_while_the_clock_stands_still_nobody_is_reminded_and_afterwards_at_the_moved_instant(
    user: User, now_is: Clock
) -> None:
    request = received(user)
    terms.ask(request_id=request.pk, actor=staff_actor(), reason=AskReason.IDENTITY, text="Who are you?")
    now_is.set(RECEIVED + 100 * DAY)
    assert reminding.remind_due() == 0
    terms.answer_question(request_id=request.pk, actor=subject_actor(user), text="Me.")
    now_is.set(thresholds(term_of(request))[50] + 100 * DAY - MOMENT)
    assert reminding.remind_due() == 0
    now_is.set(now_is.instant + 2 * MOMENT)
    assert reminding.remind_due() == 1
    assert [subject[:4] for subject in reminders() if "%" in subject] == ["50 %"]


def test_of_a_longer_term_the_stages_are_told_anew(user: User, now_is: Clock) -> None:
    request = received(user)
    now_is.set(request.due_at - MOMENT)
    reminding.remind_due()
    terms.extend(request_id=request.pk, actor=staff_actor(), reason=ExtensionReason.NUMBER, text="Many of them.")
    assert reminding.remind_due() == 0
    now_is.set(thresholds(term_of(RightsRequest.objects.get()))[50] + MOMENT)
    reminding.remind_due()
    assert [subject[:4] for subject in reminders()] == ["90 %", "50 %"]


def test_of_an_answered_request_nobody_is_reminded(user: User, now_is: Clock) -> None:
    request = received(user)
    deciding.refuse(request_id=request.pk, actor=staff_actor(), reason=RefusalReason.EXCESSIVE, text="Again.")
    now_is.set(RECEIVED + 400 * DAY)
    assert reminding.remind_due() == 0


def test_so_many_at_once_and_no_more_the_longest_waiting_first(now_is: Clock) -> None:
    later = received(make_user(), at=RECEIVED)
    first = received(make_user(), at=RECEIVED - 5 * DAY)
    now_is.set(RECEIVED + 20 * DAY)
    assert reminding.remind_due(at_most=1) == 1
    assert first.reference in reminders()[0]
    assert reminding.remind_due(at_most=1) == 1
    assert later.reference in reminders()[1]


@pytest.mark.parametrize("term", [{}, {"due_at": "soon"}, {"pauses": None}, []])
def test_one_term_that_cannot_be_read_stops_no_round_and_needs_attention(user: User, now_is: Clock, term: Any) -> None:
    broken, sound = received(user), received(make_user(), at=RECEIVED + timedelta(minutes=1))
    RightsRequest.objects.filter(pk=broken.pk).update(term=term)
    now_is.set(RECEIVED + 20 * DAY)
    assert reminding.remind_due() == 2
    assert reminders() == [
        f"Nobody is reminded of request {broken.reference} any more",
        f"50 % of the time is over: {sound.reference}",
    ]
    assert reminding.remind_due() == 0
    attention = RightsRequest.objects.filter(queue.condition("attention", user.pk))
    assert [request.pk for request in attention] == [broken.pk]
    shown = browser(make_colleague()).get(workspace_url(broken))
    assert (shown.status_code, broken.reference in said(shown)) == (200, True)
    deciding.refuse(request_id=broken.pk, actor=staff_actor(), reason=RefusalReason.EXCESSIVE, text="Again.")
    assert not attention.all().exists()


@pytest.mark.django_db(transaction=True)
def test_two_sweepers_tell_each_stage_once_and_wait_for_nobody(user: User) -> None:
    requests = [received(make_user(), at=clock.now() - 20 * DAY) for _ in range(6)]
    with transaction.atomic():
        RightsRequest.objects.select_for_update().get(pk=requests[0].pk)  # a colleague has it in hand
        assert sum(at_once(2, lambda _number: reminding.remind_due())) == 5
    assert reminding.remind_due() == 1
    assert len(reminders()) == 6


def test_the_scheduler_does_it_every_minute() -> None:
    (found,) = [chore for chore in chores() if chore.name == "remind of terms"]
    assert found.every_seconds == 60


def _fill(count: int, user: User) -> None:
    """So many open requests of people without an account, each with a stage to come."""
    now = clock.now()
    term = term_for(received_at=now, country="FR", right=Right.ACCESS)
    rows = [
        RightsRequest(
            reference=f"FILL-{number}",
            right=Right.ACCESS,
            subject_digest=f"{number:064}",
            received_at=now,
            **{**columns(term), "alert_at": now + timedelta(minutes=number + 1)},
        )
        for number in range(count)
    ]
    RightsRequest.objects.bulk_create(rows, batch_size=1000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE rights_requests_rightsrequest")


def _nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for part in plan.get("Plans", ()) for node in _nodes(part))]


def test_what_is_due_is_found_by_its_index_among_thousands(user: User) -> None:
    _fill(3000, user)
    query = reminding.due(clock.now() + timedelta(minutes=3))[: reminding.AT_ONCE]
    found = json.loads(query.explain(format="json"))
    nodes = _nodes(found[0]["Plan"])
    assert [node.get("Index Name") for node in nodes if "Scan" in node["Node Type"]] == ["request_alert"]
    assert not [node for node in nodes if node["Node Type"] == "Sort"]
    # Were the stage not in the index, every open request would be read.
    everything = RightsRequest.objects.filter(received_at__lte=clock.now()).order_by("received_at")[:100]
    assert "request_alert" not in everything.explain()


def test_no_request_stands_in_the_index_whose_clock_stands_still(user: User, now_is: Clock) -> None:
    request = received(user)
    terms.ask(request_id=request.pk, actor=staff_actor(), reason=AskReason.IDENTITY, text="Who are you?")
    assert RightsRequest.objects.filter(state=State.WAITING, alert_at__isnull=True).count() == 1
