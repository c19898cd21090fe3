"""Signing in and out, being asked again, and the limits on guessing."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Session
from tests.accounts.flows import confirm_again, sign_in
from tests.customer_factories import make_administrator
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
LOGIN = "/account/login/"


def test_the_right_password_opens_the_account(client: Client) -> None:
    answer = sign_in(client, make_user())
    assert answer["Location"] == reverse("rights_requests:list")


def test_who_looks_after_the_people_of_a_customer_begins_with_them(client: Client) -> None:
    appointed = make_administrator()
    data = {"login": appointed.user.email, "password": PASSWORD}
    assert client.post(LOGIN, data)["Location"] == reverse("accounts:customer")
    assert client.get("/account/customer/").status_code == 200
    # Whoever was on the way to a page comes to that one.
    assert Client().post(f"{LOGIN}?next=/account/", data)["Location"] == "/account/"
    assert Client().post(f"/fr{LOGIN}", data)["Location"] == "/fr/account/customer/"
    appointed.delete()
    assert Client().post(LOGIN, data)["Location"] == reverse("rights_requests:list")


def test_staff_begin_at_their_desk(client: Client) -> None:
    assert sign_in(client, make_user(is_staff=True))["Location"] == reverse("admin:index")


def test_capitals_in_the_address_do_not_matter(client: Client) -> None:
    make_user("case@example.org")
    answer = client.post(LOGIN, {"login": "Case@Example.ORG", "password": "correct horse battery staple"})
    assert answer.status_code == 302


def test_a_wrong_password_is_said_at_the_field_and_the_address_stays_typed(client: Client) -> None:
    answer = sign_in(client, make_user("typed@example.org"), "wrong")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'value="typed@example.org"' in page
    assert 'id="id_password_error"' in page
    assert "do not belong together" in page
    assert "<title>Error: Sign in" in page


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer() -> None:
    make_user("known@example.org")
    bodies = []
    for address in ("known@example.org", "nobody@example.org"):
        answer = Client().post(LOGIN, {"login": address, "password": "wrong"})
        lines = answer.content.decode().replace(address, "ADDRESS").splitlines()
        bodies.append((answer.status_code, [line for line in lines if "csrfmiddlewaretoken" not in line]))
    assert bodies[0] == bodies[1]


def test_after_five_wrong_passwords_even_the_right_one_waits(client: Client) -> None:
    user = make_user()
    for _attempt in range(5):
        sign_in(client, user, "wrong")
    answer = sign_in(client, user)
    assert answer.status_code == 200
    assert "Wait five minutes" in answer.content.decode()


def test_the_way_back_leads_to_the_page_asked_for_and_never_to_another_site(client: Client) -> None:
    user = make_user()
    data = {"login": user.email, "password": "correct horse battery staple"}
    assert client.post(f"{LOGIN}?next=/account/", data)["Location"] == "/account/"
    client.post("/account/logout/")
    answer = client.post(LOGIN, {**data, "next": "https://elsewhere.example/"})
    assert answer["Location"] == reverse("rights_requests:list")


def test_an_address_that_was_never_confirmed_is_asked_for_its_code(client: Client) -> None:
    answer = sign_in(client, make_user(verified=False))
    assert answer["Location"] == "/account/confirm-email/"
    assert "_auth_user_id" not in client.session


def test_a_closed_account_is_told_so_only_with_the_right_password(client: Client) -> None:
    user = make_user(is_active=False)
    assert sign_in(client, user)["Location"] == reverse("account_inactive")
    assert sign_in(client, user, "wrong").status_code == 200


def test_a_session_knows_whose_it_is_from_sign_in_to_sign_out(client: Client) -> None:
    user = make_user()
    client.get(LOGIN)
    sign_in(client, user)
    assert list(Session.objects.values_list("user_id", flat=True)) == [user.pk]
    client.post("/account/logout/")
    assert not Session.objects.filter(user_id=user.pk).exists()


def test_a_sign_in_that_waits_for_its_second_half_already_belongs_to_the_person(client: Client) -> None:
    user = make_user(verified=False)
    sign_in(client, user)
    assert Session.objects.get().user_id == user.pk


def test_signing_out_takes_a_press_of_a_button_not_a_link(client: Client) -> None:
    client.force_login(make_user())
    assert "Sign out of this browser?" in client.get("/account/logout/").content.decode()
    assert "_auth_user_id" in client.session
    assert client.post("/ar/account/logout/")["Location"] == "/ar/"
    assert "_auth_user_id" not in client.session


def test_what_matters_asks_for_the_password_again(client: Client) -> None:
    user = make_user()
    sign_in(client, user)
    answer = client.get("/account/2fa/totp/activate/")
    assert answer["Location"].startswith("/account/reauthenticate/")
    assert "That is not your password" in confirm_again(client, "wrong").content.decode()
    confirm_again(client)
    assert client.get("/account/2fa/totp/activate/").status_code == 200


def test_being_asked_again_lasts_five_minutes(client: Client) -> None:
    sign_in(client, make_user())
    confirm_again(client)
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 301
    session.save()
    assert client.get("/account/2fa/totp/activate/").status_code == 302


def test_a_session_ends_with_the_browser_and_in_the_database_after_two_weeks(client: Client) -> None:
    answer = sign_in(client, make_user())
    cookie = answer.cookies["sessionid"]
    assert cookie["max-age"] == ""
    assert cookie["httponly"]
    assert Session.objects.get().expire_date < timezone.now() + timedelta(days=15)
