"""What may be corrected is shown as text, read back in words, and changed by the door of the app that owns it."""

from typing import Any
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, ValidationError
from django.db import transaction

from accounts import enrolling
from accounts.models import Enrolment, Profile, User
from privacy.actors import SYSTEM, Actor
from privacy.data_map import rectify
from privacy.data_map.rectify import Door, Held, find, held, register_door
from privacy.data_map.registry import Registry, registry
from privacy.data_map.subject import Subject, subject_of_user
from privacy.models import AuditEntry
from tests.factories import make_enrolment, make_user
from tests.holdings import FACTORIES
from visitors import services as contact
from visitors.models import ContactMessage

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P5.2")]
FIELDS = [(label, name) for label, holding in registry.holdings.items() for name, _rule in holding.rectifiable()]


def proven(user: User) -> str:
    """An address that the person has shown to be theirs, beside the one they sign in with."""
    return str(EmailAddress.objects.create(user=user, email="lina@new-work.example", verified=True).email)


# What is typed, where not every text will do.
TYPED = {
    ("accounts.enrolment", "work_email"): proven,
    ("accounts.enrolment", "attributes"): lambda _user: "badge: 12\nstore: Lille 1",
    ("accounts.profile", "phone"): lambda _user: "+33 1 23 45 67 89",
}


def values(user: User) -> dict[str, Held]:
    """Everything of the person that may be corrected, by model and field; of several rows the first."""
    found: dict[str, Held] = {}
    for value in held(subject_of_user(user.pk)):
        found.setdefault(f"{value.holding.model_label.lower()}.{value.name}", value)
    return found


def fresh(value: Held) -> str:
    """What stands there now."""
    row = type(value.row)._base_manager.get(pk=value.row.pk)
    return Held(value.holding, row, value.name).text


@pytest.mark.parametrize(("label", "name"), FIELDS)
def test_every_field_that_may_be_corrected_is_changed_by_its_door_or_by_the_person_alone(label: str, name: str) -> None:
    user = make_user()
    made = {str(row.pk) for row in FACTORIES[label](user, "canary")}
    subject = subject_of_user(user.pk)
    mine = [value for value in held(subject) if value.holding.model_label.lower() == label and value.name == name]
    # Where the factory makes several rows, one that staff can change.
    value = min((found for found in mine if found.row_key in made), key=lambda found: found.elsewhere is not None)
    if value.elsewhere is not None:
        assert name == "email"
        assert value.elsewhere.url_name == "account_email"
        return
    typed = TYPED.get((label, name), lambda _user: "Rightly")(user)
    new = value.read(typed)
    assert value.text != value.written(new)
    assert value.hindrance(new) == ""
    others = {other.key: other.text for other in held(subject) if other.key != value.key}
    with transaction.atomic():
        locked = find(subject, value.holding.slug(), value.row_key, name, lock=True)
        assert locked is not None
        locked.put_right(SYSTEM, new)
    assert fresh(value) == value.written(new) == rectify.tidied(typed)
    assert {other.key: other.text for other in held(subject) if other.key != value.key} == others
    assert AuditEntry.objects.filter(subject_digest=value_digest(value, subject)).exists()


def value_digest(value: Held, subject: Subject) -> str:
    """Under which digest the audit has the person: their account's, or that of the address that the row has."""
    if isinstance(value.row, ContactMessage):
        return Subject(emails=frozenset({value.row.email})).digest
    return value.row.subject.digest if isinstance(value.row, Enrolment) else subject.digest


@pytest.mark.promise("P5.2")
def test_what_is_another_persons_is_never_found() -> None:
    user, other = make_user(), make_user()
    subject = subject_of_user(user.pk)
    assert find(subject, "accounts-profile", str(user.pk), "name") is not None
    forged = [
        ("accounts-profile", str(other.pk), "name"),
        ("accounts-user", str(other.pk), "username"),
        ("accounts-user", str(user.pk), "is_superuser"),
        ("accounts-user", str(user.pk), "password"),
        ("accounts-user", str(user.pk), "user__name"),
        ("accounts-profile", "' OR 1=1", "name"),
        ("accounts-customer", "1", "name"),
        ("auth-group", "1", "name"),
        ("accounts-", str(user.pk), "name"),
        ("", "", ""),
    ]
    assert [find(subject, *named) for named in forged] == [None] * len(forged)


def test_a_value_is_shown_with_the_words_of_the_data_map() -> None:
    user = make_user()
    Profile.objects.filter(user=user).update(name="Ann", address="1 rue A\r\nLyon ")
    found = values(user)
    assert (found["accounts.profile.name"].label, found["accounts.profile.name"].text) == ("Name", "Ann")
    assert found["accounts.profile.address"].text == "1 rue A\nLyon"
    assert found["accounts.profile.address"].multiline
    assert not found["accounts.profile.name"].multiline


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("accounts.profile.name", "x" * 121, "Use at most 120 characters; this has 121."),
        ("accounts.enrolment.nickname", "", "Enter a first name or nickname"),
        ("accounts.enrolment.nickname", "see evil.example", "without a link"),
        ("accounts.enrolment.attributes", "no colon here", "Write each fact on a line of its own"),
        ("accounts.enrolment.work_email", "nobody", "Enter an e-mail address with an @"),
        ("accounts.enrolment.work_email", "аnn@example.org", "looks like another"),
    ],
)
def test_what_cannot_be_is_refused_in_words(field: str, typed: str, words: str) -> None:
    user = make_user()
    make_enrolment(user=user)
    with pytest.raises(ValidationError) as refused:
        values(user)[field].read(typed)
    assert words in " ".join(refused.value.messages)


