"""Questions to the person: the clock stands still only where the law says so, and goes on with the answer."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from post_office.models import Email

from accounts.models import User
from privacy.actors import Actor
from privacy.data_map.subject import Subject
from privacy.mail.address import contact_address
from privacy.models import AuditEntry
from privacy.vocabulary import Right
from rights_requests.deadlines import next_alert_at, term_of
from rights_requests.errors import NotAllowed, NotFound, OwnRequest, ReasonNeeded, WordsNeeded, WrongState
from rights_requests.follow import follow_url
from rights_requests.models import Decision, Evidence, Message, RefusalReason, RightsRequest, State
from rights_requests.services import deciding, doubting, filing, messaging, terms, withdrawing
from rights_requests.vocabulary import AskReason, Channel, IdentityMethod, MessageKind
from tests.factories import make_staff, make_user
from tests.rights_requests.browsing import browser_of, said, title
from tests.rights_requests.frozen import DAY, RECEIVED, Clock, received
from tests.rights_requests.scenario import DECIDES, at_once, filed, staff_actor, subject_actor

pytestmark = pytest.mark.django_db
QUESTION = "Which shop did you work at in the spring of 2024?"
ANSWER = "The one at Part-Dieu, in Lyon."


@pytest.fixture
def user() -> User:
    return make_user()


def ask(
    request: RightsRequest, reason: AskReason = AskReason.IDENTITY, actor: Actor | None = None, text: str = QUESTION
) -> RightsRequest:
    return terms.ask(request_id=request.pk, actor=actor or staff_actor(), reason=reason, text=text)


def answer(request: RightsRequest, user: User, text: str = ANSWER) -> RightsRequest:
    return terms.answer_question(request_id=request.pk, actor=subject_actor(user), text=text)


def fresh(request: RightsRequest) -> RightsRequest:
    return RightsRequest.objects.get(pk=request.pk)


def page(name: str, request: RightsRequest) -> str:
    return reverse(f"rights_requests:{name}", kwargs={"reference": request.reference})


class TestTheClock:
    def test_it_stands_still_for_a_prompt_question_about_who_asks(self, user: User, now_is: Clock) -> None:
        request = received(user)
        asked_at = now_is.set(RECEIVED + 2 * DAY)
        ask(request)
        now = fresh(request)
        assert (now.state, now.paused_at, now.alert_at) == (State.WAITING, asked_at, None)
        assert now.due_at == request.due_at

    def test_with_the_answer_every_end_moves_by_the_time_waited(self, user: User, now_is: Clock) -> None:
        request = received(user)
        asked_at = now_is.set(RECEIVED + 2 * DAY)
        ask(request)
        answered_at = now_is.set(asked_at + timedelta(days=5, hours=3))
        answer(request, user)
        now = fresh(request)
        assert (now.state, now.paused_at) == (State.RECEIVED, None)
        assert now.due_at - request.due_at == answered_at - asked_at
        assert term_of(now).pauses == ((asked_at, answered_at),)
        assert term_of(now).due_at == now.due_at
        assert now.alert_at == next_alert_at(term_of(now), 0)
        assert Decision.objects.get(request=request).answered_at == answered_at

    @pytest.mark.parametrize(
        ("country", "reason", "days", "minor"),
        [
            ("FR", AskReason.CLARIFICATION, 0, False),
            ("FR", AskReason.MANDATE, 0, False),
            ("FR", AskReason.IDENTITY, 8, False),
            ("FR", AskReason.IDENTITY, 0, True),
            ("US-CA", AskReason.IDENTITY, 0, False),
            ("SA", AskReason.IDENTITY, 0, False),
            ("", AskReason.IDENTITY, 0, False),
        ],
    )
    def test_otherwise_it_runs_on_and_the_letter_says_so(
        self, user: User, now_is: Clock, country: str, reason: AskReason, days: int, minor: bool
    ) -> None:
        right = Right.ERASURE if minor else Right.ACCESS
        request = received(user, country=country, right=right, minor=minor)
        now_is.set(RECEIVED + days * DAY)
        ask(request, reason)
        now = fresh(request)
        assert (now.state, now.paused_at, now.alert_at) == (State.WAITING, None, request.alert_at)
        letter = Email.objects.get(subject__startswith="We have a question").message
        assert "Our question does not change that." in letter
        assert "stands still" not in letter
        now_is.set(RECEIVED + 20 * DAY)
        answer(request, user)
        assert (fresh(request).due_at, term_of(fresh(request)).pauses) == (request.due_at, ())

    def test_a_term_that_cannot_be_read_stops_nobody(self, user: User, now_is: Clock) -> None:
        request = received(user)
        RightsRequest.objects.filter(pk=request.pk).update(term={})
        ask(request)
        assert (fresh(request).state, fresh(request).paused_at) == (State.WAITING, None)
        RightsRequest.objects.filter(pk=request.pk).update(paused_at=RECEIVED, alert_at=None)
        answered_at = now_is.set(RECEIVED + 2 * DAY)
        answer(request, user)
        now = fresh(request)
        assert (now.state, now.paused_at, now.due_at, now.term) == (State.RECEIVED, None, request.due_at, {})
        assert now.alert_at == answered_at

    @pytest.mark.parametrize("how", ["refused", "withdrawn"])
    def test_whatever_ends_the_waiting_ends_the_pause(self, user: User, now_is: Clock, how: str) -> None:
        request = received(user)
        ask(request)
        now_is.set(RECEIVED + 40 * DAY)
        if how == "withdrawn":
            withdrawing.withdraw(request_id=request.pk, actor=subject_actor(user))
        else:
            reason = RefusalReason.NOT_IDENTIFIED
            deciding.refuse(request_id=request.pk, actor=staff_actor(), reason=reason, text="We could not be sure.")
        now = fresh(request)
        assert (now.paused_at, now.due_at) == (None, request.due_at + 40 * DAY)

    def test_a_document_that_two_agree_on_stops_it_too(self, user: User, now_is: Clock) -> None:
        request = received(user)
        words = {"text": "The letter came from elsewhere.", "despite": "The password was lost."}
        doubting.doubt(request_id=request.pk, actor=staff_actor(), **words)
        doubting.agree(request_id=request.pk, actor=staff_actor())
        assert fresh(request).paused_at == RECEIVED
        with pytest.raises(WrongState):
            answer(request, user)

    def test_a_second_question_may_follow_and_each_pause_is_kept(self, user: User, now_is: Clock) -> None:
        request = received(user)
        for day in (1, 3):
            now_is.set(RECEIVED + day * DAY)
            ask(request, text=f"Question of day {day}?")
            now_is.set(RECEIVED + (day + 1) * DAY)
            answer(request, user, f"Answer of day {day}.")
        assert fresh(request).due_at == request.due_at + 2 * DAY


class TestAsking:
    def test_the_mail_only_says_that_a_question_waits(self, user: User) -> None:
        request = filed(user)
        ask(request)
        letter = Email.objects.get(subject=f"We have a question about your request {request.reference}")
        assert letter.to == [user.email]
        assert QUESTION not in letter.message
        assert "What it is for: to be sure that it is you (Art. 12(6) GDPR)" in letter.message
        assert page("detail", request) in letter.message
        assert "Until you answer, the clock for our answer stands still" in letter.message

    def test_the_question_is_in_the_thread_and_on_record_without_its_words(self, user: User) -> None:
        request = filed(user)
        ask(request)
        assert [(one.kind, one.text) for one in Message.objects.all()] == [(MessageKind.TO_PERSON, QUESTION)]
        entry = AuditEntry.objects.get(event="request.asked")
        assert entry.data["reason"] == "identity"
        assert QUESTION not in str(entry.data)

    def test_pressed_twice_it_is_asked_once_and_another_question_has_to_wait(self, user: User) -> None:
        request, actor = filed(user), staff_actor()
        ask(request, actor=actor)
        assert ask(request, actor=actor).state == State.WAITING
        for other, text in ((actor, "Another?"), (staff_actor(), QUESTION)):
            with pytest.raises(WrongState):
                ask(request, actor=other, text=text)
        assert (Decision.objects.count(), Message.objects.count()) == (1, 1)

    @pytest.mark.django_db(transaction=True)
    def test_eight_at_once_ask_one_question(self, user: User) -> None:
        request, actors = filed(user), [staff_actor() for _ in range(8)]

        def press(number: int) -> bool:
            try:
                ask(request, actor=actors[number])
            except WrongState:
                return False
            return True

        assert sum(at_once(8, press)) == 1
        assert (Decision.objects.count(), Message.objects.count()) == (1, 1)
        assert Email.objects.filter(subject__startswith="We have a question").count() == 1

    @pytest.mark.parametrize(("reason", "text"), [("identity", ""), ("fee", QUESTION), ("curiosity", QUESTION)])
    def test_it_needs_a_reason_of_the_list_and_words(self, user: User, reason: str, text: str) -> None:
        with pytest.raises(ReasonNeeded):
            terms.ask(request_id=filed(user).pk, actor=staff_actor(), reason=reason, text=text)  # type: ignore[arg-type]
        assert not Decision.objects.exists()

    def test_never_about_oneself_and_never_without_the_right_to_decide(self, user: User) -> None:
        own = make_staff(perms=DECIDES)
        with pytest.raises(OwnRequest):
            ask(filed(own), actor=Actor.staff(own.pk))
        for actor in (subject_actor(user), Actor.staff(make_staff().pk)):
            with pytest.raises(NotAllowed):
                ask(filed(user), actor=actor)

    def test_somebody_who_is_reached_by_post_gets_the_question_in_the_letter(self) -> None:
        subject = Subject(phones=frozenset({"+33 1 23 45 67 89"}))
        asker = filing.Asker(
            subject, IdentityMethod.KNOWN_TO_STAFF, channel=Channel.PHONE, contact={"phone": "+33 1 23 45 67 89"}
        )
        request = filing.file(actor=staff_actor(), asker=asker, asked=filing.Asked(Right.ACCESS, country="FR")).request
        ask(request)
        to_post = Email.objects.filter(to=contact_address(), message__contains=QUESTION).get()
        assert "You can answer by letter or by telephone." in to_post.message
        terms.note_answer(request_id=request.pk, actor=staff_actor(), text="She said: at Part-Dieu. By telephone.")
        assert fresh(request).state == State.RECEIVED


class TestAnswering:
    def test_the_answer_is_a_message_of_the_person_and_the_team_is_told(self, user: User) -> None:
        request = filed(user)
        ask(request)
        answer(request, user)
        last = Message.objects.order_by("sent_at").last()
        assert last is not None
        assert (last.kind, last.text) == (MessageKind.FROM_PERSON, ANSWER)
        told = Email.objects.filter(to=contact_address(), subject__contains=request.reference).get()
        assert ANSWER not in told.message

    def test_pressed_twice_it_is_taken_once(self, user: User) -> None:
        request = filed(user)
        ask(request)
        answer(request, user)
        assert answer(request, user).state == State.RECEIVED
        assert Message.objects.filter(kind=MessageKind.FROM_PERSON).count() == 1
        with pytest.raises(WrongState):
            answer(request, user, "Something else.")

    @pytest.mark.django_db(transaction=True)
    def test_eight_at_once_give_one_answer(self, user: User) -> None:
        request = filed(user)
        ask(request)
        assert {one.state for one in at_once(8, lambda _number: answer(request, user))} == {State.RECEIVED}
        assert Message.objects.filter(kind=MessageKind.FROM_PERSON).count() == 1

    def test_an_empty_one_is_no_answer_and_nobody_answers_for_others(self, user: User) -> None:
        request = filed(user)
        ask(request)
        with pytest.raises(WordsNeeded):
            answer(request, user, "  ")
        with pytest.raises(NotFound):
            answer(request, make_user())
        with pytest.raises(NotFound):
            terms.answer_question(request_id=request.pk, actor=staff_actor(), text=ANSWER)
        assert fresh(request).state == State.WAITING

    def test_a_message_while_a_question_is_open_is_its_answer_and_at_any_other_time_moves_nothing(
        self, user: User, now_is: Clock
    ) -> None:
        request = received(user)
        messaging.write_to_us(request_id=request.pk, actor=subject_actor(user), text="Hello.")
        assert fresh(request).state == State.RECEIVED
        ask(request)
        now_is.set(RECEIVED + 3 * DAY)
        messaging.write_to_us(request_id=request.pk, actor=subject_actor(user), text=ANSWER)
        now = fresh(request)
        assert (now.state, now.due_at) == (State.RECEIVED, request.due_at + 3 * DAY)
        assert Decision.objects.get().answered_at == now_is.instant

    def test_staff_note_an_answer_in_words_and_only_to_an_open_question(self, user: User) -> None:
        request = filed(user)
        with pytest.raises(WrongState):
            terms.note_answer(request_id=request.pk, actor=staff_actor(), text="By letter.")
        ask(request)
        with pytest.raises(WordsNeeded):
            terms.note_answer(request_id=request.pk, actor=staff_actor(), text=" ")


class TestThePage:
    @pytest.fixture
    def browser(self, user: User) -> Client:
        return browser_of(user)

    def test_the_question_stands_in_front_with_room_for_the_answer(self, user: User, browser: Client) -> None:
        request = filed(user)
        ask(request)
        shown = browser.get(page("detail", request))
        text = said(shown)
        assert text.index("Our question") < text.index("What happens next")
        assert QUESTION in text
        assert "The clock has stood still since" in text
        assert f'action="{page("answer", request)}"' in shown.content.decode()
        assert 'type="file"' not in shown.content.decode()
        answered = browser.post(page("answer", request), {"text": ANSWER}, follow=True)
        assert "Thank you. The work on your request goes on." in said(answered)
        assert "The clock stood still from" in said(answered)
        assert "Our question" not in said(answered)

    def test_where_the_clock_runs_on_the_page_says_so(self, user: User, browser: Client) -> None:
        request = filed(user)
        ask(request, AskReason.CLARIFICATION)
        text = said(browser.get(page("detail", request)))
        assert "The clock for our answer runs on meanwhile." in text
        assert "stands still" not in text

    def test_a_paused_request_is_not_called_late_anywhere(self, user: User, browser: Client) -> None:
        request = filed(user)
        ask(request)
        RightsRequest.objects.update(due_at=RECEIVED - 400 * DAY)
        for address in (page("detail", request), reverse("rights_requests:list")):
            text = said(browser.get(address))
            assert "Waiting for you" in text
            assert "Late" not in text
        assert "The clock stands still until we have an answer" in text

    def test_the_link_to_follow_tells_nothing_of_the_question(self, user: User, client: Client) -> None:
        request = filed(user)
        ask(request)
        text = said(client.get(follow_url(request.pk)))
        assert QUESTION not in text
        assert "We need something from you" in text
        assert "on this page" not in text

    @pytest.mark.parametrize(
        ("text", "why"),
        [("", "Write your answer."), ("x" * 5001, "Shorten it to 5,000 characters"), ("\x00", "cannot be stored")],
    )
    def test_a_mistake_is_said_at_the_field_with_the_question_still_there(
        self, user: User, browser: Client, text: str, why: str
    ) -> None:
        request = filed(user)
        ask(request)
        shown = browser.post(page("answer", request), {"text": text})
        assert title(shown).startswith("Error: ")
        assert why in said(shown)
        assert QUESTION in said(shown)
        assert fresh(request).state == State.WAITING

    def test_a_file_goes_with_an_answer_but_not_with_one_about_who_somebody_is(
        self, user: User, browser: Client
    ) -> None:
        def send(request: RightsRequest) -> None:
            picture = io.BytesIO()
            Image.new("RGB", (60, 40)).save(picture, "PNG")
            file = SimpleUploadedFile("shop.png", picture.getvalue())
            browser.post(page("answer", request), {"text": ANSWER, "file": file})
            assert fresh(request).state == State.RECEIVED

        request = filed(user)
        ask(request, AskReason.CLARIFICATION)
        send(request)
        assert Evidence.objects.get().message == Message.objects.get(kind=MessageKind.FROM_PERSON)
        ask(request, AskReason.IDENTITY)
        browser.post(page("answer", request), {"text": "Again at Part-Dieu."})
        assert Evidence.objects.count() == 1

    def test_without_an_open_question_the_page_leads_back(self, user: User, browser: Client) -> None:
        request = filed(user)
        for answered in (browser.get(page("answer", request)), browser.post(page("answer", request), {"text": "?"})):
            assert answered["Location"] == page("detail", request)
        assert not Message.objects.exists()

    def test_nobody_sees_or_answers_the_question_of_another(self, user: User) -> None:
        request = filed(user)
        ask(request)
        other = browser_of(make_user())
        for answered in (other.get(page("answer", request)), other.post(page("answer", request), {"text": ANSWER})):
            assert answered.status_code == 404
        assert fresh(request).state == State.WAITING
