"""Sessions that an attacker planted, kept or made up are nobody's (A8)."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import Session
from tests.accounts.flows import sign_in
from tests.factories import PASSWORD, make_staff, make_user
from tests.rights_requests.browsing import browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P6.1")]
MINE = "/account/"


def key_of(client: Client) -> str:
    """The key of the session that a browser has."""
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def holding(key: str) -> Client:
    """A browser of somebody who knows a key."""
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    return client


def is_in(client: Client) -> bool:
    """Whether somebody is signed in there."""
    return client.get(MINE).status_code == 200


def begun() -> Client:
    """A browser that has a session before anybody signed in."""
    client = Client()
    client.post(reverse("account_reset_password"), {"email": make_user().email})
    assert Session.objects.filter(pk=key_of(client)).exists()
    return client


def test_a_planted_session_is_left_behind_by_signing_in() -> None:
    attacker = begun()
    planted, victim = key_of(attacker), holding(key_of(attacker))
    assert sign_in(victim, make_user()).status_code == 302
    assert key_of(victim) != planted
    assert is_in(victim)
    assert not is_in(attacker)
    assert not Session.objects.filter(pk=planted).exists()


def test_a_session_that_the_attacker_made_up_is_none() -> None:
    made_up = "a" * 32
    victim = holding(made_up)
    assert sign_in(victim, make_user()).status_code == 302
    assert key_of(victim) != made_up
    assert not is_in(holding(made_up))
    assert not Session.objects.filter(pk=made_up).exists()


def test_a_key_that_was_used_up_is_dead() -> None:
    """After signing out, and after a new password in the very browser that chose it."""
    user, client = make_user(), Client()
    sign_in(client, user)
    stolen = key_of(client)
    changed = {"oldpassword": PASSWORD, "password1": "seven purple lamps at noon"}
    client.post(reverse("account_change_password"), changed)
    assert is_in(client)
    assert not is_in(holding(stolen))
    stolen = key_of(client)
    client.post(reverse("account_logout"))
    assert not is_in(holding(stolen))
    assert not Session.objects.filter(pk=stolen).exists()


def test_an_account_that_is_no_longer_staff_is_out_of_the_desk_at_once() -> None:
    clerk = make_staff(superuser=True)
    desk = browser_of(clerk)
    assert desk.get("/admin/").status_code == 200
    type(clerk).objects.filter(pk=clerk.pk).update(is_staff=False, is_superuser=False)
    assert desk.get("/admin/").status_code == 404
