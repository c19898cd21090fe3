"""Customers and enrolled people as staff see them."""

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone
from post_office.models import Email

from accounts.models import Customer, Enrolment
from privacy import ledger, restriction
from privacy.actors import SYSTEM
from privacy.data_map.subject import Subject
from privacy.models import AuditEntry
from privacy.vocabulary import LedgerKind, StopGround
from tests.factories import make_customer, make_enrolment, make_staff, make_user

pytestmark = pytest.mark.django_db
CUSTOMERS, ENROLMENTS = "/admin/accounts/customer/", "/admin/accounts/enrolment/"
VIEW = ("accounts.view_customer", "accounts.view_enrolment")
CHANGE = tuple(f"accounts.{act}_{what}" for act in ("add", "change") for what in ("customer", "enrolment"))
ADDRESS = "lina@shop.example"


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_staff(perms=[*VIEW, *CHANGE]))
    return client


def terms(**said: str) -> dict[str, str]:
    known = {"name": "Alimenta", "kind": "manufacturer", "country": "FR", "our_role": "controller", "language": "en"}
    return {**known, "privacy_contact": "", "agreement_signed_on": "", "agreement_ended_on": "", **said}


def person(customer: Customer, **said: str) -> dict[str, Any]:
    known = {"nickname": "Lina", "address": " Lina@Shop.example", "facts": "store: Lyon 3\n\nteam : Fresh "}
    return {"customer": customer.pk, **known, **said}


def test_staff_add_and_change_a_customer_on_record(staff: Client) -> None:
    assert staff.post(f"{CUSTOMERS}add/", terms()).status_code == 302
    customer = Customer.objects.get(name="Alimenta")
    moved = terms(our_role="processor", answers_itself="on", privacy_contact="Rights@Alimenta.example", language="fr")
    assert staff.post(f"{CUSTOMERS}{customer.pk}/change/", moved).status_code == 302
    customer.refresh_from_db()
    assert (customer.answers_itself, customer.privacy_contact) == (True, "rights@alimenta.example")
    assert customer.language == "fr"
    events = [entry.event for entry in AuditEntry.objects.order_by("seq")]
    assert events == ["customer.added", "customer.changed"]
    assert [entry.object_repr for entry in LogEntry.objects.all()] == [f"Customer {customer.pk}"] * 2


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ({"answers_itself": "on"}, "Only a Customer for whom we are the processor answers requests itself."),
        ({"answers_itself": "on", "our_role": "processor"}, "Enter the address at which the Customer answers"),
        ({"privacy_contact": "rights"}, "Enter an e-mail address with an @"),
        ({"privacy_contact": "rіghts@x.example"}, "looks like another"),
        ({"name": "known"}, "There is a Customer of this name already."),
        ({"agreement_signed_on": "2026-02-01", "agreement_ended_on": "2026-01-01"}, "check both dates"),
    ],
)
def test_terms_that_contradict_themselves_are_answered_in_words(
    staff: Client, said: dict[str, str], answer: str
) -> None:
    make_customer("Known")
    page = staff.post(f"{CUSTOMERS}add/", terms(**said))
    assert page.status_code == 200
    assert answer in page.content.decode()
    assert Customer.objects.count() == 1


def test_opening_a_customer_is_recorded_for_whoever_has_its_address(staff: Client) -> None:
    customer = make_customer(privacy_contact="ask@bleu.example")
    assert staff.get(f"{CUSTOMERS}{customer.pk}/change/").status_code == 200
    entry = AuditEntry.objects.get(event="customer.viewed")
    assert entry.subject_digest == Subject(emails=frozenset({"ask@bleu.example"})).digest
    staff.get(f"{CUSTOMERS}{make_customer().pk}/change/")
    assert AuditEntry.objects.filter(event="customer.viewed", subject_digest="").count() == 1


def test_a_form_that_comes_back_with_errors_is_a_look_too(staff: Client) -> None:
    assert staff.post(f"{CUSTOMERS}{make_customer().pk}/change/", {}).status_code == 200
    assert AuditEntry.objects.filter(event="customer.viewed").count() == 1


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
def test_no_other_method_opens_a_page_past_the_record(staff: Client, method: str) -> None:
    assert staff.generic(method, f"{CUSTOMERS}{make_customer().pk}/change/").status_code == 405


def test_a_history_does_not_tell_what_there_is(client: Client) -> None:
    client.force_login(make_staff())
    answers = [client.get(f"{CUSTOMERS}{pk}/history/") for pk in (make_customer().pk, 2147480000)]
    assert [answer.status_code for answer in answers] == [403, 403]


def test_staff_enrol_a_person_who_is_told_and_the_log_names_nobody(staff: Client) -> None:
    customer = make_customer()
    assert staff.post(f"{ENROLMENTS}add/", person(customer)).status_code == 302
    made = Enrolment.objects.get()
    assert (made.work_email, made.attributes) == (ADDRESS, {"store": "Lyon 3", "team": "Fresh"})
    assert Email.objects.filter(to=ADDRESS).count() == 1
    assert [(entry.object_id, entry.object_repr) for entry in LogEntry.objects.all()] == [
        (str(made.pk), f"enrolment {made.pk}")
    ]


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ({"nickname": "www.evil.example"}, "without a link"),
        ({"address": "linа@shop.example"}, "looks like another"),
        ({"facts": "no colon"}, "on a line of its own"),
        ({"facts": "a: 1\na: 2"}, "on a line of its own"),
        ({"facts": f"a: {'x' * 301}"}, "at most 300 characters"),
    ],
)
def test_what_cannot_be_enrolled_is_answered_in_words_and_stays_typed(
    staff: Client, said: dict[str, str], answer: str
) -> None:
    page = staff.post(f"{ENROLMENTS}add/", person(make_customer(), **said)).content.decode()
    assert answer in page
    assert "Lyon 3" in page or "facts" in said
    assert not Enrolment.objects.exists()


