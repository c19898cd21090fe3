"""Filing a request, page by page."""

from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from accounts.models import Profile, User
from privacy.mail.address import contact_address
from privacy.vocabulary import Right
from rights_requests.models import RightsRequest, State
from rights_requests.people import with_next
from rights_requests.questions.table import QUESTIONS
from tests.factories import make_request, make_user
from tests.rights_requests.browsing import browser_of, hidden, said, title

pytestmark = pytest.mark.django_db

START = reverse("rights_requests:new")
MESSAGE = reverse("rights_requests:new_right", kwargs={"right": "access"})
CHECK_ACCESS = reverse("rights_requests:new_check", kwargs={"right": "access"})
PLAN = reverse("rights_requests:new_right", kwargs={"right": "erasure"})
CHECK_ERASURE = reverse("rights_requests:new_check", kwargs={"right": "erasure"})


@pytest.fixture
def person() -> User:
    return make_user("ada@example.org")


@pytest.fixture
def browser(person: User) -> Client:
    return browser_of(person)


def _sent(reference: str) -> str:
    return reverse("rights_requests:sent", kwargs={"reference": reference})


def _detail(reference: str) -> str:
    return reverse("rights_requests:detail", kwargs={"reference": reference})


def _send_access(browser: Client, message: str = "", extra: dict[str, str] | None = None) -> RightsRequest:
    browser.post(MESSAGE, {"message": message})
    browser.post(CHECK_ACCESS, {"key": hidden(browser.get(CHECK_ACCESS), "key"), **(extra or {})})
    return RightsRequest.objects.get()


def _to_erasure_check(browser: Client) -> str:
    answer = browser.post(PLAN, {"plan_hash": hidden(browser.get(PLAN), "plan_hash")})
    assert answer["Location"] == CHECK_ERASURE
    return hidden(browser.get(CHECK_ERASURE), "key")


class TestStartPage:
    def test_anyone_reads_what_each_right_does_and_how_long_it_takes(self, client: Client) -> None:
        page = said(client.get(START))
        assert "Get a copy of my data" in page
        assert "Delete my data" in page
        assert page.count("at the latest in one month") == len(QUESTIONS)

    def test_each_right_has_one_button(self, client: Client) -> None:
        page = client.get(START).content.decode()
        assert f'href="{MESSAGE}"' in page
        assert f'href="{PLAN}"' in page

    def test_an_open_request_takes_the_place_of_its_button(self, browser: Client, person: User) -> None:
        filed = make_request(person, reference="OPEN-1")
        page = browser.get(START)
        assert "Your reference is OPEN-1" in said(page)
        assert f'href="{_detail(filed.reference)}"' in page.content.decode()
        assert f'href="{MESSAGE}"' not in page.content.decode()

    def test_a_closed_request_leaves_the_button(self, browser: Client, person: User) -> None:
        make_request(person, state=State.WITHDRAWN, reference="CLOSED-1")
        assert "CLOSED-1" not in said(browser.get(START))


