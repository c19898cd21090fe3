"""Who fails to sign in, or is turned away, leaves a line in the log that names nobody."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts import second_steps
from accounts.models import User
from tests.accounts.flows import PASSWORD, sign_in
from tests.accounts.test_second_step import AUTHENTICATE, add_app, code_of
from tests.factories import make_user
from tests.rights_requests.browsing import browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P6.1")]
FROM = "203.0.113.77"


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.WARNING)
    return caplog


def test_a_failed_attempt_is_in_the_log_and_names_nobody(said: pytest.LogCaptureFixture) -> None:
    user = make_user()
    sign_in(Client(REMOTE_ADDR=FROM), user, "wrong\nSign-in failed: forged")
    Client().post("/account/login/", {"login": "nobody@example.org\r\nforged", "password": "wrong"})
    Client().post("/account/login/", {"login": "nobody@example.org", "password": "wrong"})
    lines = [line.getMessage() for line in said.records if line.name == "accounts.failed_sign_ins"]
    assert len(lines) == 2
    assert lines[0].startswith("Sign-in failed: wrong password, account ")
    assert lines[0].endswith("network 203.0.113.0/24")
    assert lines[0].split(", ")[1] != lines[1].split(", ")[1]
    for told in (user.email, str(user.pk), FROM, "forged", "nobody@example.org"):
        assert told not in "".join(lines)


@pytest.mark.parametrize("door", ["page", "app"])
def test_a_wrong_second_step_is_in_the_log_as_a_wrong_password_is(
    door: str, said: pytest.LogCaptureFixture, client: Client
) -> None:
    """A code that is wrong, one that was used before, and a passkey that is not theirs."""
    user = make_user()
    secret, visitor = add_app(client, user), Client(REMOTE_ADDR=FROM)
    second_steps.was_used(user.pk, used := code_of(secret))
    cache.delete(f"allauth.mfa.totp.used?user={user.pk}&code={used}")
    sign_in(visitor, user, "wrong")
    first = [_to_page, _to_app][door == "app"](visitor, user)
    for step in ({"code": "000000"}, {"code": used}, {"credential": {"id": "AA", "rawId": "AA", "response": {}}}):
        first(step)
    lines = [line.getMessage() for line in said.records if line.name == "accounts.failed_sign_ins"]
    assert [line.split(",")[0] for line in lines] == [
        "Sign-in failed: wrong password",
        *3 * ["Sign-in failed: wrong second step"],
    ]
    assert len({line.split(",", 1)[1] for line in lines}) == 1, "of the same account, from the same network"
    assert all(line.endswith("network 203.0.113.0/24") for line in lines)


def _to_page(visitor: Client, user: User) -> Callable[[dict[str, Any]], Any]:
    """Takes a second step at the page."""
    sign_in(visitor, user)
    visitor.get(AUTHENTICATE)
    return lambda step: visitor.post(
        AUTHENTICATE, {name: value if isinstance(value, str) else json.dumps(value) for name, value in step.items()}
    )


def _to_app(visitor: Client, user: User) -> Callable[[dict[str, Any]], Any]:
    """Takes a second step at the door for apps."""
    said = {"email": user.email, "password": PASSWORD}
    token = visitor.post("/api/v1/auth/login", said, "application/json").json()["meta"]["session_token"]
    headers = {"X-Session-Token": token}
    visitor.get("/api/v1/auth/webauthn/authenticate", headers=headers)
    return lambda step: visitor.post(
        "/api/v1/auth/2fa/authenticate" if "code" in step else "/api/v1/auth/webauthn/authenticate",
        step,
        "application/json",
        headers=headers,
    )


def test_who_is_turned_away_is_in_the_log(said: pytest.LogCaptureFixture) -> None:
    browser_of(make_user()).get("/admin/rights_requests/rightsrequest/")
    Client(enforce_csrf_checks=True).post("/account/login/", {"login": "x@example.org", "password": "x"})
    user = make_user()
    for _attempt in range(6):
        sign_in(Client(), user, "wrong")
    lines = [line.getMessage() for line in said.records]
    assert any("/admin/rights_requests/rightsrequest/" in line for line in lines), lines
    assert any(line.startswith("Forbidden") and "/account/login/" in line for line in lines), lines
    assert sum(line.startswith("Sign-in failed") for line in lines) == 5
    cache.clear()
