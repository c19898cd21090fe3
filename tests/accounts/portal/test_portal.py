"""What an administrator does in the portal: sees the Customer's facts, finds, enrols, changes and ends."""

import re
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from post_office.models import Email

from accounts.models import Customer, Enrolment
from accounts.portal import selectors
from privacy import ledger, restriction
from privacy.actors import SYSTEM
from privacy.data_map.subject import Subject
from privacy.models import AuditEntry
from privacy.vocabulary import LedgerKind, StopGround
from tests.accounts.flows import newest_message
from tests.accounts.portal.people import browser_at
from tests.customer_factories import make_administrator
from tests.factories import make_customer, make_enrolment, make_user
from tests.rights_requests.browsing import browser_of, said

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P1.3")]
ADDRESS = "lina@shop.example"
PEOPLE, ENROL = "/account/customer/people/", "/account/customer/people/enrol/"


@pytest.fixture
def customer() -> Customer:
    return make_customer("Marché Bleu", agreement_signed_on=date(2026, 3, 2))


@pytest.fixture
def browser(customer: Customer) -> Client:
    return browser_at(make_administrator(customer=customer, user=make_user("boss@bleu.example")))


def page(browser: Client, path: str, **query: Any) -> str:
    return said(browser.get(path, query))


def post(browser: Client, path: str, **given: str) -> Any:
    return browser.post(path, {"nickname": "Lina", "facts": "", **given}, follow=True)


def of(made: Enrolment, act: str = "") -> str:
    return f"{PEOPLE}{made.pk}/{act}"


def stop(address: str) -> None:
    person = Subject(emails=frozenset({address}))
    restriction.impose(actor=SYSTEM, subject_digest=person.digest, digests=person.digests(), ground=StopGround.ACCURACY)


def test_the_start_page_says_who_decides_what_is_agreed_how_many_and_who_else(
    browser: Client, customer: Customer
) -> None:
    make_enrolment(customer=customer)
    make_enrolment(customer=customer, ended_at=timezone.now())
    make_administrator(customer=customer, user=make_user("second@bleu.example"))
    shown = page(browser, "/account/customer/")
    assert "1 person is enrolled now. 1 enrolment has ended" in shown
    assert "Occicor decides what is done with the data of your people: it is the controller." in shown
    assert "Signed on Monday 2 March 2026." in shown
    assert "boss@bleu.example (you)" in shown
    assert "second@bleu.example" in shown
    Customer.objects.update(our_role="processor", agreement_ended_on=timezone.localdate() + timedelta(days=3))
    shown = page(browser, "/account/customer/")
    assert "Marché Bleu decides what is done with the data of its people: it is the controller." in shown
    assert "From that day these pages are closed." in shown
    assert "The people of Marché Bleu" in page(browser, "/account/")


def test_people_are_found_by_the_beginning_of_the_name_or_the_whole_address(
    browser: Client, customer: Customer
) -> None:
    for name, address in (("Lina", ADDRESS), ("linus", "linus@shop.example"), ("Émile", "emile@shop.example")):
        make_enrolment(address, customer=customer, nickname=name)
    make_enrolment("gone@shop.example", customer=customer, nickname="Linette", ended_at=timezone.now())

    def found(**query: str) -> list[str]:
        names = ("Lina", "linus", "Émile", "Linette")
        shown = page(browser, PEOPLE, **query)
        return [name for name in names if name in shown]

    assert found() == ["Lina", "linus", "Émile"]
    assert found(q="LIN") == ["Lina", "linus"]
    assert found(q="LINA@shop.example") == ["Lina"]
    assert found(q="shop.example") == []
    assert found(q="lin", standing="ended") == ["Linette"]
    assert found(standing="all") == ["Lina", "linus", "Émile", "Linette"]
    assert found(standing="nonsense", q="é") == ["Émile"]
    assert "Nobody is found." in page(browser, PEOPLE, q="%")
    assert browser.get(PEOPLE, {"q": "a\x00@", "page": "x", "standing": ["", "all"]}).status_code == 200


