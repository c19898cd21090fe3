"""The clock at the desk: what counts and why, what was asked, and the acts that move a date."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from rights_requests.desk import queue
from rights_requests.models import Decision, RightsRequest, State
from rights_requests.services import terms
from rights_requests.vocabulary import AskReason, ExtensionReason
from tests.factories import make_user
from tests.rights_requests.browsing import said
from tests.rights_requests.desk import QUEUE, act_url, browser, make_colleague, workspace_url
from tests.rights_requests.frozen import DAY, RECEIVED, Clock, received
from tests.rights_requests.scenario import filed, staff_actor, subject_actor

pytestmark = pytest.mark.django_db
LONG = "x" * 2001


@pytest.fixture
def user() -> User:
    return make_user()


@pytest.fixture
def desk() -> Client:
    return browser(make_colleague(email="colleague@occicor.example"))


def look(desk: Client, request: RightsRequest) -> str:
    return said(desk.get(workspace_url(request)))


def do(desk: Client, request: RightsRequest, name: str, **given: str) -> str:
    return said(desk.post(act_url(request, name), given, follow=True))


def ask(request: RightsRequest, reason: AskReason = AskReason.IDENTITY) -> None:
    terms.ask(request_id=request.pk, actor=staff_actor(), reason=reason, text="Which shop was it?")


def test_the_panel_says_which_law_counts_until_when_and_where_that_is_written(user: User, desk: Client) -> None:
    text = look(desk, filed(user, country="SA"))
    for expected in (
        "Where the person lives Saudi Arabia",
        "The law The Personal Data Protection Law of Saudi Arabia",
        "The person reads: “We go by the Personal Data Protection Law of Saudi Arabia: it gives us 30 days from",
        "Implementing Regulation of the Personal Data Protection Law, Art. 3(1)(a)",
        "The clock 30 days left",
        "Receipt confirmed",
    ):
        assert expected in text, text
    page = desk.get(workspace_url(RightsRequest.objects.get())).content.decode()
    assert 'href="https://ksapdpl.com/' in page
    assert 'rel="external noreferrer"' in page


def test_without_a_place_and_without_a_read_source_the_panel_says_so(user: User, desk: Client) -> None:
    text = look(desk, filed(user, country=""))
    assert "Not said: the shortest term of all counts" in text
    assert "Our commitment, by The Personal Data Protection Law of Bahrain" in text
    assert "nobody of us has read it there yet" in text
    assert "This term cannot be made longer." in text
    assert "Take the longer term" not in text


def test_an_acknowledgement_that_the_law_wants_shows_its_date(user: User, desk: Client) -> None:
    request = filed(user, country="US-CA")
    assert request.ack_due_at is not None
    assert f"by {request.ack_due_at:%A}" in look(desk, request)


def test_staff_ask_from_the_desk_and_see_that_the_clock_stands(user: User, desk: Client) -> None:
    request = filed(user)
    assert "Your question is on the page of the request" in do(
        desk, request, "ask", reason="identity", text="Which shop was it?"
    )
    text = look(desk, request)
    assert "It has stood still since" in text
    assert text.count("and later, by as long as we wait") == 2
    assert "Which shop was it?" in text
    assert "days left, paused" in text
    assert "Ask the person something" not in text
    terms.answer_question(request_id=request.pk, actor=subject_actor(user), text="Part-Dieu.")
    text = look(desk, request)
    assert "Pause The clock stood still from" in text
    assert "paused" not in text


@pytest.mark.parametrize(
    ("country", "reason", "days", "why"),
    [
        ("FR", AskReason.CLARIFICATION, 0, "only a question about who asks can stop it"),
        ("SA", AskReason.IDENTITY, 0, "by the law that counts here nothing stops it"),
        ("FR", AskReason.IDENTITY, 9, "the question came later than 7 days after the request"),
    ],
)
def test_where_the_clock_runs_on_the_panel_says_why(
    user: User, desk: Client, now_is: Clock, country: str, reason: AskReason, days: int, why: str
) -> None:
    now_is.set(RECEIVED + days * DAY)
    request = received(user, at=RECEIVED, country=country)
    ask(request, reason)
    # The moment of a decision is the database's own.
    Decision.objects.update(decided_at=now_is.instant)
    assert f"The clock runs on: {why}" in look(desk, request)


def test_staff_take_the_longer_term_from_the_desk(user: User, desk: Client) -> None:
    request = filed(user)
    text = do(desk, request, "extend", reason="complexity", text="Four systems.")
    assert "The term is longer. The person is told why and until when." in text
    for expected in ("First term until", "Longer until", "Four systems.", "The term was made longer"):
        assert expected in text
    assert "by colleague@occicor.example" in text
    assert "Take the longer term" not in text


def test_too_late_or_twice_is_answered_in_words_and_the_text_is_kept(user: User, desk: Client) -> None:
    request = filed(user)
    terms.extend(request_id=request.pk, actor=staff_actor(), reason=ExtensionReason.NUMBER, text="Many.")
    text = do(desk, request, "extend", reason="complexity", text="My careful words.")
    assert "This term was made longer already. That is possible only once." in text
    assert "My careful words." in text


def test_a_term_that_cannot_be_read_is_not_made_longer_and_the_words_stay(user: User, desk: Client) -> None:
    request = received(user)
    RightsRequest.objects.update(term={"due_at": "some day"})
    text = do(desk, request, "extend", reason="complexity", text="My careful words.")
    assert "What we kept of this term cannot be read" in text
    assert "My careful words." in text
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("name", "given", "why"),
    [
        ("ask", {"reason": "", "text": "?"}, "Choose what the question is for."),
        ("ask", {"reason": "fee", "text": "?"}, "fee is not one of the available choices"),
        ("ask", {"reason": "identity", "text": ""}, "Write your question to the person."),
        ("ask", {"reason": "identity", "text": LONG}, "Write at most 2,000 characters; these are 2,001."),
        ("extend", {"reason": "", "text": "?"}, "Choose the reason why it takes longer."),
        ("extend", {"reason": "number", "text": ""}, "Explain to the person why it takes longer."),
        ("propose-fee", {"reason": "", "euros": "5", "text": "?"}, "Choose the reason why a fee may be charged."),
        ("propose-fee", {"reason": "excessive", "euros": "", "text": "?"}, "Enter the amount of the fee."),
        ("propose-fee", {"reason": "excessive", "euros": "ten", "text": "?"}, "Enter an amount such as 12.50."),
        ("propose-fee", {"reason": "excessive", "euros": "0", "text": "?"}, "Enter an amount of more than 0."),
        ("propose-fee", {"reason": "excessive", "euros": "100.01", "text": "?"}, "Enter at most 100 euros"),
        ("propose-fee", {"reason": "excessive", "euros": "1.005", "text": "?"}, "at most two decimals"),
        ("propose-fee", {"reason": "excessive", "euros": "NaN", "text": "?"}, "Enter an amount such as 12.50."),
        ("propose-fee", {"reason": "excessive", "euros": "5", "text": ""}, "Explain to the person why"),
    ],
)
def test_each_mistake_is_said_at_the_form(user: User, desk: Client, name: str, given: dict[str, str], why: str) -> None:
    request = filed(user)
    assert why in do(desk, request, name, **given)
    assert not Decision.objects.exists()


def test_a_fee_from_the_desk_and_what_to_do_with_its_answer(user: User, desk: Client) -> None:
    request = filed(user)
    do(desk, request, "propose-fee", reason="excessive", euros="12.50", text="Two hours of work.")
    assert Decision.objects.get().amount_cents == 1250
    text = look(desk, request)
    assert "A fee of 12.50 € is proposed" in text
    assert "The request repeats an earlier one (Art. 12(5) GDPR) Two hours of work." in text
    assert "Choose whether the person accepted the fee." in do(
        desk, request, "answered", text="By letter.", accepted=""
    )
    text = do(desk, request, "answered", text="By letter.", accepted="accepted")
    assert "The person accepted a fee of 12.50 €. Go on, and bill it outside this site." in text
    assert "Propose a fee" not in text
    other = filed(make_user())
    do(desk, other, "propose-fee", reason="unfounded", euros="3", text="Why.")
    text = do(desk, other, "answered", text="On the telephone.", accepted="declined")
    assert "declined a fee of 3.00 €. Answer without a fee, or refuse with the reason." in text


def test_an_answer_that_came_another_way_is_noted(user: User, desk: Client) -> None:
    request = filed(user)
    ask(request)
    assert "Write down what the person answered" in do(desk, request, "answered", text="")
    text = do(desk, request, "answered", text="By letter: Part-Dieu.")
    assert "The answer is on record. The work goes on." in text
    assert RightsRequest.objects.get().state == State.RECEIVED


def test_a_paused_request_is_neither_late_nor_soon_but_open_and_waiting(user: User, desk: Client) -> None:
    request = filed(user)
    ask(request)
    RightsRequest.objects.update(due_at=RECEIVED - 300 * DAY)
    for view, there in {"open": True, "waiting": True, "late": False, "soon": False}.items():
        listed = said(desk.get(reverse(QUEUE), {"view": view}))
        assert (request.reference in listed) is there, view
    assert queue.due(RightsRequest.objects.get()).label.endswith(", paused")


def test_the_pill_of_a_paused_request_shows_what_was_left_when_it_stopped(user: User, now_is: Clock) -> None:
    request = received(user)
    now_is.set(RECEIVED + 2 * DAY)
    ask(request)
    assert queue.due(RightsRequest.objects.get(), RECEIVED + 30 * DAY) == queue.Pill("31 days left, paused", "paused")