class TestAccess:
    def test_the_pages_ask_for_sign_in(self, client: Client) -> None:
        for page in (MESSAGE, CHECK_ACCESS, PLAN, CHECK_ERASURE):
            assert client.get(page)["Location"] == with_next("rights_requests:who", page)

    def test_a_right_that_does_not_exist_is_not_found(self, browser: Client) -> None:
        for name in ("new_right", "new_check"):
            assert browser.get(reverse(f"rights_requests:{name}", kwargs={"right": "oblivion"})).status_code == 404

    def test_the_question_is_optional_and_says_why_it_is_asked(self, browser: Client) -> None:
        page = said(browser.get(MESSAGE))
        assert "(optional)" in page
        assert "You do not have to give a reason" in page

    def test_the_answers_are_shown_before_anything_is_sent(self, browser: Client) -> None:
        assert browser.post(MESSAGE, {"message": "My mails of May"})["Location"] == CHECK_ACCESS
        page = browser.get(CHECK_ACCESS)
        assert "My mails of May" in said(page)
        assert f'href="{START}"' in page.content.decode()
        assert f'href="{MESSAGE}"' in page.content.decode()
        assert RightsRequest.objects.count() == 0

    def test_nothing_written_reads_not_provided(self, browser: Client) -> None:
        browser.post(MESSAGE, {"message": ""})
        assert "Not provided" in said(browser.get(CHECK_ACCESS))

    def test_change_brings_back_what_was_typed(self, browser: Client) -> None:
        browser.post(MESSAGE, {"message": "My mails of May"})
        assert "My mails of May" in said(browser.get(MESSAGE))

    def test_sending_leads_to_a_confirmation_with_reference_and_dates(self, browser: Client, person: User) -> None:
        filed = _send_access(browser, "My mails of May")
        assert (filed.subject_user, filed.right, filed.state) == (person, Right.ACCESS, State.RECEIVED)
        assert filed.message == "My mails of May"
        page = said(browser.get(_sent(filed.reference)))
        assert filed.reference in page
        assert "What happens next" in page
        assert "we keep to the shortest term that we know" in page
        assert "privacy@" in page

    def test_the_confirmation_survives_a_bookmark(self, browser: Client, person: User) -> None:
        filed = _send_access(browser)
        assert filed.reference in said(browser_of(person).get(_sent(filed.reference)))

    def test_the_confirmation_asks_whether_something_was_unclear(self, browser: Client) -> None:
        answer = browser.get(_sent(_send_access(browser).reference))
        assert "Was something on these pages unclear? Tell us" in said(answer)
        assert f'<a href="mailto:{contact_address()}">Tell us</a>' in answer.content.decode()

    def test_there_is_no_link_inside_the_panel(self, browser: Client) -> None:
        page = browser.get(_sent(_send_access(browser).reference)).content.decode()
        panel = page.split('<div class="panel">')[1].split("</div>")[0]
        assert "<a " not in panel

    def test_text_of_strangers_stays_text(self, browser: Client) -> None:
        filed = _send_access(browser, "<script>alert(1)</script>")
        for page in (CHECK_ACCESS, _detail(filed.reference)):
            assert "<script>alert" not in browser.get(page, follow=True).content.decode()


class TestErrors:
    def test_a_text_that_is_too_long_is_said_at_the_field_and_kept(self, browser: Client) -> None:
        text = "x" * 2001
        page = browser.post(MESSAGE, {"message": text})
        assert title(page).startswith("Error: ")
        content = page.content.decode()
        assert "This is 2,001 characters long. Shorten it to 2,000 characters or fewer." in said(page)
        assert 'class="error-summary"' in content
        assert 'href="#id_message"' in content
        assert 'id="id_message_error"' in content
        assert text in content

    def test_a_character_that_cannot_be_stored_is_explained(self, browser: Client) -> None:
        page = browser.post(MESSAGE, {"message": "before\x00after"})
        assert "contains a character that cannot be stored" in said(page)
        assert RightsRequest.objects.count() == 0

    def test_pages_that_are_fine_have_no_error_in_their_title(self, browser: Client) -> None:
        assert not title(browser.get(MESSAGE)).startswith("Error")