def test_a_long_list_has_pages_that_keep_the_search(browser: Client, customer: Customer) -> None:
    made = [
        Enrolment(customer=customer, nickname=f"Ada {number:03}", work_email=f"a{number}@shop.example")
        for number in range(101)
    ]
    Enrolment.objects.bulk_create(made)
    first, last = (browser.get(PEOPLE, {"q": "ada", "page": number}) for number in (1, 3))
    assert "Page 1 of 3" in said(first)
    assert "q=ada&amp;page=2" in first.content.decode()
    assert "Ada 100" in said(last)
    assert "Ada 099" not in said(last)


def test_the_order_and_the_search_by_name_are_answered_by_an_index(customer: Customer) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off")
    for search in ("", "lin"):
        plan = selectors.people_of(customer, search=search).paginator.object_list[:50].explain()
        assert "Index Scan using enrolment_by_name" in plan
        assert "Sort" not in plan


def test_somebody_is_enrolled_told_and_shown_with_facts_in_their_kinds(browser: Client, customer: Customer) -> None:
    facts = "store: Lyon 3\nshelves: 12\nrate: 1.5\nnight shift: no\nbadge: 00123"
    shown = said(post(browser, ENROL, work_email=" Lina@Shop.example", facts=facts))
    made = Enrolment.objects.get(customer=customer)
    assert made.attributes == {"store": "Lyon 3", "shelves": 12, "rate": 1.5, "night shift": False, "badge": "00123"}
    assert "Lina is enrolled. We have written to them." in shown
    assert "night shift no" in shown
    letter = newest_message(ADDRESS).message
    assert "Marché Bleu enrolled you with Occicor" in letter
    assert "/account/enrolments/claim/" in letter
    entry = AuditEntry.objects.get(event="enrolment.made")
    assert entry.actor.startswith(f"customer:{customer.pk}:")


@pytest.mark.parametrize("act", ["enrol", "change"])
def test_special_categories_are_warned_against_at_the_field_itself(
    browser: Client, customer: Customer, act: str
) -> None:
    shown = browser.get(ENROL if act == "enrol" else of(make_enrolment(customer=customer), "change/")).content.decode()
    hint = re.search(r'id="id_facts_helptext">(.*?)</div>', shown, re.DOTALL)
    assert hint is not None
    assert "<strong>Never anything about health, origin, beliefs" in hint[1]
    assert 'aria-describedby="id_facts_helptext"' in shown


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        ({"work_email": ""}, "Enter the work address of the person."),
        ({"work_email": "lina"}, "Enter an e-mail address with an @"),
        ({"work_email": "linа@shop.example"}, "looks like another"),
        ({"nickname": "www.evil.example"}, "without a link"),
        ({"nickname": ""}, "Enter a first name or nickname."),
        ({"facts": "no colon"}, "on a line of its own"),
        ({"facts": f"a: {'x' * 301}"}, "at most 300 characters"),
        ({"work_email": "known@shop.example"}, "You have enrolled this address already."),
    ],
)
def test_what_cannot_be_enrolled_is_answered_in_words_and_stays_typed(
    browser: Client, customer: Customer, given: dict[str, str], answer: str
) -> None:
    known = make_enrolment("known@shop.example", customer=customer)
    answered = post(browser, ENROL, **{"work_email": ADDRESS, "facts": "store: Lyon 3", **given})
    assert answer in said(answered)
    assert "Lyon 3" in answered.content.decode() or "facts" in given
    assert (of(known) in answered.content.decode()) == ("known@" in given.get("work_email", ""))
    assert Enrolment.objects.count() == 1


def test_who_was_erased_or_restricted_is_refused_in_the_same_words(browser: Client) -> None:
    gone = Subject(emails=frozenset({ADDRESS}))
    ledger.note(kind=LedgerKind.ERASURE, request_id=uuid4(), digests=gone.digests())
    stop("tarek@shop.example")
    answers = [said(post(browser, ENROL, work_email=to)) for to in (ADDRESS, "tarek@shop.example")]
    assert "Nobody can be enrolled with this address at present." in answers[0]
    assert "erased" not in answers[0]
    assert answers[0].replace(ADDRESS, "") == answers[1].replace("tarek@shop.example", "")
    assert not Email.objects.exists()


