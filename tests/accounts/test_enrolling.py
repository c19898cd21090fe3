"""Customers enrol people: who is told what, what an account takes over, and what nobody else ever reaches."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from post_office.models import Email

from accounts import claiming, enrolling, inviting, services
from accounts.customers import Terms, add_customer, change_customer
from accounts.errors import AgreementEnded, AskedToBeErased, AttributesRefused, NicknameRefused, UseStopped
from accounts.models import Customer, Enrolment
from privacy import ledger, restriction
from privacy.actors import SYSTEM, Actor
from privacy.addresses import LookAlike
from privacy.data_map.controllers import Controller, controllers_of
from privacy.data_map.reach import rows
from privacy.data_map.registry import registry
from privacy.data_map.subject import Subject, on_record, subject_of_email, subject_of_user
from privacy.models import AuditEntry
from privacy.vocabulary import LedgerKind, StopGround
from tests.accounts.flows import code_sent_to, newest_message, sign_up
from tests.factories import make_customer, make_enrolment, make_user
from tests.guards.test_behaviour_set import package_lines

pytestmark = pytest.mark.django_db
STAFF = Actor.staff(uuid4())
ADDRESS = "lina@shop.example"


def enrol(customer: Customer, **said: Any) -> Enrolment:
    given = {"nickname": "Lina", "work_email": ADDRESS, "attributes": {"store": "Lyon 3"}, **said}
    return enrolling.enrol(actor=STAFF, customer_id=customer.pk, **given)


def reached(subject: Subject) -> set[Any]:
    return set(rows(registry.holdings["accounts.enrolment"], subject).values_list("pk", flat=True))


def by_address(address: str) -> Subject:
    return Subject(emails=frozenset({address}))


@pytest.mark.promise("P1.3")
@pytest.mark.parametrize(
    ("language", "said", "page"),
    [
        ("fr", ("vous a inscrit", "Bonjour"), "/fr/privacy/"),
        ("ar", ("Marché Bleu", "مرحبًا"), "/ar/privacy/"),
        ("xx", ("has enrolled you", "Hello"), "8000/privacy/"),
    ],
)
def test_whoever_is_enrolled_is_told_in_the_language_of_the_customers_people(
    language: str, said: tuple[str, str], page: str
) -> None:
    customer = make_customer("Marché Bleu", language=language)
    enrol(customer)
    letter = newest_message(ADDRESS)
    assert said[0] in letter.subject
    assert said[1] in letter.message
    assert page in letter.message
    other = make_enrolment("tarek@shop.example", customer=customer)
    inviting.invite_many(customer, [other])
    assert said[1] in newest_message("tarek@shop.example").message


@pytest.mark.promise("P1.3")
def test_whoever_is_enrolled_is_told_who_gave_what_and_what_they_can_do() -> None:
    made = enrol(make_customer("Marché Bleu"))
    letter = newest_message(ADDRESS)
    assert letter.subject == "Marché Bleu has enrolled you with Occicor"
    assert "Hello Lina" in letter.message
    assert "this address, and your store" in letter.message
    assert "Lyon 3" not in letter.message
    assert "http://127.0.0.1:8000/privacy/" in letter.message
    assert "without an account" in letter.message
    assert "We decide what is done with this data and answer your requests." in letter.message
    assert made.invited_at is not None


@pytest.mark.promise("P1.3")
def test_an_enrolled_person_is_told_when_the_customer_answers_requests() -> None:
    enrol(make_customer("Alimenta", answers_itself=True, privacy_contact="rights@alimenta.example"), attributes={})
    text = newest_message(ADDRESS).message
    assert "Alimenta decides what is done with this data and answers your requests, at rights@alimenta.example" in text
    assert "Nothing else." in text


def test_an_enrolled_person_is_told_when_we_answer_for_the_customer() -> None:
    enrol(make_customer("Alimenta", our_role="processor"))
    assert "It has charged us with answering your requests." in newest_message(ADDRESS).message


def test_enrolling_twice_writes_once_and_changes_nothing() -> None:
    customer = make_customer()
    first, second = enrol(customer), enrol(customer, work_email=" LINA@shop.example")
    assert first.pk == second.pk
    assert Email.objects.count() == 1
    assert [entry.event for entry in AuditEntry.objects.order_by("seq")] == ["enrolment.made"]


def test_what_the_customer_says_anew_is_written_and_the_audit_names_the_fields_only() -> None:
    customer = make_customer()
    enrol(customer)
    made = enrol(customer, nickname="Lina M")
    made.refresh_from_db()
    assert made.nickname == "Lina M"
    entry = AuditEntry.objects.get(event="enrolment.changed")
    assert entry.data == {"nickname": True}
    assert entry.subject_digest == by_address(ADDRESS).digest
    assert "lina" not in str(entry.__dict__).lower()


def test_an_address_belongs_to_one_enrolment_of_a_customer_whatever_is_tried() -> None:
    made = make_enrolment(ADDRESS)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_enrolment(ADDRESS, customer=made.customer)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_enrolment("Lina@Shop.example")
    assert make_enrolment(ADDRESS).customer != made.customer


def test_only_staff_and_the_system_enrol_and_end() -> None:
    user, customer = make_user(), make_customer()
    person = services.actor_of(user.pk)
    with pytest.raises(PermissionDenied):
        enrolling.enrol(actor=person, customer_id=customer.pk, nickname="Lina", work_email=ADDRESS)
    with pytest.raises(PermissionDenied):
        enrolling.end_enrolment(actor=person, enrolment_id=make_enrolment().pk)
    with pytest.raises(PermissionDenied):
        claiming.claim_enrolments(actor=person, user_id=make_user().pk)
    with pytest.raises(PermissionDenied):
        add_customer(actor=person, terms=Terms("X", "retailer", "FR", "controller"))


def test_nobody_is_enrolled_once_the_agreement_has_ended() -> None:
    with pytest.raises(AgreementEnded):
        enrol(make_customer(agreement_ended_on=timezone.localdate()))


def erased(address: str) -> None:
    """The ledger knows that the person of this address asked to be erased."""
    ledger.note(kind=LedgerKind.ERASURE, request_id=uuid4(), digests=by_address(address).digests())


@pytest.mark.promise("P5.3")
def test_nobody_enrols_a_person_who_asked_to_be_erased() -> None:
    erased(ADDRESS)
    with pytest.raises(AskedToBeErased, match="has asked to be erased"):
        enrol(make_customer(), work_email="Lina@Shop.example")
    assert not Enrolment.objects.exists()
    assert not Email.objects.exists()
    assert enrol(make_customer(), work_email="other@shop.example").user_id is None


@pytest.mark.promise("P5.3")
def test_an_ended_enrolment_of_a_person_who_asked_to_be_erased_does_not_begin_anew() -> None:
    ended = make_enrolment(ADDRESS, ended_at=timezone.now())
    erased(ADDRESS)
    with pytest.raises(AskedToBeErased):
        enrol(ended.customer)


def test_a_person_who_came_back_by_themselves_can_be_enrolled() -> None:
    erased(ADDRESS)
    user = make_user(ADDRESS)
    assert enrol(make_customer()).user_id == user.pk


@pytest.mark.promise("P5.4")
@pytest.mark.parametrize("ground", [StopGround.ACCURACY, StopGround.MINOR])
def test_nobody_enrols_a_person_whose_data_may_not_be_used(ground: StopGround) -> None:
    person = by_address(ADDRESS)
    restriction.impose(actor=STAFF, subject_digest=person.digest, digests=person.digests(), ground=ground)
    with pytest.raises(UseStopped):
        enrol(make_customer())
    assert not Email.objects.exists()


@pytest.mark.promise("P5.4")
def test_an_ended_enrolment_whose_account_is_restricted_does_not_begin_anew() -> None:
    ended = make_enrolment(ADDRESS, user=make_user("lina@home.example"), ended_at=timezone.now())
    person = ended.subject
    restriction.impose(actor=STAFF, subject_digest=person.digest, digests=person.digests(), ground=StopGround.ACCURACY)
    with pytest.raises(UseStopped):
        enrol(ended.customer)
    assert Enrolment.objects.get() == ended


@pytest.mark.parametrize("name", ["", " ", "x" * 61, "see evil.example", "http://x", "ann@x", "a\x00b", "a\u202eb"])
def test_a_name_is_short_and_holds_nothing_that_a_message_would_make_a_link(name: str) -> None:
    with pytest.raises(NicknameRefused):
        enrol(make_customer(), nickname=name)


@pytest.mark.parametrize("name", ["J.P.", "Anne-Marie  O’Neil", "李", "Dr. Noor"])
def test_names_of_all_kinds_are_taken(name: str) -> None:
    assert enrol(make_customer(), nickname=name).nickname == " ".join(name.split())


@pytest.mark.parametrize(
    "attributes",
    [
        {f"fact {number}": 1 for number in range(21)},
        {"store": ["a", "list"]},
        {"store": {"deep": "er"}},
        {"store": "x" * 301},
        {"store": "a\nb"},
        {"store": None},
        {"n": float("nan")},
        {"n": 10**15},
        {"": "x"},
        {"_x": "x"},
        {"a\x00": "x"},
        {"x" * 61: "x"},
        {"store": "a", "store ": "b"},
        {f"fact {number}": "x" * 300 for number in range(20)},
    ],
)
def test_further_facts_are_few_short_and_plain(attributes: dict[str, Any]) -> None:
    with pytest.raises(AttributesRefused):
        enrol(make_customer(), attributes=attributes)
    assert not Enrolment.objects.exists()


def test_further_facts_keep_their_types() -> None:
    given = {"store": "Lyon 3", "shift": 2, "quota": 0.5, "driver": True}
    made = enrol(make_customer(), attributes=given)
    made.refresh_from_db()
    assert made.attributes == given


def test_the_database_too_refuses_facts_without_end() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_enrolment(attributes={"store": "x" * 4_000})


def test_an_address_made_to_be_mistaken_is_not_enrolled() -> None:
    with pytest.raises(LookAlike):
        enrol(make_customer(), work_email="linа@shop.example")


def test_the_end_starts_the_clock_once() -> None:
    made = enrol(make_customer())
    first = enrolling.end_enrolment(actor=STAFF, enrolment_id=made.pk).ended_at
    assert enrolling.end_enrolment(actor=STAFF, enrolment_id=made.pk).ended_at == first
    assert AuditEntry.objects.filter(event="enrolment.ended").count() == 1


def test_who_takes_up_an_ended_address_sees_nothing_of_the_one_before() -> None:
    customer, person = make_customer(), make_user("old@home.example")
    before = make_enrolment(ADDRESS, customer=customer, user=person, nickname="Old", attributes={"note": "old"})
    enrolling.end_enrolment(actor=STAFF, enrolment_id=before.pk)
    made = enrol(customer, nickname="New")
    assert (made.user_id, made.attributes) == (None, {"store": "Lyon 3"})
    assert reached(by_address(ADDRESS)) == {made.pk}
    assert not Enrolment.objects.filter(pk=before.pk).exists()
    assert "Hello New" in newest_message(ADDRESS).message
    entry = AuditEntry.objects.get(event="enrolment.replaced")
    assert entry.subject_digest == Subject(user_id=person.pk).digest


@pytest.mark.promise("P1.3")
def test_an_enrolled_person_without_account_is_reached_by_the_work_address() -> None:
    made = make_enrolment(ADDRESS)
    subject = subject_of_email("Lina@shop.example")
    assert subject.user_id is None
    assert reached(subject) == {made.pk}
    assert on_record(subject)


@pytest.mark.promise("P1.3")
def test_signing_up_with_the_work_address_takes_the_enrolment_over_once_the_code_was_right(client: Client) -> None:
    made = enrol(make_customer())
    sign_up(client, ADDRESS)
    made.refresh_from_db()
    assert made.user_id is None
    client.post("/account/confirm-email/", {"code": code_sent_to(ADDRESS)})
    made.refresh_from_db()
    assert made.user is not None
    assert made.user.email == ADDRESS
    entry = AuditEntry.objects.get(event="enrolment.claimed")
    assert entry.subject_digest == Subject(user_id=made.user_id).digest


def test_whoever_signs_in_with_the_address_already_has_the_enrolment_at_once() -> None:
    user = make_user(ADDRESS)
    assert enrol(make_customer()).user_id == user.pk


def test_an_address_that_nobody_confirmed_takes_over_nothing() -> None:
    user = make_user(ADDRESS, verified=False)
    assert enrol(make_customer()).user_id is None
    assert claiming.claim_enrolments(actor=services.actor_of(user.pk), user_id=user.pk) == 0


def test_a_claimed_enrolment_is_not_reached_by_whoever_has_the_mailbox_today() -> None:
    user = make_user("lina@home.example")
    made = make_enrolment(ADDRESS, user=user)
    assert reached(by_address(ADDRESS)) == set()
    assert reached(subject_of_email(ADDRESS)) == set()
    assert reached(subject_of_user(user.pk)) == {made.pk}
    assert ADDRESS not in subject_of_user(user.pk).emails


def test_a_successor_with_the_mailbox_does_not_take_over_what_another_claimed() -> None:
    first = make_user("lina@home.example")
    made = make_enrolment(ADDRESS, user=first)
    successor = make_user(ADDRESS)
    assert claiming.claim_enrolments(actor=services.actor_of(successor.pk), user_id=successor.pk) == 0
    made.refresh_from_db()
    assert made.user_id == first.pk


def test_every_confirmed_address_of_an_account_takes_over_what_was_said_of_it() -> None:
    user = make_user("lina@home.example")
    EmailAddress.objects.create(user=user, email=ADDRESS, verified=True)
    make_enrolment(ADDRESS)
    make_enrolment(ADDRESS)
    claim = {"actor": services.actor_of(user.pk), "user_id": user.pk}
    assert claiming.claim_enrolments(**claim) == 2
    assert claiming.claim_enrolments(**claim) == 0


def test_a_request_reaches_the_customer_where_it_is_the_controller() -> None:
    theirs = make_customer("Alimenta", answers_itself=True, privacy_contact="rights@alimenta.example")
    make_enrolment(ADDRESS, customer=theirs)
    make_enrolment(ADDRESS, customer=make_customer("Ours"))
    make_enrolment(ADDRESS, customer=make_customer("Charged us", our_role="processor"))
    make_enrolment("other@shop.example", customer=theirs)
    assert controllers_of(by_address(ADDRESS)) == [
        Controller("Alimenta", "rights@alimenta.example", "accounts-enrolment", 1)
    ]
    assert controllers_of(by_address("nobody@shop.example")) == []


@pytest.mark.parametrize(
    "said",
    [
        {"answers_itself": True, "our_role": "controller"},
        {"answers_itself": True, "privacy_contact": ""},
        {"privacy_contact": "Someone@X.example"},
        {"agreement_signed_on": "2026-02-01", "agreement_ended_on": "2026-01-01"},
        {"name": "marché bleu"},
    ],
)
def test_the_database_refuses_a_customer_that_contradicts_itself(said: dict[str, Any]) -> None:
    make_customer("Marché Bleu")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_customer(**{"name": "Other", **said})


def test_a_customer_is_changed_on_record_and_only_when_something_changes() -> None:
    terms = Terms("Marché Bleu ", "retailer", "FR", "controller", privacy_contact=" Ask@Bleu.example")
    customer = add_customer(actor=SYSTEM, terms=terms)
    assert (customer.name, customer.privacy_contact) == ("Marché Bleu", "ask@bleu.example")
    change_customer(actor=STAFF, customer_id=customer.pk, terms=terms)
    moved = Terms("Marché Bleu", "retailer", "BE", "controller", privacy_contact="ask@bleu.example")
    assert change_customer(actor=STAFF, customer_id=customer.pk, terms=moved).country == "BE"
    assert [entry.data for entry in AuditEntry.objects.order_by("seq")] == [{}, {"country": True}]


@pytest.mark.promise("P5.1")
@pytest.mark.django_db(transaction=True)
def test_the_copy_of_a_persons_data_names_who_enrolled_them(tmp_path: Path) -> None:
    user = make_user()
    make_enrolment(ADDRESS, user=user, customer=make_customer("=Marché Bleu"))
    (line,) = package_lines(registry.holdings["accounts.enrolment"], subject_of_user(user.pk), tmp_path)
    assert line["customer"] == "=Marché Bleu"
    assert line["attributes"] == {"store": "Lyon 3"}
    assert "unclaimed_email" not in line


def test_the_account_page_says_who_enrolled_the_person_and_who_answers(client: Client) -> None:
    user = make_user()
    theirs = make_customer("Alimenta", answers_itself=True, privacy_contact="rights@alimenta.example")
    make_enrolment(user=user, customer=theirs, nickname="Lina")
    make_enrolment(user=user, customer=make_customer("Ours"), ended_at=timezone.now())
    make_enrolment(user=make_user(), customer=make_customer("Not mine"))
    client.force_login(user)
    assert "Alimenta, Ours" in client.get("/account/").content.decode()
    page = client.get("/account/enrolments/").content.decode()
    assert "<h2>Alimenta</h2>" in page
    assert "rights@alimenta.example" in page
    assert "<h2>Ours</h2>" in page
    assert "It ended your enrolment on" in page
    assert "Not mine" not in page
