"""Steps that people take, as the tests walk them: sign up, sign in, read the code in the newest message."""

import re
from typing import Any

from django.test import Client
from django.urls import reverse
from post_office.models import Email

from accounts.models import User
from tests.factories import PASSWORD

CODE = re.compile(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", re.MULTILINE)


def newest_message(to: str) -> Email:
    """The newest message queued to an address."""
    return Email.objects.filter(to=to).latest("id")


def code_sent_to(address: str) -> str:
    """The code in the newest message to an address."""
    found = CODE.search(newest_message(address).message)
    if found is None:
        raise AssertionError("there is no code in the newest message")
    return found.group(1)


def digits_sent_to(address: str) -> str:
    """The six digits in the newest message to a work address."""
    found = re.search(r"^\d{6}$", newest_message(address).message, re.MULTILINE)
    if found is None:
        raise AssertionError("there are no digits in the newest message")
    return found.group()


def sign_up(client: Client, email: str, password: str = PASSWORD) -> Any:
    """Fill in the sign-up page."""
    return client.post(reverse("account_signup"), {"email": email, "password1": password})


def sign_in(client: Client, user: User, password: str = PASSWORD) -> Any:
    """Fill in the sign-in page."""
    return client.post(reverse("account_login"), {"login": user.email, "password": password})


def confirm_again(client: Client, password: str = PASSWORD) -> Any:
    """Show again that it is the same person."""
    return client.post(reverse("account_reauthenticate"), {"password": password})
