"""Changing the address of an account."""

import pytest
from django.test import Client

from accounts.models import User
from privacy.data_map.subject import subject_of_user
from tests.accounts.flows import code_sent_to, confirm_again, newest_message, sign_in
from tests.factories import make_user

pytestmark = pytest.mark.django_db
EMAIL, CONFIRM = "/account/email/", "/account/confirm-email/"


def ask(client: Client, address: str) -> None:
    """Ask for another address, showing again who one is where that is asked."""
    confirm_again(client)
    client.post(EMAIL, {"email": address, "action_add": "1"})


def test_the_address_changes_when_the_code_sent_there_is_entered(client: Client) -> None:
    user = make_user("old@example.org")
    sign_in(client, user)
    ask(client, "New@Example.org")
    user.refresh_from_db()
    assert user.email == "old@example.org"
    client.post(CONFIRM, {"code": code_sent_to("new@example.org")})
    user.refresh_from_db()
    assert user.email == "new@example.org"
    told = newest_message("old@example.org").message
    assert "is no longer old@example.org" in told
    assert "new@example.org" not in told


def test_an_address_that_is_not_confirmed_says_nothing_about_whose_data_it_is(client: Client) -> None:
    user = make_user("mine@example.org")
    sign_in(client, user)
    ask(client, "yours@example.org")
    user.emailaddress_set.create(email="typed@example.org", verified=False)
    assert subject_of_user(user.pk).emails == frozenset({"mine@example.org"})


def test_the_address_of_another_account_cannot_be_taken_nor_is_it_told(client: Client) -> None:
    make_user("taken@example.org")
    user = make_user()
    sign_in(client, user)
    ask(client, "taken@example.org")
    page = client.get(CONFIRM).content.decode()
    assert "Enter the code from our message" in page
    assert "already" not in page
    assert User.objects.filter(email="taken@example.org").count() == 1


def test_the_page_names_the_address_of_today(client: Client) -> None:
    sign_in(client, make_user("today@example.org"))
    assert "today@example.org" in client.get(EMAIL).content.decode()
