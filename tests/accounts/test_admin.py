"""Accounts as staff see them."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts import services
from accounts.models import Session, User
from privacy.actors import Actor
from privacy.data_map.subject import Subject
from privacy.models import AuditEntry
from tests.accounts.flows import sign_in
from tests.factories import make_staff, make_user

pytestmark = pytest.mark.django_db
LIST = "/admin/accounts/user/"


def page_of(user: User) -> str:
    return f"{LIST}{user.pk}/change/"


def test_the_list_shows_no_addresses_and_finds_by_the_whole_address_only(client: Client) -> None:
    person = make_user("someone.special@example.org")
    client.force_login(make_staff(perms=["accounts.view_user"]))
    assert "someone.special" not in client.get(LIST).content.decode()
    whole = client.get(LIST, {"q": "someone.special@example.org"}).content.decode()
    part = client.get(LIST, {"q": "someone"}).content.decode()
    assert str(person.pk)[:8] in whole
    assert str(person.pk)[:8] not in part


def test_opening_an_account_is_recorded_for_the_person(client: Client) -> None:
    person, staff = make_user(), make_staff(perms=["accounts.view_user"])
    client.force_login(staff)
    assert client.get(page_of(person)).status_code == 200
    entry = AuditEntry.objects.get(event="account.viewed")
    assert entry.subject_digest == Subject(user_id=person.pk).digest
    assert entry.actor == f"staff:{staff.pk}"


def test_people_who_are_not_staff_find_nothing_there(client: Client) -> None:
    person = make_user()
    sign_in(client, person)
    assert client.get(page_of(person)).status_code in {302, 403, 404}


def test_looking_is_all_that_staff_without_every_right_can_do(client: Client) -> None:
    person = make_user()
    client.force_login(make_staff(perms=["accounts.view_user", "accounts.change_user"]))
    assert client.post(page_of(person), {"is_staff": "on"}).status_code == 403
    person.refresh_from_db()
    assert not person.is_staff


def test_who_may_do_everything_makes_an_account_staff_and_the_log_names_nobody(client: Client) -> None:
    person, team = make_user("made.staff@example.org"), Group.objects.create(name="Privacy team")
    client.force_login(make_staff(superuser=True))
    answer = client.post(page_of(person), {"is_active": "on", "is_staff": "on", "groups": [team.pk]})
    assert answer.status_code == 302
    person.refresh_from_db()
    assert person.is_staff
    assert list(person.groups.all()) == [team]
    assert AuditEntry.objects.filter(event="account.access_changed").count() == 1
    assert not LogEntry.objects.exists()


def test_closing_an_account_signs_it_out_at_once(client: Client) -> None:
    person, theirs = make_user(), Client()
    sign_in(theirs, person)
    client.force_login(make_staff(superuser=True))
    client.post(page_of(person), {"is_staff": ""})
    assert not Session.objects.filter(user_id=person.pk).exists()
    assert theirs.get("/account/").status_code == 302


def test_nobody_changes_their_own_access(client: Client) -> None:
    boss = make_staff(superuser=True)
    client.force_login(boss)
    assert client.post(page_of(boss), {"is_active": "on"}).status_code == 403
    with pytest.raises(PermissionDenied):
        services.change_access(actor=Actor.staff(boss.pk), user_id=boss.pk, is_active=True, is_staff=False)


def test_staff_who_may_not_do_everything_cannot_go_around_the_screen() -> None:
    staff, person = make_staff(), make_user()
    with pytest.raises(PermissionDenied):
        services.change_access(actor=Actor.staff(staff.pk), user_id=person.pk, is_active=True, is_staff=True)


def test_deciding_the_same_twice_leaves_one_entry() -> None:
    boss, person = make_staff(superuser=True), make_user()
    for _time in range(2):
        services.change_access(actor=Actor.staff(boss.pk), user_id=person.pk, is_active=True, is_staff=True)
    assert AuditEntry.objects.filter(event="account.access_changed").count() == 1


def test_the_log_names_things_by_number_only(client: Client) -> None:
    team = Group.objects.create(name="Mara's team")
    client.force_login(make_staff(superuser=True))
    client.post(f"/admin/auth/group/{team.pk}/change/", {"name": "Mara Lindqvist's team"})
    entry = LogEntry.objects.get()
    assert entry.object_repr == f"group {team.pk}"
    assert "Mara" not in entry.change_message + entry.object_repr


def test_no_account_can_be_deleted_past_an_erasure(client: Client) -> None:
    person = make_user()
    client.force_login(make_staff(superuser=True))
    assert client.post(f"{LIST}{person.pk}/delete/", {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=person.pk).exists()


@pytest.mark.parametrize("lookup", ["password__startswith", "email__startswith", "username__contains", "password"])
def test_no_column_can_be_guessed_letter_by_letter_from_the_address_bar(client: Client, lookup: str) -> None:
    make_user("someone.special@example.org")
    client.force_login(make_staff(perms=["accounts.view_user"]))
    assert client.get(LIST, {lookup: "a"}).status_code == 400
    assert client.get(LIST, {"is_staff__exact": "1"}).status_code == 200


def test_a_team_is_not_changed_by_its_own_members(client: Client) -> None:
    team = Group.objects.create(name="Support")
    client.force_login(make_staff(perms=["auth.change_group", "auth.add_group", "auth.view_group"], groups=["Support"]))
    page = f"/admin/auth/group/{team.pk}/change/"
    assert client.get(page).status_code == 200
    powers = list(Permission.objects.filter(codename="change_rightsrequest").values_list("pk", flat=True))
    assert client.post(page, {"name": "Support", "permissions": powers}).status_code == 403
    assert not team.permissions.exists()