def test_whether_somebody_has_an_account_is_not_shown(browser: Client, customer: Customer) -> None:
    make_user(ADDRESS)
    post(browser, ENROL, work_email=ADDRESS)
    post(browser, ENROL, work_email="lino@shop.example")
    with_one, without = Enrolment.objects.order_by("work_email")
    assert (with_one.user_id is None, without.user_id is None) == (False, True)
    shown = [page(browser, of(made)).replace(made.work_email, "") for made in (with_one, without)]
    assert shown[0] == shown[1]


def test_what_was_said_is_changed_on_record_and_kinds_stay(browser: Client, customer: Customer) -> None:
    made = make_enrolment(ADDRESS, customer=customer, attributes={"answer": "yes", "shelves": 12})
    assert "shelves: 12" in browser.get(of(made, "change/")).content.decode()
    assert "without a link" in said(post(browser, of(made, "change/"), nickname="a@b"))
    shown = post(browser, of(made, "change/"), nickname="Lina M", facts="answer: yes\nshelves: 13")
    assert "What you said is saved." in said(shown)
    made.refresh_from_db()
    assert (made.nickname, made.attributes) == ("Lina M", {"answer": "yes", "shelves": 13})
    entry = AuditEntry.objects.get(event="enrolment.changed")
    assert (entry.data, entry.actor[:9]) == ({"nickname": True, "attributes": True}, "customer:")
    assert entry.subject_digest == made.subject.digest


def test_ending_is_asked_first_and_then_nothing_changes_any_more(browser: Client, customer: Customer) -> None:
    made = make_enrolment(ADDRESS, customer=customer)
    asked = page(browser, of(made, "end/"))
    goes = f"{timezone.localdate() + timedelta(days=365):%Y}"
    assert "For 365 days what you told us is kept" in asked
    assert goes in asked
    assert Enrolment.objects.filter(ended_at__isnull=True).exists()
    assert "The enrolment has ended." in said(post(browser, of(made, "end/")))
    made.refresh_from_db()
    assert made.ended_at is not None
    assert browser.get(of(made, "end/"))["Location"] == of(made)
    assert "Deleted on" in page(browser, of(made))
    post(browser, of(made, "change/"), nickname="Other")
    made.refresh_from_db()
    assert made.nickname == "Lina"
    assert AuditEntry.objects.filter(event="enrolment.ended").count() == 1


def test_while_the_use_of_the_data_is_stopped_facts_are_neither_shown_nor_changed(
    browser: Client, customer: Customer
) -> None:
    made = make_enrolment(ADDRESS, customer=customer)
    stop(ADDRESS)
    shown = page(browser, of(made))
    assert "At present we only keep what you told us" in shown
    assert "Lyon 3" not in shown
    post(browser, of(made, "change/"), nickname="Other")
    made.refresh_from_db()
    assert made.nickname == "Lina"
    post(browser, of(made, "end/"))
    made.refresh_from_db()
    assert made.ended_at is not None


@pytest.mark.promise("P0.3")
def test_the_person_sees_that_the_company_looked_and_not_who_it_was(browser: Client, customer: Customer) -> None:
    person = make_user("lina@home.example")
    made = make_enrolment(ADDRESS, customer=customer, user=person)
    browser.get(PEOPLE)
    assert not AuditEntry.objects.filter(event="enrolment.viewed").exists()
    browser.get(of(made))
    shown = page(browser_of(person), "/privacy/mine/held/")
    assert "or the company that enrolled you, opened something about you 1 time" in shown
    assert "Marché Bleu To look after your enrolment by a company" in shown
    assert "boss@bleu.example" not in shown


def test_an_administrator_enrols_by_hand_only_so_many_in_an_hour(browser: Client, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "enrol": "2/h/key"}
    answers = [post(browser, ENROL, work_email="") for _time in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 60 * 60
