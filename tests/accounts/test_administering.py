"""Who acts for a Customer: its administrators, for it alone, and only for as long as they are."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts import enrolling
from accounts.administering import administrator_actor, customer_of
from accounts.errors import NotToBeEnrolled
from accounts.models import Customer, Enrolment
from privacy import ledger, restriction
from privacy.actors import SYSTEM, Actor
from privacy.data_map.subject import Subject
from privacy.models import AuditEntry
from privacy.vocabulary import LedgerKind, StopGround
from tests.customer_factories import make_administrator
from tests.factories import make_customer, make_enrolment, make_user

pytestmark = pytest.mark.django_db
ADDRESS = "lina@shop.example"


def acting() -> tuple[Actor, Customer]:
    appointed = make_administrator()
    return administrator_actor(appointed.user_id, appointed.customer), appointed.customer


def enrol(actor: Actor, customer: Customer) -> Enrolment:
    return enrolling.enrol(actor=actor, customer_id=customer.pk, nickname="Lina", work_email=ADDRESS)


@pytest.mark.promise("P1.3")
def test_an_administrator_enrols_and_ends_for_their_own_customer_on_record_without_clear_data() -> None:
    actor, customer = acting()
    made = enrol(actor, customer)
    enrolling.end_enrolment(actor=actor, enrolment_id=made.pk)
    entries = AuditEntry.objects.filter(event__in=("enrolment.made", "enrolment.ended"))
    digest = Subject(user_id=actor.user_id).digest[:16]
    assert [entry.actor for entry in entries] == [f"customer:{customer.pk}:{digest}"] * 2
    assert str(actor.user_id) not in str(actor)


def test_an_administrator_touches_nobody_of_another_customer() -> None:
    actor, _customer = acting()
    other = make_enrolment()
    with pytest.raises(PermissionDenied):
        enrol(actor, other.customer)
    with pytest.raises(PermissionDenied):
        enrolling.end_enrolment(actor=actor, enrolment_id=other.pk)
    other.refresh_from_db()
    assert other.ended_at is None
    assert Enrolment.objects.count() == 1


@pytest.mark.parametrize("claimed", ["of another Customer", "of nobody", "without an account"])
def test_what_an_actor_says_of_itself_is_not_believed(claimed: str) -> None:
    customer, appointed = make_customer(), make_administrator()
    who = {"of another Customer": appointed.user_id, "of nobody": make_user().pk, "without an account": None}[claimed]
    with pytest.raises(PermissionDenied):
        enrol(Actor.customer(who, customer_id=customer.pk, digest="d" * 64), customer)


@pytest.mark.parametrize("what", ["removed", "agreement", "account"])
def test_what_ends_the_powers_ends_them_at_once(what: str) -> None:
    appointed = make_administrator()
    actor, user = administrator_actor(appointed.user_id, appointed.customer), appointed.user
    if what == "removed":
        appointed.delete()
    elif what == "agreement":
        Customer.objects.update(agreement_ended_on=timezone.localdate())
    else:
        user.is_active = False
        user.save()
    assert customer_of(user.pk) is None
    with pytest.raises(PermissionDenied):
        enrol(actor, appointed.customer)


def test_an_agreement_that_ends_tomorrow_counts_today() -> None:
    appointed = make_administrator(customer=make_customer(agreement_ended_on=timezone.localdate() + timedelta(days=1)))
    assert customer_of(appointed.user_id) == appointed.customer


def test_a_customer_is_not_told_which_right_a_person_has_used() -> None:
    actor, customer = acting()
    digests = Subject(emails=frozenset({ADDRESS})).digests()
    ledger.note(kind=LedgerKind.ERASURE, request_id=uuid4(), digests=digests)
    with pytest.raises(NotToBeEnrolled) as erased:
        enrol(actor, customer)
    person = Subject(emails=frozenset({"tarek@shop.example"}))
    restriction.impose(actor=SYSTEM, subject_digest=person.digest, digests=person.digests(), ground=StopGround.ACCURACY)
    with pytest.raises(NotToBeEnrolled) as stopped:
        enrolling.enrol(actor=actor, customer_id=customer.pk, nickname="Tarek", work_email="tarek@shop.example")
    assert str(erased.value) == str(stopped.value)