def test_for_a_customer_whose_agreement_has_ended_nobody_is_enrolled(staff: Client) -> None:
    over = make_customer(agreement_ended_on=timezone.localdate())
    assert "has ended" in staff.post(f"{ENROLMENTS}add/", person(over)).content.decode()


def test_a_person_who_asked_to_be_erased_is_not_enrolled_and_staff_read_why(staff: Client) -> None:
    digests = Subject(emails=frozenset({ADDRESS})).digests()
    ledger.note(kind=LedgerKind.ERASURE, request_id=uuid4(), digests=digests)
    page = staff.post(f"{ENROLMENTS}add/", person(make_customer())).content.decode()
    assert "This person has asked to be erased" in page
    assert not Enrolment.objects.exists()


def test_enrolling_somebody_who_is_enrolled_says_it_anew(staff: Client) -> None:
    made = make_enrolment(ADDRESS)
    assert staff.post(f"{ENROLMENTS}add/", person(made.customer, nickname="Lina M")).status_code == 302
    made.refresh_from_db()
    assert made.nickname == "Lina M"


def test_staff_end_an_enrolment_and_change_nothing_else(staff: Client) -> None:
    made = make_enrolment(ADDRESS)
    assert staff.post(f"{ENROLMENTS}{made.pk}/change/", {"nickname": "Other"}).status_code == 302
    made.refresh_from_db()
    assert (made.nickname, made.ended_at) == ("Lina", None)
    assert staff.post(f"{ENROLMENTS}{made.pk}/change/", {"end": "on"}).status_code == 302
    made.refresh_from_db()
    assert made.ended_at is not None
    assert "End this enrolment" not in staff.get(f"{ENROLMENTS}{made.pk}/change/").content.decode()


def test_opening_an_enrolment_is_recorded_for_the_person_and_shows_what_is_stopped(staff: Client) -> None:
    made, subject = make_enrolment(ADDRESS), Subject(emails=frozenset({ADDRESS}))
    restriction.impose(
        actor=SYSTEM, subject_digest=subject.digest, digests=subject.digests(), ground=StopGround.ACCURACY
    )
    page = staff.get(f"{ENROLMENTS}{made.pk}/change/").content.decode()
    assert "store: Lyon 3" in page
    assert "only store this person’s data" in page
    assert AuditEntry.objects.get(event="enrolment.viewed").subject_digest == subject.digest


def test_an_enrolment_of_an_account_is_recorded_for_the_account(staff: Client) -> None:
    user = make_user()
    staff.get(f"{ENROLMENTS}{make_enrolment(user=user).pk}/change/")
    assert AuditEntry.objects.get(event="enrolment.viewed").subject_digest == Subject(user_id=user.pk).digest


def test_the_list_shows_no_addresses_and_finds_by_the_whole_one_only(staff: Client) -> None:
    made = make_enrolment(ADDRESS, nickname="Linanda")
    shown = staff.get(ENROLMENTS).content.decode()
    assert str(made.pk)[:8] in shown
    assert ADDRESS not in shown
    assert "Linanda" not in shown
    assert str(made.pk)[:8] in staff.get(ENROLMENTS, {"q": ADDRESS}).content.decode()
    assert str(made.pk)[:8] not in staff.get(ENROLMENTS, {"q": "lina"}).content.decode()


@pytest.mark.parametrize(
    "query", ["work_email__startswith=l", "nickname=Lina", "customer__privacy_contact__startswith=a", "user__email=x"]
)
def test_the_address_bar_guesses_nothing_that_the_list_does_not_show(staff: Client, query: str) -> None:
    make_enrolment(ADDRESS)
    assert staff.get(f"{ENROLMENTS}?{query}").status_code == 400


def test_the_filters_that_are_shown_work(staff: Client) -> None:
    made = make_enrolment(ADDRESS)
    other = make_enrolment(ended_at=timezone.now())
    for query in (f"customer__id__exact={made.customer_id}", "ended_at__isempty=1"):
        shown = staff.get(f"{ENROLMENTS}?{query}").content.decode()
        assert str(made.pk)[:8] in shown
        assert str(other.pk)[:8] not in shown


def test_who_may_only_look_changes_nothing_and_nobody_deletes(client: Client) -> None:
    made = make_enrolment(ADDRESS)
    client.force_login(make_staff(perms=[*VIEW]))
    for path in (f"{ENROLMENTS}add/", f"{ENROLMENTS}{made.pk}/change/", f"{CUSTOMERS}{made.customer_id}/change/"):
        assert client.post(path, {"end": "on"}).status_code == 403
    client.force_login(make_staff(superuser=True))
    for path in (f"{ENROLMENTS}{made.pk}/delete/", f"{CUSTOMERS}{made.customer_id}/delete/"):
        assert client.post(path, {"post": "yes"}).status_code == 403
    made.refresh_from_db()
    assert made.ended_at is None
