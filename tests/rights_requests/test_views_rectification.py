"""Asking for a correction, page by page, and what the person reads afterwards."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Profile, User
from privacy.vocabulary import Right
from rights_requests.models import Evidence, Proposal, RefusalReason, RightsRequest, State
from rights_requests.people import with_next
from rights_requests.services import deciding
from tests.factories import make_enrolment, make_request, make_user
from tests.privacy.uploads.making import picture
from tests.rights_requests.browsing import browser_of, hidden, said, title
from tests.rights_requests.correcting import ACCEPT, DECLINE, decided, filed, key, make_person, proposal
from tests.rights_requests.scenario import staff_actor
from tests.rights_requests.test_proving import proven

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P5.2")]
ASK = reverse("rights_requests:new_right", kwargs={"right": "rectification"})
CHECK = reverse("rights_requests:new_check", kwargs={"right": "rectification"})


@pytest.fixture
def person() -> User:
    return make_person()


@pytest.fixture
def browser(person: User) -> Client:
    return browser_of(person)


def form_of(browser: Client, **changed: str) -> dict[str, str]:
    """What a browser sends when it only changes these fields: every field of the page with its value."""
    form = browser.get(ASK).context["form"]
    return {name: str(form[name].value() or "") for name in form.fields} | changed


def sent(browser: Client) -> RightsRequest:
    browser.post(CHECK, {"key": hidden(browser.get(CHECK), "key")})
    return RightsRequest.objects.get()


def page_of(request: RightsRequest) -> str:
    return reverse("rights_requests:detail", kwargs={"reference": request.reference})


class TestAsking:
    def test_the_right_is_offered(self, browser: Client) -> None:
        page = browser.get(reverse("rights_requests:new"))
        assert f'href="{ASK}"' in page.content.decode()
        assert "Correct my data" in said(page)

    def test_each_value_stands_with_what_we_hold_beside_room_for_what_is_right(
        self, browser: Client, person: User
    ) -> None:
        page = browser.get(ASK)
        assert "We hold: Ann" in said(page)
        assert "We hold nothing here." in said(page)
        assert "Workplace" in said(page)
        assert f'name="{key(person, "name")}" value="Ann"' in page.content.decode()
        assert "(optional)" not in said(page).split("Do you want to say why?")[0]

    def test_what_only_the_person_can_change_leads_there_and_has_no_field(self, browser: Client, person: User) -> None:
        page = browser.get(ASK)
        assert f'href="{reverse("account_email")}"' in page.content.decode()
        assert key(person, "email", "accounts-user") not in page.content.decode()

    def test_only_what_was_changed_is_listed_old_beside_new(self, browser: Client, person: User) -> None:
        answer = browser.post(ASK, form_of(browser, **{key(person, "name"): "Anne", "statement": "My passport."}))
        assert answer["Location"] == CHECK
        page = said(browser.get(CHECK))
        assert "We hold: Ann You say: Anne" in page
        assert "My passport." in page
        assert "Carrefour" not in page
        assert RightsRequest.objects.count() == 0

    def test_sending_files_the_request_with_its_corrections(self, browser: Client, person: User) -> None:
        browser.post(ASK, form_of(browser, **{key(person, "name"): "Anne", key(person, "workplace"): ""}))
        request = sent(browser)
        assert (request.right, request.state) == (Right.RECTIFICATION, State.RECEIVED)
        assert list(request.proposals.values_list("field", "old", "new")) == [
            ("name", "Ann", "Anne"),
            ("workplace", "Carrefour", ""),
        ]
        assert browser.get(page_of(request)).status_code == 200

    def test_nothing_changed_is_said_in_words(self, browser: Client) -> None:
        page = browser.post(ASK, form_of(browser, statement="It is all wrong."))
        assert page.status_code == 200
        assert title(page).startswith("Error:")
        assert "You have not changed anything yet" in said(page)
        assert "It is all wrong." in said(page)

    def test_a_mistake_is_told_at_its_field_and_what_was_typed_is_kept(self, browser: Client, person: User) -> None:
        page = browser.post(ASK, form_of(browser, **{key(person, "name"): "x" * 121, key(person, "phone"): "12345"}))
        assert "Use at most 120 characters; this has 121." in said(page)
        assert "x" * 121 in page.content.decode()
        assert 'value="12345"' in page.content.decode()

    def test_that_a_name_is_taken_is_not_told_to_whoever_asks(self, browser: Client, person: User) -> None:
        make_user(username="bea")
        answer = browser.post(ASK, form_of(browser, **{key(person, "username", "accounts-user"): "bea"}))
        assert answer["Location"] == CHECK

    def test_what_changed_in_the_meantime_is_shown_before_anything_is_sent(self, browser: Client, person: User) -> None:
        form = form_of(browser, **{key(person, "name"): "Anne"})
        Profile.objects.filter(user=person).update(workplace="Auchan")
        page = browser.post(ASK, form)
        assert "What we hold has changed since you opened the page" in said(page)
        assert "We hold: Auchan" in said(page)
        browser.post(ASK, form_of(browser, **{key(person, "name"): "Anne"}))
        Profile.objects.filter(user=person).update(workplace="Lidl")
        assert browser.get(CHECK)["Location"] == ASK

    def test_change_brings_back_what_was_typed(self, browser: Client, person: User) -> None:
        browser.post(ASK, form_of(browser, **{key(person, "name"): "Anne"}))
        assert 'value="Anne"' in browser.get(ASK).content.decode()

    def test_a_second_request_leads_to_the_open_one(self, browser: Client, person: User) -> None:
        first = filed(person, {"name": "Anne"})
        assert first.reference in said(browser.get(ASK))


class TestForging:
    """Attack A2: whatever is added to the form by hand."""

    def test_nothing_but_ones_own_values_that_staff_can_correct(self, browser: Client, person: User) -> None:
        other = make_person(name="Bea")
        forged = {
            key(other, "name"): "Hacked",
            key(person, "email", "accounts-user"): "mallory@example.org",
            key(person, "is_superuser", "accounts-user"): "True",
            key(person, "user"): str(other.pk),
            "changes": "x",
            "state": "completed",
            "subject_user": str(other.pk),
        }
        browser.post(ASK, form_of(browser, **{key(person, "name"): "Anne"}, **forged))
        request = sent(browser)
        assert list(request.proposals.values_list("holding", "row_key", "field")) == [
            ("accounts-profile", str(person.pk), "name")
        ]
        assert (request.state, request.subject_user) == (State.RECEIVED, person)

    def test_only_foreign_values_are_nothing_changed(self, browser: Client, person: User) -> None:
        other = make_person(name="Bea")
        page = browser.post(ASK, form_of(browser, **{key(other, "name"): "Hacked"}))
        assert "You have not changed anything yet" in said(page)


class TestWithoutAccount:
    def test_who_showed_an_address_corrects_what_stands_under_it(self, client: Client) -> None:
        enrolment = make_enrolment("lina@customer.example", nickname="Lena")
        make_enrolment("other@customer.example", nickname="Otto")
        browser = proven(client, "lina@customer.example")
        page = browser.get(ASK)
        assert "We hold: Lena" in said(page)
        assert "Otto" not in said(page)
        assert f'href="{reverse("account_signup")}"' in page.content.decode()
        changed = {f"accounts-enrolment:{enrolment.pk}:nickname": "Lina"}
        assert browser.post(ASK, form_of(browser, **changed))["Location"] == CHECK
        request = sent(browser)
        assert list(request.proposals.values_list("old", "new")) == [("Lena", "Lina")]
        assert "Lena" in said(browser.get(page_of(request)))

    def test_who_is_not_known_is_led_to_the_question_who_they_are(self, client: Client) -> None:
        assert client.get(ASK)["Location"] == with_next("rights_requests:who", ASK)


class TestManyRows:
    def test_rows_are_told_apart_and_folded_when_there_are_many(self, browser: Client, person: User) -> None:
        made = [make_enrolment(user=person, nickname=f"n{number}") for number in range(5)]
        page = browser.get(ASK).content.decode()
        assert page.count("<details>") == 5
        assert all(enrolment.customer.name in page for enrolment in made)
        wrong = browser.post(ASK, form_of(browser, **{f"accounts-enrolment:{made[2].pk}:nickname": ""}))
        assert wrong.content.decode().count("<details open>") == 1

    def test_a_page_of_the_most_rows_is_taken_as_a_whole(self, browser: Client, person: User) -> None:
        made = [make_enrolment(user=person) for _number in range(100)]
        last = f"accounts-enrolment:{made[0].pk}:nickname"
        assert "these are the newest" in said(browser.get(ASK))
        assert browser.post(ASK, form_of(browser, **{last: "Lea"}))["Location"] == CHECK


class TestFollowing:
    def test_nothing_is_told_of_what_staff_lean_to(self, browser: Client, person: User) -> None:
        request = filed(person, {"name": "Anne"}, statement="I should know.")
        decided(request, name=DECLINE)
        page = said(browser.get(page_of(request)))
        assert "Not decided yet" in page
        assert "I should know." in page
        assert DECLINE.reason not in page

    def test_a_refusal_says_why_for_each_and_to_whom_to_complain(self, browser: Client, person: User) -> None:
        request = filed(person, {"name": "Anne"})
        decided(request, name=DECLINE)
        deciding.refuse(request_id=request.pk, actor=staff_actor(), reason=RefusalReason.ACCURATE, text="We checked.")
        page = said(browser.get(page_of(request)))
        assert "Not changed" in page
        assert DECLINE.reason in page
        assert "CNIL" in page

    def test_a_mixed_answer_says_what_was_changed_and_why_the_rest_was_not(self, browser: Client, person: User) -> None:
        request = filed(person, {"name": "Anne", "workplace": "Auchan"})
        decided(request, name=ACCEPT, workplace=DECLINE)
        RightsRequest.objects.filter(pk=request.pk).update(state=State.COMPLETED, closed_at=request.received_at)
        Proposal.objects.filter(pk=proposal(request, "name").pk).update(applied_at=request.received_at)
        page = said(browser.get(page_of(request)))
        assert "Changed" in page
        assert DECLINE.reason in page
        assert "your own words stay beside it" in page
        assert "CNIL" in page

    def test_the_link_to_follow_shows_none_of_it(self, browser: Client, person: User) -> None:
        request = filed(person, {"name": "Annabelle"}, statement="I should know.")
        link = browser.get(reverse("rights_requests:sent", kwargs={"reference": request.reference})).context[
            "follow_url"
        ]
        page = said(Client().get(link))
        assert "Annabelle" not in page
        assert "I should know." not in page


class TestProofs:
    @pytest.fixture(autouse=True)
    def _folder(self, settings: Any, tmp_path: Path) -> None:
        settings.EVIDENCE_DIR = tmp_path / "evidence"

    def add(self, request: RightsRequest) -> str:
        return reverse("rights_requests:add_proof", kwargs={"reference": request.reference})

    def test_a_file_is_sent_on_the_page_of_the_request(self, browser: Client, person: User) -> None:
        request = filed(person, {"name": "Anne"})
        assert f'href="{self.add(request)}"' in browser.get(page_of(request)).content.decode()
        assert "Cover what we need not see" in said(browser.get(self.add(request)))
        file = SimpleUploadedFile("passport.jpg", picture(), "image/jpeg")
        answer = browser.post(self.add(request), {"file": file}, follow=True)
        assert "We have your file." in said(answer)
        assert "at the latest on" in said(answer)
        assert Evidence.objects.get().uploaded_by.startswith("subject:")

    @pytest.mark.parametrize(
        ("content", "words"),
        [(None, "Choose a file"), (b"", "This file is empty"), (b"<html>", "Choose a picture")],
    )
    def test_a_file_that_is_none_is_refused_in_words(
        self, browser: Client, person: User, content: bytes | None, words: str
    ) -> None:
        request = filed(person, {"name": "Anne"})
        given = {} if content is None else {"file": SimpleUploadedFile("a.jpg", content)}
        page = browser.post(self.add(request), given)
        assert words in said(page)
        assert not Evidence.objects.exists()

    def test_so_many_files_and_no_more(self, browser: Client, person: User, settings: Any) -> None:
        settings.EVIDENCE_FILES = 0
        request = filed(person, {"name": "Anne"})
        page = browser.post(self.add(request), {"file": SimpleUploadedFile("a.jpg", picture())})
        assert "as many files as we can take" in said(page)

    def test_a_foreign_request_is_not_found_and_a_closed_one_takes_none(self, browser: Client, person: User) -> None:
        assert browser.get(self.add(filed(make_person(), {"name": "Anne"}))).status_code == 404
        closed = make_request(person, Right.RECTIFICATION, State.COMPLETED)
        assert "takes no more files" in said(browser.get(self.add(closed), follow=True))
        other_right = make_request(person, Right.ACCESS)
        assert browser.get(self.add(other_right)).status_code == 302
