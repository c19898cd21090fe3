"""Where a person lives: asked once and never required, and by whose law and to whom everything then refers."""

from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from post_office.models import Email

from accounts.models import User
from privacy.vocabulary import Right
from rights_requests.deadlines import Term, columns, term_for, term_of
from rights_requests.models import RightsRequest
from rights_requests.questions.table import QUESTIONS
from rights_requests.services import deciding
from rights_requests.vocabulary import RefusalReason
from tests.factories import make_request, make_user
from tests.rights_requests.browsing import browser_of, hidden, said, title
from tests.rights_requests.scenario import filed, run, staff_actor

pytestmark = pytest.mark.django_db

CHECK = reverse("rights_requests:new_check", kwargs={"right": "access"})
QUESTION = reverse("rights_requests:new_right", kwargs={"right": "access"})
SENT, DETAIL = "rights_requests:sent", "rights_requests:detail"
ICO, CNIL, EVERY = "https://ico.org.uk/make-a-complaint", "https://www.cnil.fr/", "https://www.edpb.europa.eu/"


@pytest.fixture
def person() -> User:
    return make_user("ada@example.org")


@pytest.fixture
def browser(person: User) -> Client:
    return browser_of(person)


def send(browser: Client, country: str) -> RightsRequest:
    """The request that is made by saying this on the check page."""
    browser.post(QUESTION, {"message": ""})
    browser.post(CHECK, {"key": hidden(browser.get(CHECK), "key"), "country": country})
    return RightsRequest.objects.get()


def page_of(browser: Client, name: str, request: RightsRequest) -> str:
    return said(browser.get(reverse(name, kwargs={"reference": request.reference})))


@pytest.mark.promise("P7.3")
def test_the_check_page_asks_where_the_person_lives_says_why_and_wants_no_answer(browser: Client) -> None:
    browser.post(QUESTION, {"message": ""})
    page = browser.get(CHECK)
    assert "Where do you live? (optional) It decides whose law counts for our answer" in said(page)
    assert '<option value="" selected>Leave it open</option>' in page.content.decode()
    assert '<option value="US-CA">United States: California</option>' in page.content.decode()


@pytest.mark.promise("P5.1")
def test_the_law_of_the_place_gives_the_term_which_the_request_keeps(browser: Client) -> None:
    request = send(browser, "SA")
    counted = term_for(received_at=request.received_at, country="SA", right=Right.ACCESS)
    assert (request.country, request.regime, term_of(request)) == ("SA", "sa", counted)
    kept = columns(counted)
    assert {name: getattr(request, name) for name in kept} == kept
    assert request.alert_at is not None
    assert request.received_at < request.alert_at < request.due_at
    for name in (SENT, DETAIL):
        page = page_of(browser, name, request)
        assert "The law gives us until" in page
        assert "We go by the Personal Data Protection Law of Saudi Arabia: it gives us 30 days" in page


def test_whoever_leaves_it_open_gets_the_shortest_term_as_our_commitment(browser: Client) -> None:
    request = send(browser, "")
    assert (request.country, request.regime) == ("", "strictest")
    assert request.due_at == term_for(received_at=request.received_at, country="BH", right=Right.ACCESS).due_at
    for name in (SENT, DETAIL):
        page = page_of(browser, name, request)
        assert "Our commitment: you have our answer by" in page
        assert "The law gives us" not in page


@pytest.mark.parametrize("wrong", ["Atlantis", "XX", "U<script>"])
def test_a_place_that_is_not_on_the_list_is_named_with_what_to_do(browser: Client, wrong: str) -> None:
    browser.post(QUESTION, {"message": "My mails of May"})
    answer = browser.post(CHECK, {"key": hidden(browser.get(CHECK), "key"), "country": wrong})
    assert title(answer).startswith("Error: ")
    assert f"“{wrong.upper()}” is not on our list. Choose the place from the list, or leave it open." in said(answer)
    assert "My mails of May" in said(answer)
    assert 'href="#id_country"' in answer.content.decode()
    assert not RightsRequest.objects.exists()
    browser.post(CHECK, {"key": hidden(answer, "key"), "country": " fr "})
    assert RightsRequest.objects.get().country == "FR"


