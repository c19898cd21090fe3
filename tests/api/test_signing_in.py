"""Signing in with an app: no weaker way in than the pages, a token that ends as every session does, and no cookie."""

from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache, caches
from django.test import Client

from accounts.models import Session, User
from accounts.services import change_access
from occicor.cache import ForgivingRedisCache
from privacy import restriction
from privacy.actors import SYSTEM, Actor
from privacy.data_map.subject import subject_of_user
from privacy.vocabulary import StopGround
from tests.accounts.flows import code_sent_to, sign_in
from tests.accounts.test_second_step import add_app, code_of
from tests.api.app import App
from tests.factories import PASSWORD, make_staff, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P4.1")]
# The day of birth is asked of whoever opens an account; it is not kept.
NEW = {"email": "new@example.org", "password": PASSWORD, "born_day": "27", "born_month": "3", "born_year": "1990"}


@pytest.fixture
def user() -> User:
    """A person with an account."""
    return make_user("ada@example.org")


def signs_in(user: User, password: str = PASSWORD) -> Any:
    return App().post("auth/login", {"email": user.email, "password": password})


def test_an_account_is_opened_with_the_code_from_the_message() -> None:
    app = App()
    begun = app.post("auth/signup", NEW)
    assert begun.status_code == 401
    app.token = begun.json()["meta"]["session_token"]
    assert app.get("profile/").status_code == 401
    assert app.post("auth/email/verify", {"key": "AAAA-AAAA"}).status_code == 400
    done = app.post("auth/email/verify", {"key": code_sent_to(NEW["email"])})
    assert done.status_code == 200, done.content
    app.token = done.json()["meta"].get("session_token", app.token)
    assert app.get("profile/").json()["email"] == NEW["email"]
    assert not app.client.cookies


def test_whoever_asks_learns_nothing_about_an_address(user: User) -> None:
    answers = [App().post("auth/signup", {**NEW, "email": address}) for address in (user.email, "no@example.org")]
    shown = [{**answer.json(), "meta": None} for answer in answers]
    assert (shown[0], answers[0].status_code) == (shown[1], answers[1].status_code)
    reset = [App().post("auth/password/request", {"email": address}) for address in (user.email, "no@example.org")]
    assert [answer.status_code for answer in reset] == [401, 401]


def test_a_code_for_a_new_password_goes_to_the_account_and_to_no_look_alike(user: User) -> None:
    answer = App().post("auth/password/request", {"email": "аda@example.org"})
    assert answer.status_code == 400
    app = App()
    app.token = app.post("auth/password/request", {"email": user.email}).json()["meta"]["session_token"]
    key = code_sent_to(user.email)
    answer = app.post("auth/password/reset", {"key": key, "password": "another good pass phrase"})
    assert answer.status_code == 401
    assert signs_in(user).status_code == 400
    assert signs_in(user, "another good pass phrase").status_code == 200


def test_a_second_step_is_asked_for_here_too(user: User) -> None:
    secret = add_app(Client(), user)
    caches["default"].clear()
    begun = signs_in(user)
    assert begun.status_code == 401
    assert {"id": "mfa_authenticate", "is_pending": True}.items() <= next(
        flow for flow in begun.json()["data"]["flows"] if flow["id"] == "mfa_authenticate"
    ).items()
    app = App(begun.json()["meta"]["session_token"])
    assert app.get("profile/").status_code == 401
    assert app.post("auth/2fa/authenticate", {"code": "000000"}).status_code == 400
    caches["default"].clear()  # half a minute passes: a code opens once only
    shown = code_of(secret)
    done = app.post("auth/2fa/authenticate", {"code": shown})
    assert done.status_code == 200
    assert App(done.json()["meta"].get("session_token", app.token)).get("profile/").status_code == 200
    # The library forgets a code before it stops to be good; we do not, however it is written and wherever.
    cache.delete(f"allauth.mfa.totp.used?user={user.pk}&code={shown}")
    spaced = f"{shown[:3]}-{shown[3:]}"
    again = App(signs_in(user).json()["meta"]["session_token"])
    assert again.post("auth/2fa/authenticate", {"code": spaced}).status_code == 400
    inside = App(done.json()["meta"].get("session_token", app.token))
    assert inside.post("auth/2fa/reauthenticate", {"code": spaced}).status_code == 400
    page = Client()
    sign_in(page, user)
    assert page.post("/account/2fa/authenticate/", {"code": spaced}).status_code == 200


def test_the_token_is_a_session_of_ours_that_the_site_lists_and_ends(user: User, client: Client) -> None:
    app = App.of(user)
    assert Session.objects.get(session_key=app.token).user_id == user.pk
    assert UserSession.objects.filter(user=user, session_key=app.token).exists()
    sign_in(client, user)
    client.post("/account/sessions/")
    assert app.get("profile/").status_code == 401
    assert client.get("/account/").status_code == 200


def test_signing_out_ends_the_token_at_once(user: User) -> None:
    app = App.of(user)
    assert app.asks("delete", "auth/session").status_code == 401
    assert app.get("profile/").status_code == 401
    assert not Session.objects.filter(user_id=user.pk).exists()


def test_whoever_is_shut_out_is_shut_out_of_the_app(user: User) -> None:
    app = App.of(user)
    boss = make_staff(superuser=True)
    change_access(actor=Actor.staff(boss.pk), user_id=user.pk, is_active=False, is_staff=False)
    assert app.get("profile/").status_code == 401
    assert signs_in(user).status_code in {400, 401}


@pytest.mark.promise("P9.1")
def test_a_block_keeps_an_app_out_as_it_does_a_browser(user: User) -> None:
    subject = subject_of_user(user.pk)
    who = {"subject_digest": subject.digest, "digests": subject.digests()}
    restriction.impose(actor=SYSTEM, **who, ground=StopGround.MINOR)
    answer = signs_in(user)
    assert "session_token" not in answer.json().get("meta", {}) if answer.status_code < 500 else False
    assert not Session.objects.filter(user_id=user.pk).exists()


def test_a_password_is_not_tried_without_end_even_while_valkey_is_away(
    user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for away in (False, True):
        caches["default"].clear()
        if away:
            monkeypatch.setattr(ForgivingRedisCache.breaker, "_closed_from", float("inf"))
        seen = [signs_in(user, f"wrong {turn}") for turn in range(6)]
        assert {answer.status_code for answer in seen} == {400}
        codes = [answer.json()["errors"][0]["code"] for answer in seen]
        assert codes == ["email_password_mismatch"] * 5 + ["too_many_login_attempts"]
        assert signs_in(user).status_code == 400
        caches["default"].clear()


def test_a_flood_is_told_when_to_come_back(settings: Any, user: User) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login": "1/m/ip"}
    assert signs_in(user).status_code == 200
    flood = signs_in(user)
    assert (flood.status_code, flood["Retry-After"]) == (429, "60")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[" * 50_000, 400),
        # Deep enough to run out of calls after it was read, and not before.
        (b"[" * 700 + b"]" * 700, 400),
        (b"{", 400),
        (b"[]", 400),
        (b'{"email": "\\ud800", "password": "x"}', 400),
        (b"x" * 70_000, 413),
    ],
)
def test_what_cannot_be_read_is_refused_in_our_shape(body: bytes, status: int) -> None:
    answer = Client().post("/api/v1/auth/login", body, content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


def test_no_address_of_the_library_that_we_do_not_serve_is_there(user: User) -> None:
    app = App.of(user)
    for address in ("account/phone", "account/email", "account/password/change", "tokens/refresh", "auth/code/confirm"):
        assert app.get(address).status_code == 404
