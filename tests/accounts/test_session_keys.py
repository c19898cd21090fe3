"""The key of a session changes when somebody shows who they are, and no session lasts longer than two weeks."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models import Session
from tests.accounts.flows import confirm_again, sign_in
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P6.1")]


def test_a_session_has_a_new_key_whenever_somebody_shows_who_they_are(client: Client) -> None:
    client.get("/account/login/")
    user = make_user()
    sign_in(client, user)
    client.get("/account/")
    first = client.session.session_key
    stranger = Client()
    stranger.cookies[settings.SESSION_COOKIE_NAME] = str(first)
    assert stranger.get("/account/").status_code == 200
    confirm_again(client)
    assert client.session.session_key != first
    assert client.get("/account/").status_code == 200
    assert stranger.get("/account/").status_code == 302
    assert [row.session_key for row in UserSession.objects.all()] == [client.session.session_key]
    assert Session.objects.get().user_id == user.pk


def test_the_session_of_a_person_ends_two_weeks_after_they_signed_in_however_it_is_used(client: Client) -> None:
    sign_in(client, make_user())
    session = client.session
    for step in session["account_authentication_methods"]:
        step["at"] -= timedelta(days=13, hours=23).total_seconds()
    session.save()
    assert client.get("/account/").status_code == 200
    confirm_again(client)
    assert Session.objects.get().expire_date < timezone.now() + timedelta(hours=2)
    session = client.session
    for step in session["account_authentication_methods"]:
        step["at"] -= timedelta(hours=2).total_seconds()
    session.save()
    assert client.get("/account/").status_code == 302
