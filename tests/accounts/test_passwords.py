"""Choosing a new password: forgotten, or changed while signed in."""

import pytest
from django.test import Client
from post_office.models import Email

from accounts.models import Session
from tests.accounts.flows import code_sent_to, newest_message, sign_in
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
RESET, CONFIRM, COMPLETE = (
    "/account/password/reset/",
    "/account/password/reset/confirm/",
    "/account/password/reset/complete/",
)
NEW = "seven purple lamps at noon"


def test_a_forgotten_password_is_replaced_with_a_code(client: Client) -> None:
    user = make_user()
    assert client.post(RESET, {"email": user.email})["Location"] == CONFIRM
    assert client.post(CONFIRM, {"code": code_sent_to(user.email)})["Location"] == COMPLETE
    assert client.post(COMPLETE, {"password1": NEW})["Location"] == "/account/password/reset/done/"
    assert sign_in(Client(), user, PASSWORD).status_code == 200
    assert sign_in(Client(), user, NEW).status_code == 302
    assert newest_message(user.email).subject == "Your password is changed"


def test_known_and_unknown_addresses_get_the_same_answers_at_every_step() -> None:
    make_user("known@example.org")
    seen = []
    for address in ("known@example.org", "nobody@example.org"):
        visitor = Client()
        asked = visitor.post(RESET, {"email": address})
        wrong = visitor.post(CONFIRM, {"code": "AAAA-AAAA"})
        body = [line for line in wrong.content.decode().replace(address, "ADDRESS").splitlines() if "csrf" not in line]
        seen.append((asked.status_code, asked["Location"], wrong.status_code, body))
    assert seen[0] == seen[1]


def test_nobody_without_an_account_gets_a_message(client: Client) -> None:
    client.post(RESET, {"email": "nobody@example.org"})
    assert not Email.objects.exists()


def test_a_wrong_code_five_times_ends_it(client: Client) -> None:
    user = make_user()
    client.post(RESET, {"email": user.email})
    for _attempt in range(5):
        answer = client.post(CONFIRM, {"code": "AAAA-AAAA"})
    assert answer["Location"] == "/account/login/"
    assert client.post(CONFIRM, {"code": code_sent_to(user.email)})["Location"] == "/account/login/"


def test_the_code_works_in_the_browser_that_asked_for_it_only(client: Client) -> None:
    user = make_user()
    client.post(RESET, {"email": user.email})
    assert Client().post(CONFIRM, {"code": code_sent_to(user.email)})["Location"] == "/account/login/"


def test_the_new_password_page_is_closed_without_the_code(client: Client) -> None:
    client.post(RESET, {"email": make_user().email})
    assert client.post(COMPLETE, {"password1": NEW})["Location"] == CONFIRM


def test_a_code_is_good_for_ten_minutes(client: Client) -> None:
    user = make_user()
    client.post(RESET, {"email": user.email})
    session = client.session
    session["account_password_reset_verification"]["at"] -= 10 * 60 + 1
    session.save()
    assert client.post(CONFIRM, {"code": code_sent_to(user.email)})["Location"] == "/account/login/"


def test_the_session_that_waits_for_the_code_belongs_to_the_person(client: Client) -> None:
    user = make_user()
    client.post(RESET, {"email": user.email})
    assert Session.objects.get().user_id == user.pk


def test_changing_the_password_keeps_this_browser_and_ends_the_others(client: Client) -> None:
    user = make_user()
    other = Client()
    sign_in(client, user)
    sign_in(other, user)
    client.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": NEW})
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302


def test_the_current_password_must_be_right(client: Client) -> None:
    sign_in(client, make_user())
    answer = client.post("/account/password/change/", {"oldpassword": "wrong", "password1": NEW})
    assert "That is not your current password" in answer.content.decode()


@pytest.mark.parametrize("weak", ["short", "123456789012", "password1234", "weak.person@example.org"])
def test_weak_passwords_are_refused(client: Client, weak: str) -> None:
    sign_in(client, make_user("weak.person@example.org"))
    answer = client.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": weak})
    assert answer.status_code == 200
    assert 'id="id_password1_error"' in answer.content.decode()


def test_the_code_goes_to_the_accounts_own_address_however_it_was_typed(client: Client) -> None:
    make_user("paul@shop.example")
    client.post(RESET, {"email": "paul@ｓｈｏｐ.example"})
    assert [mail.to for mail in Email.objects.all()] == [["paul@shop.example"]]


def test_a_look_alike_of_an_address_gets_no_code(client: Client) -> None:
    make_user("paul@shop.example")
    answer = client.post(RESET, {"email": "pаul@shop.example"})
    assert answer.status_code == 200
    assert not Email.objects.exists()