def test_the_place_is_remembered_for_the_next_request(browser: Client) -> None:
    send(browser, "DE")
    for right in (Right.PORTABILITY, Right.ERASURE):
        page = reverse("rights_requests:new_right", kwargs={"right": right})
        seen = {"plan_hash": hidden(browser.get(page), "plan_hash")} if right == Right.ERASURE else {}
        browser.post(page, {"way": "myself", **seen})
        check = browser.get(reverse("rights_requests:new_check", kwargs={"right": right}))
        assert '<option value="DE" selected>Germany</option>' in check.content.decode()


def test_the_check_page_of_every_right_asks_for_the_place() -> None:
    folder = Path("templates")
    for question in QUESTIONS.values():
        assert "field=form.country" in (folder / question.check_template).read_text(encoding="utf-8"), question.right


def test_the_first_message_acknowledges_the_request_and_names_the_law(person: User) -> None:
    request = filed(person, country="FR")
    assert request.acknowledged_at is not None
    assert request.acknowledged_at >= request.received_at
    (letter,) = Email.objects.all()
    assert "The law gives us until" in letter.message
    assert "We go by the General Data Protection Regulation (GDPR): it gives us one month" in letter.message


def test_where_the_law_wants_an_acknowledgement_it_is_there_in_time(person: User) -> None:
    request = filed(person, country="US-CA")
    assert request.ack_due_at is not None
    assert request.acknowledged_at is not None
    assert request.acknowledged_at < request.ack_due_at


@pytest.mark.promise("P7.3")
@pytest.mark.parametrize(
    ("country", "named", "not_named"),
    [
        ("FR", (CNIL,), (EVERY, ICO)),
        ("GB", (ICO, CNIL), (EVERY,)),
        ("", (CNIL, EVERY), (ICO,)),
        ("JP", (CNIL,), (EVERY,)),
    ],
)
def test_a_refusal_names_the_authority_of_the_place_ours_and_the_court(
    person: User, browser: Client, country: str, named: tuple[str, ...], not_named: tuple[str, ...]
) -> None:
    request = filed(person, country=country)
    deciding.refuse(request_id=request.pk, actor=staff_actor(), reason=RefusalReason.EXCESSIVE, text="As in May.")
    letter = Email.objects.get(subject__startswith="We refuse").message
    page = browser.get(reverse(DETAIL, kwargs={"reference": request.reference})).content.decode()
    for text in (letter, page):
        assert [url for url in (*named, *not_named) if url in text] == list(named)
    assert "You can also go to court." in letter
    assert "Go to court." in page


@pytest.mark.promise("P7.3")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("country", "url"), [("GB", ICO), ("", CNIL)])
def test_a_copy_names_the_authority_of_the_place(person: User, country: str, url: str) -> None:
    request = filed(person, country=country)
    deciding.approve(request_id=request.pk, actor=staff_actor())
    request = run(request)
    complaint = request.package.manifest["complaint"]
    assert complaint["url"].startswith(url)
    assert complaint["our_authority"]["url"].startswith(CNIL)


def test_a_request_from_before_terms_were_kept_gets_the_term_it_was_promised(person: User) -> None:
    promised = make_request(person)
    RightsRequest.objects.update(term={}, regime="", alert_at=None)
    give_terms = import_module("rights_requests.migrations.0008_terms_of_earlier_requests").give_terms
    give_terms(apps, None)
    give_terms(apps, None)
    request = RightsRequest.objects.get()
    term = term_of(request)
    assert isinstance(term, Term)
    assert (term.due_at, term.received_at, term.law) == (promised.due_at, promised.received_at, True)
    assert request.alert_at == promised.alert_at
