"""Who the data subject is: what an address that was shown to be somebody's leads to, and whether we hold anything."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.db import connection, models
from django.test.utils import CaptureQueriesContext, isolate_apps
from post_office.models import Email

from accounts.models import Enrolment, FormerAddress
from privacy.addresses import LookAlike
from privacy.data_map.controllers import Controller, controllers_of
from privacy.data_map.declarations import linked, nobody, system
from privacy.data_map.erase import erase_all
from privacy.data_map.plan import counts_of
from privacy.data_map.registry import Registry, registry
from privacy.data_map.subject import Subject, has_account, on_record, subject_of_email, subject_of_user
from privacy.digests import keyed_digest
from tests.factories import make_enrolment, make_user
from tests.privacy.declaring import declare
from visitors.models import ContactMessage
from visitors.vocabulary import Topic

pytestmark = pytest.mark.django_db


def queries_of(address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        on_record(subject_of_email(address))
        has_account(address)
    return len(seen)


def test_a_confirmed_address_leads_to_the_account_with_all_that_identifies_it() -> None:
    user = make_user("ann@example.org")
    EmailAddress.objects.create(user=user, email="ann.second@example.org", verified=True)
    assert subject_of_email(" Ann@Example.org") == subject_of_user(user.pk)
    assert has_account("ANN@example.org")


def test_an_address_that_nobody_signs_in_with_is_a_subject_of_its_own() -> None:
    make_user("ann@example.org")
    assert subject_of_email("Ben@Example.org") == Subject(emails=frozenset({"ben@example.org"}))
    assert not has_account("ben@example.org")


def test_an_address_that_somebody_typed_but_never_confirmed_leads_to_no_account() -> None:
    user = make_user("ann@example.org")
    EmailAddress.objects.create(user=user, email="ben@example.org", verified=False)
    assert subject_of_email("ben@example.org").user_id is None
    assert not has_account("ben@example.org")


def test_an_address_that_was_left_leads_to_no_account() -> None:
    FormerAddress.objects.create(user=make_user("ann@example.org"), email="ann.left@example.org")
    assert subject_of_email("ann.left@example.org").user_id is None


def test_an_address_that_was_left_reaches_the_messages_sent_there_and_nothing_of_whoever_has_it_today() -> None:
    user = make_user("ann@example.org")
    FormerAddress.objects.create(user=user, email="shared@example.org")
    make_enrolment("shared@example.org")
    ContactMessage.objects.create(name="Ben", email="shared@example.org", topic=Topic.PRIVACY, text="Ben's words")
    Email.objects.create(from_email="us@example.org", to="shared@example.org", message="You changed your address.")
    subject = subject_of_user(user.pk)
    counts = counts_of(subject, list(registry.holdings.values()))
    assert counts["post_office-email"] == 1
    assert (counts["accounts-enrolment"], counts["visitors-contactmessage"]) == (0, 0)
    assert keyed_digest("email", "shared@example.org") not in subject.digests()
    erase_all(subject)
    assert (Enrolment.objects.count(), ContactMessage.objects.count()) == (1, 1)


def test_an_account_that_was_never_finished_is_the_persons_who_shows_that_the_address_is_theirs() -> None:
    user = make_user("ann@example.org", verified=False)
    assert subject_of_email("ann@example.org") == Subject(user_id=user.pk, emails=frozenset({"ann@example.org"}))
    assert not has_account("ann@example.org")


def test_an_address_that_looks_like_anothers_leads_nowhere() -> None:
    make_user("paul@shop.example")
    with pytest.raises(LookAlike):
        subject_of_email("pаul@shop.example")
    assert subject_of_email("рауӏ@shop.example").user_id is None
    assert subject_of_email("paul+x@shop.example").user_id is None


def test_a_person_with_an_account_is_on_record_and_a_stranger_is_not() -> None:
    user = make_user("ann@example.org")
    assert on_record(subject_of_user(user.pk))
    assert not on_record(Subject(emails=frozenset({"ben@example.org"})))
    assert not on_record(Subject(user_id=uuid4()))


def test_a_message_from_us_alone_puts_nobody_on_record() -> None:
    Email.objects.create(from_email="privacy@occicor.example", to=["ben@example.org"], message="Your code")
    assert not on_record(Subject(emails=frozenset({"ben@example.org"})))


def test_a_data_map_of_by_products_only_has_nobody_on_record() -> None:
    assert not on_record(Subject(user_id=uuid4()), declared=Registry())


def test_known_and_unknown_addresses_cost_the_same_queries() -> None:
    make_user("ann@example.org")
    make_user("cy@example.org", verified=False)
    assert len({queries_of(address) for address in ("ann@example.org", "ben@example.org", "cy@example.org")}) == 1


@pytest.fixture
def companies() -> Iterator[tuple[Registry, type[models.Model], type[models.Model]]]:
    """A data map in which rows may have another controller, with its tables."""
    with isolate_apps("privacy") as apps:
        said: dict[str, Any] = {"name": models.CharField(max_length=40), "mail": models.EmailField(blank=True)}
        company = _model("Company", {**said, "decides": models.BooleanField()})
        works: dict[str, Any] = {"company": models.ForeignKey(company, on_delete=models.CASCADE)}
        worker = _model("Worker", {**works, "user_id": models.UUIDField(db_index=True)})
        declared = Registry(apps)
        nobody("privacy.Company", because="a company", into=declared)
        declare(
            declared,
            worker,
            {"company": linked("employer", shows="name"), "id": system()},
            controller_name="company__name",
            controller_contact="company__mail",
            controller_when={"company__decides": True},
        )
        with connection.schema_editor() as editor:
            editor.create_model(company)
            editor.create_model(worker)
        yield declared, company, worker


def _model(name: str, fields: dict[str, Any]) -> type[models.Model]:
    body = {"__module__": __name__, "Meta": type("Meta", (), {"app_label": "privacy"})}
    made: type[models.Model] = type(models.Model)(name, (models.Model,), {**body, **fields})
    return made


def test_controllers_are_named_once_each_with_what_is_theirs(
    companies: tuple[Registry, type[models.Model], type[models.Model]],
) -> None:
    declared, company, worker = companies
    person, other = uuid4(), uuid4()
    first, second, ours = (
        company._base_manager.create(name=name, mail=mail, decides=decides)
        for name, mail, decides in (("Bon", "ask@bon.example", True), ("Alu", "", True), ("Ours", "x@x.example", False))
    )
    for who, where in ((person, first), (person, first), (person, second), (person, ours), (other, first)):
        worker._base_manager.create(user_id=who, company=where)
    assert controllers_of(Subject(user_id=person), declared=declared) == [
        Controller("Alu", "", "privacy-worker", 1),
        Controller("Bon", "ask@bon.example", "privacy-worker", 2),
    ]
    assert controllers_of(Subject(user_id=uuid4()), declared=declared) == []