class TestSkippedSteps:
    @pytest.mark.parametrize(("later", "first"), [(CHECK_ACCESS, MESSAGE), (CHECK_ERASURE, PLAN)])
    def test_a_later_page_leads_back_to_the_first_question(self, browser: Client, later: str, first: str) -> None:
        assert browser.get(later)["Location"] == first
        assert browser.post(later, {"key": str(uuid4())})["Location"] == first
        assert RightsRequest.objects.count() == 0

    def test_the_answers_of_one_right_are_no_answers_for_the_other(self, browser: Client) -> None:
        browser.post(MESSAGE, {"message": ""})
        assert browser.get(CHECK_ERASURE)["Location"] == PLAN

    @pytest.mark.parametrize("key", ["", "no key", str(uuid4())], ids=["none", "no key", "another"])
    def test_a_stale_page_sends_nothing_and_shows_the_new_answers(self, browser: Client, key: str) -> None:
        browser.post(MESSAGE, {"message": "first"})
        assert browser.post(CHECK_ACCESS, {"key": key})["Location"] == CHECK_ACCESS
        assert RightsRequest.objects.count() == 0
        assert "changed in another window" in said(browser.get(CHECK_ACCESS))

    def test_a_page_whose_answers_were_changed_elsewhere_sends_nothing(self, browser: Client) -> None:
        browser.post(MESSAGE, {"message": "first"})
        key = hidden(browser.get(CHECK_ACCESS), "key")
        browser.post(MESSAGE, {"message": "second"})
        browser.post(CHECK_ACCESS, {"key": key})
        assert RightsRequest.objects.count() == 0


class TestSendingTwice:
    def test_the_same_button_pressed_again_leads_to_the_same_confirmation(self, browser: Client) -> None:
        browser.post(MESSAGE, {"message": ""})
        key = hidden(browser.get(CHECK_ACCESS), "key")
        first, second = (browser.post(CHECK_ACCESS, {"key": key}) for _press in range(2))
        assert first["Location"] == second["Location"] == _sent(RightsRequest.objects.get().reference)

    def test_two_presses_at_the_same_moment_make_one_request(self, browser: Client) -> None:
        browser.post(MESSAGE, {"message": ""})
        key, draft = hidden(browser.get(CHECK_ACCESS), "key"), browser.session["rights_requests_draft"]
        first = browser.post(CHECK_ACCESS, {"key": key})
        session = browser.session
        session["rights_requests_draft"] = draft  # as the second press saw it, before the first was answered
        session.save()
        assert browser.post(CHECK_ACCESS, {"key": key})["Location"] == first["Location"]
        assert RightsRequest.objects.count() == 1

    def test_a_second_identical_request_says_where_the_first_one_is(self, browser: Client) -> None:
        filed = _send_access(browser)
        page = browser.get(MESSAGE)
        assert "You have already asked for this" in said(page)
        assert filed.reference in said(page)
        assert f'href="{_detail(filed.reference)}"' in page.content.decode()

    def test_a_request_filed_elsewhere_meanwhile_is_shown_and_not_doubled(self, browser: Client, person: User) -> None:
        browser.post(MESSAGE, {"message": ""})
        key = hidden(browser.get(CHECK_ACCESS), "key")
        elsewhere = _send_access(browser_of(person))
        answer = browser.post(CHECK_ACCESS, {"key": key})
        assert answer["Location"] == _detail(elsewhere.reference)
        assert "already asked for this" in str(next(iter(get_messages(answer.wsgi_request))))
        assert RightsRequest.objects.count() == 1

    def test_a_sent_draft_is_forgotten_but_for_its_reference(self, browser: Client) -> None:
        _send_access(browser, "My mails of May")
        assert "My mails of May" not in str(browser.session["rights_requests_draft"])


class TestExtraFields:
    def test_fields_that_the_form_does_not_have_are_ignored(self, browser: Client, person: User) -> None:
        victim = make_user("victim@example.org")
        extra = {
            "right": "erasure",
            "state": "completed",
            "subject_user": str(victim.pk),
            "requester": str(victim.pk),
            "user": str(victim.pk),
            "reference": "MINE-1",
            "due_at": "2099-01-01",
            "message": "put in later",
            "approved_by": str(person.pk),
        }
        filed = _send_access(browser, "asked", extra)
        assert (filed.subject_user, filed.requester, filed.right) == (person, person, Right.ACCESS)
        assert (filed.state, filed.message, filed.approved_by_id) == (State.RECEIVED, "asked", None)
        assert filed.reference != "MINE-1"
        assert filed.due_at.year < 2099


