"""Following one's own requests: the list, each page, its progress, the confirmation and withdrawing."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from privacy.actors import Actor
from privacy.data_map.subject import Subject
from privacy.models import Job
from privacy.vocabulary import Right
from rights_requests.follow import follow_token
from rights_requests.models import CLOSED_STATES, RefusalReason, RightsRequest, State
from rights_requests.services.filing import file_request
from tests.factories import make_package, make_request, make_user
from tests.rights_requests.browsing import browser_of, database_snapshot, said, without_csrf

pytestmark = pytest.mark.django_db

LIST = reverse("rights_requests:list")
PAGES = ("detail", "sent", "withdraw")


@pytest.fixture
def person() -> User:
    return make_user("ada@example.org")


@pytest.fixture
def browser(person: User) -> Client:
    return browser_of(person)


def _page(name: str, reference: str) -> str:
    return reverse(f"rights_requests:{name}", kwargs={"reference": reference})


def _progress(filed: RightsRequest) -> str:
    return reverse("rights_requests:follow_progress", kwargs={"token": follow_token(filed.pk)})


def _filed(person: User, right: Right = Right.ACCESS, message: str = "") -> RightsRequest:
    actor = Actor.subject(person.pk, Subject(user_id=person.pk).digest)
    return file_request(actor=actor, user=person, right=right, message=message).request


class TestTheList:
    def test_without_a_request_it_says_what_can_be_asked(self, browser: Client) -> None:
        page = browser.get(LIST)
        assert "You have not asked for anything yet" in said(page)
        assert reverse("rights_requests:new") in page.content.decode()

    def test_each_request_has_reference_right_state_next_step_and_date(self, browser: Client, person: User) -> None:
        filed = _filed(person)
        page = said(browser.get(LIST))
        for words in (filed.reference, "Get a copy of my data", "Received", "(in "):
            assert words in page

    def test_only_ones_own_requests_are_listed(self, browser: Client) -> None:
        _filed(make_user("other@example.org"))
        assert "You have not asked for anything yet" in said(browser.get(LIST))

    def test_a_late_answer_is_called_late(self, browser: Client, person: User) -> None:
        make_request(person, due_at=timezone.now() - timedelta(days=3))
        assert "Late" in said(browser.get(LIST))


class TestThePage:
    @pytest.mark.parametrize("state", list(State))
    @pytest.mark.parametrize("right", list(Right))
    def test_every_state_has_a_page_in_words_for_the_person(
        self, browser: Client, person: User, right: Right, state: State
    ) -> None:
        filed = make_request(person, right, state)
        page = said(browser.get(_page("detail", filed.reference)))
        assert filed.reference in page
        assert "What happened so far" in page
        assert "To reach a person" in page
        assert ("Look again" in page) == (state not in CLOSED_STATES)

    def test_a_new_request_shows_its_first_step_its_message_and_when_the_answer_comes(
        self, browser: Client, person: User
    ) -> None:
        filed = _filed(person, message="My mails of May")
        page = said(browser.get(_page("detail", filed.reference)))
        assert "My mails of May" in page
        assert "What happens next" in page
        assert "(in " in page

    def test_an_erasure_shows_the_plan_that_was_seen(self, browser: Client, person: User) -> None:
        filed = _filed(person, Right.ERASURE)
        page = said(browser.get(_page("detail", filed.reference)))
        assert "This is the list that you saw" in page
        assert "Your profile 1 record" in page

    def test_a_copy_shows_no_list_of_what_goes(self, browser: Client, person: User) -> None:
        filed = _filed(person)
        assert filed.plan
        assert "What goes and what stays" not in said(browser.get(_page("detail", filed.reference)))

    @pytest.mark.parametrize(
        ("state", "words"),
        [
            (State.COMPLETED, "Your copy was made and is destroyed now"),
            (State.REFUSED, "We refused your request"),
            (State.WITHDRAWN, "Your request is withdrawn"),
        ],
    )
    def test_a_closed_request_says_first_how_it_ended(
        self, browser: Client, person: User, state: State, words: str
    ) -> None:
        filed = make_request(person, state=state, refusal_reason=RefusalReason.EXCESSIVE)
        assert words in said(browser.get(_page("detail", filed.reference)))

    def test_a_refusal_gives_reason_article_text_and_where_to_complain(self, browser: Client, person: User) -> None:
        filed = make_request(
            person,
            state=State.REFUSED,
            refusal_reason=RefusalReason.EXCESSIVE,
            refusal_text="We answered the same request yesterday. <b>",
        )
        answer = browser.get(_page("detail", filed.reference))
        page = said(answer)
        assert "The request repeats an earlier one (Art. 12(5) GDPR)" in page
        assert "We answered the same request yesterday." in page
        assert "CNIL" in page
        assert "Go to court" in page
        assert "&lt;b&gt;" in answer.content.decode()
        assert 'rel="external noreferrer"' in answer.content.decode()

    def test_a_package_that_is_ready_has_a_button(self, browser: Client, person: User) -> None:
        filed = make_request(person, state=State.COMPLETED)
        make_package(filed)
        page = browser.get(_page("detail", filed.reference))
        assert f'href="{_page("download", filed.reference)}"' in page.content.decode()
        assert "Ready to download" in said(page)

    def test_a_package_that_is_gone_has_none_and_says_how_to_ask_again(self, browser: Client, person: User) -> None:
        filed = make_request(person, state=State.COMPLETED)
        make_package(filed, expires_at=timezone.now() - timedelta(days=1))
        page = browser.get(_page("detail", filed.reference))
        assert f'href="{_page("download", filed.reference)}"' not in page.content.decode()
        assert reverse("rights_requests:new_right", kwargs={"right": "access"}) in page.content.decode()

    def test_what_is_for_staff_only_is_not_shown(self, browser: Client, person: User) -> None:
        colleague, second = make_user("desk.one@example.org"), make_user("desk.two@example.org")
        filed = make_request(
            person,
            Right.ERASURE,
            State.NEEDS_ATTENTION,
            assignee=colleague,
            prepared_by=colleague,
            approved_by=second,
        )
        Job.objects.create(kind="erasure", about=filed.pk, failed_step="holding:secret-step", failure="SecretError")
        for name in PAGES:
            page = browser.get(_page(name, filed.reference), follow=True).content.decode()
            for secret in ("desk.one", "desk.two", str(colleague.pk), "secret-step", "SecretError", "Needs attention"):
                assert secret not in page

    def test_a_reference_is_found_however_it_is_typed(self, browser: Client, person: User) -> None:
        filed = _filed(person)
        assert browser.get(_page("detail", filed.reference.lower())).status_code == 200

    def test_personal_pages_are_stored_nowhere(self, browser: Client, person: User) -> None:
        filed = _filed(person)
        for address in (LIST, *(_page(name, filed.reference) for name in PAGES)):
            assert "no-store" in browser.get(address)["Cache-Control"]


class TestProgress:
    def test_the_part_that_changes_is_served_alone(self, browser: Client, person: User) -> None:
        page = browser.get(_progress(_filed(person))).content.decode()
        assert "data-poll-end" not in page
        assert "<html" not in page

    def test_a_closed_request_is_not_asked_about_again(self, browser: Client, person: User) -> None:
        filed = make_request(person, state=State.WITHDRAWN)
        assert "data-poll-end" in browser.get(_progress(filed)).content.decode()
        assert "data-poll=" not in browser.get(_page("detail", filed.reference)).content.decode()

    def test_it_goes_on_after_the_sign_in_has_ended(self, client: Client, browser: Client, person: User) -> None:
        filed = make_request(person, Right.ERASURE, State.RUNNING)
        assert f'data-poll="{_progress(filed)}"' in browser.get(_page("detail", filed.reference)).content.decode()
        person.delete()
        RightsRequest.objects.filter(pk=filed.pk).update(state=State.COMPLETED, closed_at=timezone.now())
        page = client.get(_progress(filed))
        assert "Done" in said(page)
        assert "Show our whole answer" in said(page)

    def test_only_the_person_gets_the_download_button_there(
        self, client: Client, browser: Client, person: User
    ) -> None:
        filed = make_request(person, state=State.COMPLETED)
        make_package(filed)
        assert "Go to your copy" in said(browser.get(_progress(filed)))
        assert "Sign in to download your copy" in said(client.get(_progress(filed)))
        stranger = browser_of(make_user("other@example.org"))
        assert "Go to your copy" not in said(stranger.get(_progress(filed)))


class TestWithdrawing:
    def test_it_is_asked_before_it_is_done(self, browser: Client, person: User) -> None:
        filed = _filed(person)
        assert _page("withdraw", filed.reference) in browser.get(_page("detail", filed.reference)).content.decode()
        page = said(browser.get(_page("withdraw", filed.reference)))
        assert "Withdraw your request?" in page
        assert "You can ask again at any time." in page
        filed.refresh_from_db()
        assert filed.state == State.RECEIVED

    def test_the_button_withdraws_and_says_so(self, browser: Client, person: User) -> None:
        filed = _filed(person)
        page = browser.post(_page("withdraw", filed.reference), follow=True)
        assert "Your request is withdrawn" in said(page)
        filed.refresh_from_db()
        assert filed.state == State.WITHDRAWN

    def test_a_second_press_changes_nothing_and_says_where_it_stands(self, browser: Client, person: User) -> None:
        filed = _filed(person)
        browser.post(_page("withdraw", filed.reference))
        page = browser.post(_page("withdraw", filed.reference), follow=True)
        assert page.status_code == 200
        assert "Your request is withdrawn already." in said(page)

    def test_what_can_no_longer_be_withdrawn_has_no_button(self, browser: Client, person: User) -> None:
        filed = make_request(person, Right.ERASURE, State.RUNNING)
        address = _page("withdraw", filed.reference)
        assert address not in browser.get(_page("detail", filed.reference)).content.decode()
        assert browser.get(address)["Location"] == _page("detail", filed.reference)
        browser.post(address)
        filed.refresh_from_db()
        assert filed.state == State.RUNNING


class TestOtherPeople:
    @pytest.mark.parametrize("name", PAGES)
    def test_a_foreign_request_answers_byte_for_byte_like_an_unknown_one(self, browser: Client, name: str) -> None:
        foreign = _filed(make_user("other@example.org"))
        for ask in (browser.get, browser.post, browser.head):
            answers = [ask(_page(name, reference)) for reference in (foreign.reference, "OC-9999-9999")]
            assert answers[0].status_code == answers[1].status_code
            assert answers[0].status_code in {404, 405}
            assert without_csrf(answers[0]) == without_csrf(answers[1])
            assert answers[0].headers.items() == answers[1].headers.items()

    def test_staff_see_other_peoples_requests_in_the_admin_and_not_here(self) -> None:
        foreign = _filed(make_user("other@example.org"))
        desk = browser_of(make_user("desk@example.org", is_staff=True, is_superuser=True))
        assert desk.get(_page("detail", foreign.reference)).status_code == 404

    @pytest.mark.parametrize("name", PAGES)
    def test_without_sign_in_foreign_and_unknown_look_the_same(self, client: Client, name: str) -> None:
        foreign = _filed(make_user("other@example.org"))
        for reference in (foreign.reference, "OC-9999-9999"):
            answer = client.get(_page(name, reference))
            assert answer.status_code == 302
            assert answer["Location"].startswith(reverse("rights_requests:who"))

    def test_nobody_withdraws_for_someone_else(self, browser: Client) -> None:
        foreign = _filed(make_user("other@example.org"))
        browser.post(_page("withdraw", foreign.reference))
        foreign.refresh_from_db()
        assert foreign.state == State.RECEIVED


class TestNothingChangesByLooking:
    def test_a_crawl_of_every_page_leaves_the_database_as_it_was(self, browser: Client, person: User) -> None:
        requests = [_filed(person), make_request(person, Right.ERASURE), make_request(person, state=State.COMPLETED)]
        make_package(requests[2])
        addresses = [
            LIST,
            reverse("rights_requests:new"),
            *(reverse("rights_requests:new_right", kwargs={"right": right}) for right in Right),
            *(reverse("rights_requests:new_check", kwargs={"right": right}) for right in Right),
            *(_page(name, filed.reference) for filed in requests for name in (*PAGES, "download")),
            reverse("rights_requests:verify"),
            reverse("rights_requests:keys"),
        ]
        before = database_snapshot()
        for address in addresses:
            for ask in (browser.get, browser.head):
                assert ask(address).status_code < 500, address
        assert database_snapshot() == before
