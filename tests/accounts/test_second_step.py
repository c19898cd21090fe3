"""The second step of signing in: an app, recovery codes, passkeys."""

import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client

from accounts import secrets
from accounts.models import User
from tests.accounts.flows import confirm_again, newest_message, sign_in
from tests.factories import make_user

pytestmark = pytest.mark.django_db
ACTIVATE, AUTHENTICATE = "/account/2fa/totp/activate/", "/account/2fa/authenticate/"


def code_of(secret: str) -> str:
    """What an authenticator app shows now."""
    return str(totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30)))


def add_app(client: Client, user: User) -> str:
    """Add an authenticator app; returns its secret."""
    sign_in(client, user)
    confirm_again(client)
    page = client.get(ACTIVATE).content.decode()
    found = re.search(r'id="authenticator_secret">([A-Z2-7]+)<', page)
    assert found
    answer = client.post(ACTIVATE, {"code": code_of(found.group(1))})
    assert answer["Location"] == "/account/2fa/recovery-codes/"
    return found.group(1)


def test_an_app_is_added_and_asked_for_at_the_next_sign_in(client: Client) -> None:
    user = make_user()
    secret = add_app(client, user)
    visitor = Client()
    assert sign_in(visitor, user)["Location"] == AUTHENTICATE
    assert "_auth_user_id" not in visitor.session
    Authenticator.objects.update(last_used_at=None)
    assert visitor.post(AUTHENTICATE, {"code": "000000"}).status_code == 200
    cache.clear()  # half a minute passes: a code opens once only
    assert visitor.post(AUTHENTICATE, {"code": code_of(secret)}).status_code == 302
    assert visitor.get("/account/").status_code == 200


def test_a_code_opens_once_for_as_long_as_it_is_good(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    user = make_user()
    secret, now = add_app(client, user), time.time()
    ahead = str(totp.format_hotp_value(totp.hotp_value(secret, int(now) // 30 + 1)))
    for later, status in ((0, 302), (31, 200)):
        monkeypatch.setattr(time, "time", lambda later=later: now + later)
        visitor = Client()
        sign_in(visitor, user)
        assert visitor.post(AUTHENTICATE, {"code": ahead}).status_code == status
        cache.delete(f"allauth.mfa.totp.used?user={user.pk}&code={ahead}")


def test_adding_an_app_is_told_by_mail(client: Client, django_capture_on_commit_callbacks: Any) -> None:
    user = make_user()
    with django_capture_on_commit_callbacks(execute=True):
        add_app(client, user)
    message = newest_message(user.email)
    assert message.subject == "Your second step is on"
    assert "http://127.0.0.1:8000/account/password/reset/" in message.message


def test_the_square_for_the_camera_is_in_the_page_and_asks_no_data_address(client: Client) -> None:
    user = make_user()
    sign_in(client, user)
    confirm_again(client)
    page = client.get(ACTIVATE).content.decode()
    assert "<svg" in page
    assert "data:image" not in page
    assert "<?xml" not in page


def test_a_wrong_code_while_adding_is_answered_in_words(client: Client) -> None:
    sign_in(client, make_user())
    confirm_again(client)
    answer = client.post(ACTIVATE, {"code": "000000"})
    assert "That code does not work" in answer.content.decode()
    assert not Authenticator.objects.exists()


def test_a_recovery_code_opens_once(client: Client) -> None:
    user = make_user()
    add_app(client, user)
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    first, second = Client(), Client()
    sign_in(first, user)
    assert first.post(AUTHENTICATE, {"code": codes[0]}).status_code == 302
    sign_in(second, user)
    assert second.post(AUTHENTICATE, {"code": codes[0]}).status_code == 200


def test_secrets_are_not_readable_in_the_database(client: Client) -> None:
    user = make_user()
    secret = add_app(client, user)
    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in str(stored)
    assert secrets.unseal(stored) == secret


def test_a_secret_that_was_altered_is_noticed() -> None:
    sealed = secrets.seal("JBSWY3DPEHPK3PXP")
    assert sealed != secrets.seal("JBSWY3DPEHPK3PXP")
    with pytest.raises(secrets.SecretBroken):
        secrets.unseal(sealed[:-8] + ("A" * 8))
    with pytest.raises(secrets.SecretBroken):
        secrets.unseal("not sealed at all")


def test_removing_the_app_asks_for_the_person_again_and_tells_by_mail(client: Client) -> None:
    user = make_user()
    add_app(client, user)
    assert client.post("/account/2fa/totp/deactivate/")["Location"] == "/account/2fa/"
    assert not Authenticator.objects.filter(type="totp").exists()
    assert newest_message(user.email).subject == "Your authenticator app is removed"


def test_the_app_counts_as_a_way_to_be_asked_again(client: Client) -> None:
    user = make_user()
    add_app(client, user)
    page = client.get("/account/reauthenticate/").content.decode()
    assert "/account/2fa/reauthenticate/" in page


@pytest.mark.parametrize("path", ["/account/2fa/", "/account/2fa/webauthn/", "/account/2fa/webauthn/add/"])
def test_the_pages_of_second_steps_open(client: Client, path: str) -> None:
    sign_in(client, make_user())
    confirm_again(client)
    page = client.get(path).content.decode()
    assert page.count("<h1") == 1


def test_a_passkey_does_not_replace_the_password(client: Client) -> None:
    assert client.get("/account/2fa/webauthn/login/").status_code == 404
