"""Staff appoint and remove those who look after a Customer's people."""

from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import PermissionDenied
from django.test import Client
from post_office.models import Email

from accounts import appointing, keys
from accounts.administering import customer_of
from accounts.errors import AppointmentRefused
from accounts.models import CustomerAdministrator, User
from privacy.actors import SYSTEM, Actor
from privacy.data_map.subject import Subject
from privacy.models import AuditEntry
from tests.accounts.flows import newest_message
from tests.customer_factories import make_administrator
from tests.factories import make_customer, make_staff, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P1.3")]
LIST = "/admin/accounts/customeradministrator/"
MAY = tuple(f"accounts.{act}_customeradministrator" for act in ("view", "add", "delete"))
ADDRESS = "boss@bleu.example"


@pytest.fixture
def colleague() -> User:
    return make_staff(perms=MAY)


@pytest.fixture
def staff(client: Client, colleague: User) -> Client:
    client.force_login(colleague)
    return client


def test_staff_appoint_and_remove_on_record(staff: Client, colleague: User) -> None:
    customer, account = make_customer("Marché Bleu"), make_user(ADDRESS)
    assert staff.post(f"{LIST}add/", {"customer": customer.pk, "account": " Boss@Bleu.example"}).status_code == 302
    assert customer_of(account.pk) == customer
    made = CustomerAdministrator.objects.get()
    letter = newest_message(ADDRESS)
    assert letter.subject == "You look after the people of Marché Bleu"
    assert "/account/customer/" in letter.message
    assert staff.post(f"{LIST}{made.pk}/delete/", {"post": "yes"}).status_code == 302
    assert customer_of(account.pk) is None
    entries = AuditEntry.objects.filter(event__startswith="customer_administrator.")
    assert [(entry.event, entry.actor) for entry in entries] == [
        ("customer_administrator.appointed", f"staff:{colleague.pk}"),
        ("customer_administrator.removed", f"staff:{colleague.pk}"),
    ]
    assert {entry.subject_digest for entry in entries} == {Subject(user_id=account.pk).digest}
    assert ADDRESS not in str(list(LogEntry.objects.values()))


@pytest.mark.parametrize(
    ("who", "answer"),
    [
        ("nobody", "There is no account with this address."),
        ("oneself", "Nobody appoints themselves."),
        ("closed", "This account is closed."),
        ("unconfirmed", "Nobody has confirmed the address of this account"),
        ("of another", "This account looks after another Customer."),
    ],
)
def test_who_cannot_be_appointed_is_answered_in_words(staff: Client, colleague: User, who: str, answer: str) -> None:
    address = {
        "nobody": lambda: "x@bleu.example",
        "oneself": lambda: colleague.email,
        "closed": lambda: make_user(is_active=False).email,
        "unconfirmed": lambda: make_user(verified=False).email,
        "of another": lambda: make_administrator().user.email,
    }[who]()
    before = CustomerAdministrator.objects.count()
    page = staff.post(f"{LIST}add/", {"customer": make_customer().pk, "account": address})
    assert answer in page.content.decode()
    assert CustomerAdministrator.objects.count() == before


def test_appointing_again_changes_nothing_and_one_account_has_one_customer() -> None:
    known = make_administrator()
    given = {"actor": SYSTEM, "customer_id": known.customer_id, "user_id": known.user_id}
    assert appointing.appoint(**given) == known
    with pytest.raises(AppointmentRefused):
        appointing.appoint(**{**given, "customer_id": make_customer().pk})
    assert not AuditEntry.objects.exists()
    appointing.remove(actor=SYSTEM, administrator_id=known.pk)
    appointing.remove(actor=SYSTEM, administrator_id=known.pk)
    assert AuditEntry.objects.filter(event="customer_administrator.removed").count() == 1


def test_no_customer_appoints_for_itself_and_nobody_themselves() -> None:
    known, colleague = make_administrator(), make_staff()
    as_customer = Actor.customer(known.user_id, customer_id=known.customer_id, digest="d" * 64)
    for actor, user in ((as_customer, make_user()), (Actor.staff(colleague.pk), colleague)):
        with pytest.raises(PermissionDenied):
            appointing.appoint(actor=actor, customer_id=known.customer_id, user_id=user.pk)
    with pytest.raises(PermissionDenied):
        appointing.remove(actor=as_customer, administrator_id=known.pk)
    with pytest.raises(User.DoesNotExist):
        appointing.appoint(actor=SYSTEM, customer_id=known.customer_id, user_id=uuid4())


def test_the_list_names_nobody_and_a_look_is_on_record(staff: Client) -> None:
    made = make_administrator(user=make_user(ADDRESS))
    assert ADDRESS not in staff.get(LIST).content.decode()
    assert str(made.user_id)[:8] in staff.get(LIST, {"q": ADDRESS}).content.decode()
    assert str(made.user_id)[:8] not in staff.get(LIST, {"q": "boss"}).content.decode()
    assert ADDRESS in staff.get(f"{LIST}{made.pk}/change/").content.decode()
    entry = AuditEntry.objects.get(event="customer_administrator.viewed")
    assert entry.subject_digest == Subject(user_id=made.user_id).digest


def test_several_are_removed_at_once_each_on_record(staff: Client) -> None:
    made = [make_administrator().pk for _number in range(2)]
    given = {"action": "delete_selected", "_selected_action": made, "post": "yes"}
    staff.post(LIST, given)
    assert not CustomerAdministrator.objects.exists()
    assert AuditEntry.objects.filter(event="customer_administrator.removed").count() == 2


def test_who_may_only_look_appoints_and_removes_nobody(client: Client) -> None:
    made = make_administrator()
    client.force_login(make_staff(perms=["accounts.view_customeradministrator"]))
    assert client.post(f"{LIST}add/", {}).status_code == 403
    assert client.post(f"{LIST}{made.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.post(f"{LIST}{made.pk}/change/", {"customer": 1}).status_code == 403
    assert CustomerAdministrator.objects.filter(pk=made.pk).exists()


def test_who_is_left_is_told_to_renew_the_keys_that_go_on_working(staff: Client) -> None:
    gone = make_administrator(customer=make_customer("Marché Bleu"))
    left = make_administrator(customer=gone.customer, user=make_user(ADDRESS))
    make_administrator(customer=gone.customer, user=make_user("closed@bleu.example", is_active=False))
    page = staff.post(f"{LIST}{make_administrator().pk}/delete/", {"post": "yes"}, follow=True)
    assert "go on working" not in page.content.decode()
    keys.make(actor=SYSTEM, customer_id=gone.customer_id, name="Payroll", scopes=["enrolments:read"])
    page = staff.post(f"{LIST}{gone.pk}/delete/", {"post": "yes"}, follow=True)
    assert "The API keys of Marché Bleu go on working" in page.content.decode()
    assert [letter.to for letter in Email.objects.all()] == [[left.user.email]]
    letter = newest_message(ADDRESS)
    assert letter.subject == "Renew the API keys of Marché Bleu"
    assert "Payroll" in letter.message
    assert len(keys.keys_of(gone.customer)) == 1