class TestErasure:
    def test_the_plan_says_what_goes_with_counts_and_that_the_account_ends(self, browser: Client, person: User) -> None:
        Profile.objects.filter(user=person).update(name="Ada")
        page = said(browser.get(PLAN))
        assert "Your account and your sign-in will end" in page
        assert "What goes" in page
        assert "Your profile 1 record" in page
        assert "What stays, and why" in page
        assert "What allows it" in page

    def test_looking_at_the_plan_deletes_nothing(self, browser: Client, person: User) -> None:
        browser.get(PLAN)
        _to_erasure_check(browser)
        assert RightsRequest.objects.count() == 0
        assert User.objects.filter(pk=person.pk).exists()

    def test_the_check_page_names_what_goes_and_what_ends(self, browser: Client) -> None:
        _to_erasure_check(browser)
        page = browser.get(CHECK_ERASURE)
        assert "You can no longer sign in" in said(page)
        assert "this cannot be undone" in said(page)
        assert "Delete my data" in said(page)
        assert f'href="{PLAN}"' in page.content.decode()

    def test_sent_with_a_fresh_sign_in_it_is_filed_and_nothing_is_deleted_yet(
        self, browser: Client, person: User
    ) -> None:
        answer = browser.post(CHECK_ERASURE, {"key": _to_erasure_check(browser)})
        filed = RightsRequest.objects.get()
        assert answer["Location"] == _sent(filed.reference)
        assert (filed.right, filed.state, filed.subject_user) == (Right.ERASURE, State.RECEIVED, person)
        page = said(browser.get(answer["Location"]))
        assert "without signing in" in page
        assert "/requests/follow/" in page

    def test_after_an_old_sign_in_the_password_is_asked_first(self, person: User) -> None:
        browser = browser_of(person, signed_in_ago=3600)
        answer = browser.post(CHECK_ERASURE, {"key": _to_erasure_check(browser)})
        assert answer["Location"].startswith(reverse("account_reauthenticate"))
        assert RightsRequest.objects.count() == 0

    def test_the_right_password_sends_what_was_asked(self, person: User) -> None:
        browser = browser_of(person, signed_in_ago=3600)
        asked = browser.post(CHECK_ERASURE, {"key": _to_erasure_check(browser)})
        answer = browser.post(asked["Location"], {"password": "correct horse battery staple"})
        assert answer["Location"] == _sent(RightsRequest.objects.get().reference)

    def test_a_wrong_password_sends_nothing(self, person: User) -> None:
        browser = browser_of(person, signed_in_ago=3600)
        asked = browser.post(CHECK_ERASURE, {"key": _to_erasure_check(browser)})
        browser.post(asked["Location"], {"password": "guessed"})
        assert RightsRequest.objects.count() == 0

    def test_access_does_not_ask_for_the_password_again(self, person: User) -> None:
        assert _send_access(browser_of(person, signed_in_ago=3600)).right == Right.ACCESS

    def test_a_plan_that_changed_between_reading_and_going_on_is_shown_again(
        self, browser: Client, person: User
    ) -> None:
        seen = hidden(browser.get(PLAN), "plan_hash")
        Profile.objects.filter(user=person).delete()
        page = browser.post(PLAN, {"plan_hash": seen})
        assert page.status_code == 200
        assert "This list has changed since you opened the page" in said(page)
        assert hidden(page, "plan_hash") != seen

    def test_a_plan_that_changed_before_sending_is_read_again_first(self, browser: Client, person: User) -> None:
        key = _to_erasure_check(browser)
        Profile.objects.filter(user=person).delete()
        assert browser.post(CHECK_ERASURE, {"key": key})["Location"] == PLAN
        assert RightsRequest.objects.count() == 0
        assert "has changed since you read the list" in said(browser.get(PLAN))

    @pytest.mark.parametrize("wrong", ["", "0" * 64, "x" * 100])
    def test_a_made_up_plan_is_not_taken(self, browser: Client, wrong: str) -> None:
        assert browser.post(PLAN, {"plan_hash": wrong}).status_code == 200
        assert browser.get(CHECK_ERASURE)["Location"] == PLAN
