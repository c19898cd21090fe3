"""The counts of answers: as a hand would count them, right whoever writes, and read without a look at the requests."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from django.db import connection
from django.db.models import Sum

from benchmarks.dashboard import plans
from privacy.vocabulary import Right
from rights_requests import answer_counts, states
from rights_requests.answer_counts import MEDIAN, NINETIETH, Month, Times
from rights_requests.models import AnswerCount, RightsRequest, State
from rights_requests.states import Event
from rights_requests.vocabulary import OWN_CORRECTION
from tests.factories import make_request, make_user
from tests.rights_requests.scenario import subject_actor

pytestmark = pytest.mark.django_db
ANSWERED = datetime(2026, 10, 15, 12, tzinfo=UTC)
OCTOBER = date(2026, 10, 1)


def answered(
    days: int, *, right: Right = Right.ACCESS, state: State = State.COMPLETED, late: bool = False
) -> RightsRequest:
    """A request that was answered in October after so many days and an hour."""
    due = ANSWERED + timedelta(days=-1 if late else 1)
    received = ANSWERED - timedelta(days=days, hours=1)
    return make_request(
        make_user(), right, state, received_at=received, closed_at=ANSWERED, due_at=due, regime="gdpr-fr"
    )


def test_months_and_days_are_those_that_a_hand_counts() -> None:
    for days in (1, 2, 3, 3, 4, 5, 6, 7, 9, 30):
        answered(days, late=days == 30)
    answered(2, state=State.REFUSED)
    answered(8, right=Right.ERASURE)
    answered(5, state=State.WITHDRAWN)
    make_request(make_user())
    make_request(make_user(), state=State.COMPLETED, requester_digest=OWN_CORRECTION)
    months, found = answer_counts.answered(OCTOBER)
    assert months == {OCTOBER: Month(answered=12, late=1)}
    copies = found[Right.ACCESS, "gdpr-fr"]
    assert (copies.answered, copies.late) == (11, 1)
    # 1 2 2 3 3 4 5 6 7 9 30: the sixth of eleven, and the tenth.
    assert (copies.within(MEDIAN), copies.within(NINETIETH)) == (4, 9)
    assert found[Right.ERASURE, "gdpr-fr"].within(MEDIAN) == 8
    assert answer_counts.together(found.values()).answered == 12
    assert answer_counts.answered(date(2026, 11, 1)) == ({}, {})


def test_of_nothing_there_is_no_middle() -> None:
    assert Times().within(Fraction(1, 2)) is None


def test_a_request_that_is_opened_again_counts_with_its_last_answer_only() -> None:
    refused = answered(3, state=State.REFUSED)
    states.advance(request_id=refused.pk, event=Event.APPEAL, actor=subject_actor(refused))
    assert answer_counts.answered(OCTOBER) == ({}, {})
    states.advance(request_id=refused.pk, event=Event.UPHOLD, actor=subject_actor(refused))
    months, found = answer_counts.answered(OCTOBER)
    assert OCTOBER not in months
    (now,) = found.values()
    assert (now.answered, list(now.by_days) > [3]) == (1, True)


def test_rows_that_say_the_same_are_put_together_and_the_sum_stays() -> None:
    for _number in range(3):
        answered(3)
    gone = answered(4)
    RightsRequest.objects.filter(pk=gone.pk).update(state=State.RECEIVED, closed_at=None)
    assert AnswerCount.objects.count() == 5
    before = answer_counts.answered(OCTOBER)[0]
    assert answer_counts.fold() == 5
    assert list(AnswerCount.objects.values_list("days", "count")) == [(3, 3)]
    assert answer_counts.answered(OCTOBER)[0] == before == {OCTOBER: Month(answered=3)}
    assert answer_counts.fold() == 0


def test_what_changes_nothing_of_an_answer_counts_nothing() -> None:
    filed = answered(3)
    filed.message = ""
    filed.save()
    assert AnswerCount.objects.aggregate(sum=Sum("count"))["sum"] == AnswerCount.objects.count() == 1


def test_what_was_answered_stays_counted_when_the_request_has_gone() -> None:
    answered(3)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM rights_requests_rightsrequest")
    assert answer_counts.answered(OCTOBER)[0] == {OCTOBER: Month(answered=1)}


def test_no_figure_is_read_by_walking_through_the_requests() -> None:
    """Few rows would be read from first to last whatever the index; told not to, PostgreSQL shows if it could."""
    answered(3)
    make_request(make_user(), due_at=ANSWERED)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    said = "\n".join(plans())
    assert "open_in_turn" in said
    assert "answer_month" in said
    assert "message_unread" in said
    assert "Seq Scan" not in said
