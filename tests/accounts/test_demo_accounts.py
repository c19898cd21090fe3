"""The demonstration accounts: made once, kept, and never put among real ones."""

import json
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.test import override_settings
from post_office.models import Email

from accounts import demo_accounts, roles
from accounts.models import Customer, CustomerAdministrator, Enrolment, User
from tests.factories import make_user

pytestmark = pytest.mark.django_db
STAFF = {"agent", "senior", "officer", "deputy", "auditor", "support", "writer"}


def test_they_are_made_once_with_passwords_that_stay_and_only_their_owner_can_read(tmp_path: Path) -> None:
    path = tmp_path / "accounts.json"
    first = demo_accounts.ensure(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert demo_accounts.ensure(path) == first
    assert {access.role for access in first} == {*STAFF, "subject", "other_subject", "administrator"}
    assert len({access.password for access in first}) == len(first)
    for access in first:
        user = User.objects.get(email=access.email)
        assert user.check_password(access.password)
        assert not user.is_superuser
        assert EmailAddress.objects.get(user=user).verified
        assert user.is_staff == (access.role in STAFF)


def test_staff_may_work_the_queue_and_nothing_more(tmp_path: Path) -> None:
    demo_accounts.ensure(tmp_path / "accounts.json")
    agent = User.objects.get(email="agent@occicor.example")
    assert agent.get_all_permissions() == {*roles.QUEUE, *roles.EVIDENCE, *roles.PEOPLE_CARE}
    officer = User.objects.get(email="officer@occicor.example")
    assert officer.get_all_permissions() == set(roles.PERMISSIONS[roles.OFFICERS])
    may_change = {name for name in officer.get_all_permissions() if not name.split(".")[1].startswith("view_")}
    assert may_change <= {
        *(*roles.QUEUE, *roles.EVIDENCE, *roles.APPROVAL, *roles.QUESTION, *roles.REGISTERS, *roles.CASES),
        *("privacy.change_readingday", "privacy.hold_back"),
    }


def test_an_account_that_was_erased_stays_erased(tmp_path: Path) -> None:
    path = tmp_path / "accounts.json"
    demo_accounts.ensure(path)
    User.objects.filter(email="noor.haddad@example.org").delete()
    demo_accounts.ensure(path)
    assert not User.objects.filter(email="noor.haddad@example.org").exists()


def test_a_database_with_accounts_of_its_own_gets_none(tmp_path: Path) -> None:
    make_user()
    assert demo_accounts.ensure(tmp_path / "accounts.json") == []
    assert User.objects.count() == 1
    assert not (tmp_path / "accounts.json").exists()


def test_the_command_refuses_where_it_is_not_allowed() -> None:
    with override_settings(DEMO_ACCOUNTS=False), pytest.raises(CommandError, match="DEMO_ACCOUNTS is off"):
        call_command("demo_data")


def test_two_customers_and_their_people_are_made_once(tmp_path: Path) -> None:
    with override_settings(VAR_DIR=tmp_path, DEMO_ACCOUNTS=True):
        call_command("demo_data", verbosity=0)
        first = set(Enrolment.objects.values_list("work_email", flat=True))
        Enrolment.objects.filter(nickname="Lina").delete()
        call_command("demo_data", verbosity=0)
    assert first == {
        *(f"{name}@marche-lavande.example" for name in ("admin", "lina", "tarek", "maelle", "yanis")),
        "jo@epicerie-du-port.example",
    }
    assert not Enrolment.objects.filter(nickname="Lina").exists()
    assert set(Customer.objects.values_list("our_role", "answers_itself")) == {
        ("controller", False),
        ("processor", True),
    }
    administrator = CustomerAdministrator.objects.get()
    assert (administrator.user.email, administrator.customer.name) == ("admin@marche-lavande.example", "Marché Lavande")
    assert administrator.user.enrolments.get().customer == administrator.customer
    assert Enrolment.objects.filter(ended_at__isnull=False).count() == 2
    assert Email.objects.filter(to="jo@epicerie-du-port.example").exists()


def test_teams_of_an_older_version_get_what_this_one_has(tmp_path: Path) -> None:
    demo_accounts.ensure(tmp_path / "accounts.json")
    Group.objects.get(name=roles.AGENTS).permissions.clear()
    demo_accounts.ensure(tmp_path / "accounts.json")
    assert User.objects.get(email="agent@occicor.example").get_all_permissions() >= set(roles.PEOPLE_CARE)


def test_a_role_that_an_older_version_did_not_have_gets_its_account(tmp_path: Path) -> None:
    path = tmp_path / "accounts.json"
    first = demo_accounts.ensure(path)
    User.objects.filter(email="auditor@occicor.example").delete()
    rows = [row for row in json.loads(path.read_text(encoding="utf-8")) if row["role"] != "auditor"]
    path.write_text(json.dumps(rows), encoding="utf-8")
    again = {access.role: access for access in demo_accounts.ensure(path)}
    assert User.objects.get(email="auditor@occicor.example").check_password(again["auditor"].password)
    assert again["agent"] in first