def test_an_empty_text_takes_away_what_may_be_absent() -> None:
    user = make_user(username="ann")
    assert values(user)["accounts.user.username"].read("  ") is None
    assert values(user)["accounts.profile.name"].read("") == ""


def test_that_a_name_is_somebody_elses_is_told_to_staff_and_not_to_the_person() -> None:
    make_user(username="ann")
    value = values(make_user())["accounts.user.username"]
    assert value.read("ann") == "ann"
    assert value.hindrance("ann") == "Another record has this already."
    assert value.hindrance("anna") == ""


def test_a_work_address_is_corrected_only_to_one_that_the_person_has_proven() -> None:
    user = make_user()
    enrolment = make_enrolment(user=user)
    make_user("boss@customer.example")
    value = values(user)["accounts.enrolment.work_email"]
    assert "has not shown with a code" in value.hindrance("boss@customer.example")
    EmailAddress.objects.create(user=user, email="lina@customer.example", verified=False)
    assert "has not shown with a code" in value.hindrance("lina@customer.example")
    EmailAddress.objects.filter(email="lina@customer.example").update(verified=True)
    assert value.hindrance("lina@customer.example") == ""
    make_enrolment("lina@customer.example", customer=enrolment.customer)
    assert value.hindrance("lina@customer.example") == "Another record has this already."


def test_the_work_address_of_someone_without_account_stays_what_proves_them() -> None:
    enrolment = make_enrolment("lina@customer.example")
    subject = Subject(emails=frozenset({"lina@customer.example"}))
    found = {value.name: value for value in held(subject)}
    assert found["nickname"].elsewhere is None
    assert found["nickname"].row_title == enrolment.customer.name
    assert found["work_email"].elsewhere is not None
    assert found["work_email"].elsewhere.url_name == "account_signup"


def test_facts_that_stay_keep_their_kind() -> None:
    user = make_user()
    enrolment = make_enrolment(user=user, attributes={"store": "Lyon 3", "badge": 12, "manager": True, "share": 0.5})
    value = values(user)["accounts.enrolment.attributes"]
    assert value.text == "badge: 12\nmanager: yes\nshare: 0.5\nstore: Lyon 3"
    value.put_right(SYSTEM, value.read("store: Lille 1\nbadge: 12\nmanager: yes\nshare: 0.7"))
    enrolment.refresh_from_db()
    assert enrolment.attributes == {"store": "Lille 1", "badge": 12, "manager": True, "share": "0.7"}


def test_of_many_rows_the_newest_are_shown_in_few_queries(
    monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    user = make_user()
    made = [make_enrolment(user=user, nickname=f"n{number}") for number in range(5)]
    monkeypatch.setattr(rectify, "MOST_ROWS", 3)
    # One for each holding, and two to know who the person is.
    with django_assert_max_num_queries(2 + len({label for label, _name in FIELDS})):
        shown = [value for value in held(subject_of_user(user.pk)) if value.name == "nickname"]
        assert [value.text for value in shown] == ["n4", "n3", "n2"]
        assert [value.row_title for value in shown] == [row.customer.name for row in reversed(made[2:])]


def test_a_door_is_registered_once() -> None:
    planted = Registry()
    register_door("accounts.Profile", Door(lambda *_given: None), into=planted)
    with pytest.raises(ImproperlyConfigured, match="two doors"):
        register_door("accounts.profile", Door(lambda *_given: None), into=planted)


def test_nobody_but_the_person_and_the_system_writes_by_the_services_behind_the_doors() -> None:
    user, other = make_user(), make_user(is_staff=True)
    enrolment = make_enrolment(user=user)
    for actor in (Actor.staff(other.pk), Actor.subject(other.pk, subject_of_user(other.pk).digest)):
        for key, typed in (("accounts.profile.name", "x"), ("accounts.user.username", "x")):
            with pytest.raises(PermissionDenied):
                values(user)[key].put_right(actor, typed)
        with pytest.raises(PermissionDenied):
            enrolling.correct_enrolment(actor=actor, enrolment_id=enrolment.pk, nickname="x")
        with pytest.raises(PermissionDenied):
            contact.correct_name(actor=actor, message_id=uuid4(), name="x")
    with pytest.raises(PermissionDenied):
        enrolling.correct_enrolment(actor=SYSTEM, enrolment_id=enrolment.pk, customer_id=1)
