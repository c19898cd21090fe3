"""The clock at work: more time once and in time, questions that wait for the person, and reminders that come once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from post_office.models import Email

from accounts.models import User
from privacy import clock
from privacy.vocabulary import Right
from rights_requests.deadlines import columns, term_for
from rights_requests.errors import AlreadyExtended, ExtensionTooLate, NoExtension, NotAllowed, OwnRequest, ReasonNeeded
from rights_requests.models import RightsRequest, State
from rights_requests.services import messaging, terms
from rights_requests.vocabulary import AskReason, ExtensionReason
from tests.factories import make_request, make_user
from tests.rights_requests.browsing import browser_of, said
from tests.rights_requests.desk import act_url, browser, make_colleague
from tests.rights_requests.scenario import staff_actor, subject_actor

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P7.3")]

WORDS = {"reason": ExtensionReason.COMPLEXITY, "text": "Your data lies in many places."}


@pytest.fixture
def user() -> User:
    return make_user()


def running(user: User, country: str = "FR", days_ago: float = 1) -> RightsRequest:
    """A request whose term of this place began so many days ago."""
    received_at = clock.now() - timedelta(days=days_ago)
    term = term_for(received_at=received_at, country=country, right=Right.ACCESS)
    return make_request(user, received_at=received_at, country=country, **columns(term))


def test_more_time_is_taken_once_with_a_reason_and_the_person_is_told(user: User) -> None:
    request, staff = running(user), staff_actor()
    longer = terms.extend(request_id=request.pk, actor=staff, **WORDS)
    assert longer.due_at - request.due_at > timedelta(days=50)
    assert longer.extended_from == request.due_at
    letter = Email.objects.get(to=user.email, subject__startswith="We need more time")
    assert "Your data lies in many places." in letter.message
    assert "Art. 12(3) GDPR" in letter.message
    page = said(browser_of(user).get(f"/requests/{request.reference}/"))
    assert "It takes us longer" in page
    with pytest.raises(AlreadyExtended):
        terms.extend(request_id=request.pk, actor=staff, **WORDS)


def test_more_time_is_refused_after_the_term_and_where_the_law_knows_none(user: User) -> None:
    late, short = running(user, days_ago=60), running(make_user(), country="BH")
    for request, error in ((late, ExtensionTooLate), (short, NoExtension)):
        with pytest.raises(error):
            terms.extend(request_id=request.pk, actor=staff_actor(), **WORDS)
        assert RightsRequest.objects.get(pk=request.pk).due_at == request.due_at


def test_who_may_and_with_what_words(user: User) -> None:
    request = running(user)
    with pytest.raises(NotAllowed):
        terms.extend(request_id=request.pk, actor=subject_actor(user), **WORDS)
    with pytest.raises(ReasonNeeded):
        terms.extend(request_id=request.pk, actor=staff_actor(), reason=ExtensionReason.NUMBER, text=" ")
    colleague = make_colleague()
    own = running(colleague)
    with pytest.raises(OwnRequest):
        terms.extend(request_id=own.pk, actor=subject_actor(colleague).staff(colleague.pk), **WORDS)
    page = browser(make_colleague()).post(act_url(request, "extend"), {"reason": "", "text": ""})
    assert "Choose the reason why it takes longer." in said(page)


def test_a_question_waits_for_the_person_whose_answer_lets_the_work_go_on(user: User) -> None:
    request, own = running(user), browser_of(user)
    done = browser(make_colleague()).post(
        act_url(request, "ask"), {"reason": AskReason.CLARIFICATION, "text": "Which shop?"}, follow=True
    )
    assert "Your question is on the page of the request" in said(done)
    assert RightsRequest.objects.get(pk=request.pk).state == State.WAITING
    assert not Email.objects.filter(message__contains="Which shop?").exists()
    assert "Which shop?" in said(own.get(f"/requests/{request.reference}/"))
    own.post(f"/requests/{request.reference}/write/", {"text": "The one in Lyon"})
    after = RightsRequest.objects.get(pk=request.pk)
    assert (after.state, after.due_at) == (State.RECEIVED, request.due_at)
    assert not terms.questions(after).exists()


def test_a_message_to_a_request_that_waits_for_nothing_moves_nothing(user: User) -> None:
    request = running(user)
    messaging.write_to_us(request_id=request.pk, actor=subject_actor(user), text="Hello")
    assert RightsRequest.objects.get(pk=request.pk).state == State.RECEIVED


def test_each_stage_of_a_term_is_told_to_the_team_once(user: User) -> None:
    request = running(user, days_ago=16)
    assert (terms.remind_due(), terms.remind_due()) == (1, 0)
    reminded = RightsRequest.objects.get(pk=request.pk)
    letters = Email.objects.filter(subject__contains=request.reference)
    assert [letter.subject for letter in letters] == [f"Request {request.reference}: 50 % of its term is gone"]
    assert user.email not in letters[0].message
    assert (reminded.alerted, reminded.alert_at is None) == (50, False)
    late = running(make_user(), days_ago=60)
    assert terms.remind_due() == 1
    assert RightsRequest.objects.get(pk=late.pk).alert_at is None
    assert Email.objects.filter(subject=f"Request {late.reference} is late").count() == 1


def test_what_is_answered_is_not_reminded_of(user: User) -> None:
    running(user, days_ago=60)
    RightsRequest.objects.update(state=State.COMPLETED, closed_at=timezone.now())
    assert terms.remind_due() == 0


def test_the_sweeper_finds_due_terms_by_their_index() -> None:
    running(make_user(), days_ago=16)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM rights_requests_rightsrequest WHERE alert_at <= now() AND alert_at IS NOT NULL"
            " AND closed_at IS NULL ORDER BY alert_at LIMIT 1 FOR UPDATE SKIP LOCKED"
        )
        assert "request_alert" in str(cursor.fetchall())
