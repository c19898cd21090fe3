"""What every address of the API has in common: problems, reading, versions, keys, counts."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError
from django.test import Client

from accounts.models import Profile
from privacy import repeats
from privacy.api import once
from privacy.models import AuditEntry, KeptAnswer
from rights_requests.models import RightsRequest
from tests.api.app import App
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P0.1")]


@pytest.fixture
def app() -> App:
    """The app of somebody without a request so far."""
    return App.of(make_user("ada@example.org"))


def test_whatever_is_not_done_is_told_in_one_shape_and_in_the_language_that_is_asked_for(app: App) -> None:
    wrong: list[tuple[Any, int, str]] = [
        (App().get("profile/"), 401, "sign-in"),
        (App(token="x" * 32).get("profile/"), 401, "sign-in"),
        (app.get("requests/OC-0000-0000/"), 404, "not-found"),
        (app.get("no/such/address"), 404, "not-found"),
        (App().post("no/such/address", {}), 404, "not-found"),
        (app.asks("DELETE", "profile/"), 405, "method"),
        (app.post("requests/", []), 422, "invalid"),
        (app.get("requests/?limit=0"), 422, "invalid"),
        (app.get("requests/?limit=0000000011234567"), 422, "invalid"),
        (app.get("requests/?limit=" + "1" * 5000), 422, "invalid"),
        (app.get("requests/?cursor=x"), 422, "invalid"),
        (app.asks("PATCH", "profile/", {"name": "Ada"}), 428, "precondition"),
        (app.asks("PATCH", "profile/", {"name": "Ada"}, If_Match='"x"'), 412, "changed"),
    ]
    for answer, status, word in wrong:
        said = answer.json()
        assert (answer.status_code, said["status"], said["type"]) == (
            status,
            status,
            f"{settings.SITE_URL}/api/docs/#problem-{word}",
        )
        assert answer["Content-Type"] == "application/problem+json"
        assert answer["Cache-Control"] == "no-store, private"
        assert not answer.cookies
    french = app.get("requests/OC-0000-0000/", Accept_Language="fr")
    assert french["Content-Language"] == "fr"
    assert french.json()["title"] != wrong[2][0].json()["title"]
    unknown = App().get("profile/", Accept_Language="fr").json()
    assert unknown["detail"] == unknown["title"] == "Connectez-vous d’abord"
    assert App().get("profile/")["WWW-Authenticate"].startswith("X-Session-Token")


def test_who_asks_in_the_clear_is_refused_and_not_led_on(app: App, settings: Any) -> None:
    """Led to HTTPS, an app would go on sending its token in the clear first, and nobody would notice."""
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = [r"^api/v1/"]
    answer = app.get("profile/", Accept_Language="fr")
    assert answer.status_code == 403
    assert answer.json()["detail"].startswith("Passez par HTTPS.")
    assert "Location" not in answer
    assert Client().get("/").status_code == 301
    assert Client().get("/api/v1/profile/", secure=True).status_code == 401


BODIES = {
    b"": 422,
    b"{": 400,
    b'{"right": "access", "right": "erasure"}': 400,
    b'{"message": NaN}': 400,
    b'{"message": 1e999}': 400,
    b'{"message": "\\ud800"}': 400,
    b"\xff": 400,
    b"[" * 9 + b"]" * 9: 400,
    b"[" * 40_000: 400,
    b'{"right": "access", "message": "\\u0000"}': 422,
    b'{"right": "access", "message": 7}': 422,
    b'{"right": "access", "status": "completed"}': 422,
    b'{"right": ["access"]}': 422,
    b'"' + b"x" * 64_000 + b'"': 413,
}


@pytest.mark.parametrize("body", BODIES)
def test_what_could_mean_two_things_is_refused(app: App, body: bytes) -> None:
    answer = app.client.post(
        "/api/v1/requests/", body, content_type="application/json", headers={"X-Session-Token": app.token}
    )
    assert answer.status_code == BODIES[body], answer.content


def test_only_json_is_read(app: App) -> None:
    answer = app.client.post("/api/v1/requests/", {"right": "access"}, headers={"X-Session-Token": app.token})
    assert (answer.status_code, answer.json()["type"][-10:]) == (415, "media-type")


def test_what_is_wrong_is_named_by_its_place(app: App) -> None:
    said = app.post("requests/", {"right": "objection", "ground": "own_situation"}).json()
    assert {wrong["pointer"] for wrong in said["errors"]} == {"#/purposes", "#/message"}
    said = app.post("requests/", {"right": "access", "a/b~c": 1, "country": "XX"}).json()
    assert [wrong["pointer"] for wrong in said["errors"]] == ["#/a~1b~0c"]


def test_a_change_names_the_version_that_was_read(app: App) -> None:
    read = app.get("profile/")
    assert app.get("profile/", If_None_Match=read["ETag"]).status_code == 304
    changed = app.asks("PATCH", "profile/", {"name": "Ada", "phone": "+33 1 23 45 67 89"}, If_Match=read["ETag"])
    assert (changed.status_code, changed.json()["name"]) == (200, "Ada")
    assert changed["ETag"] != read["ETag"]
    late = app.asks("PATCH", "profile/", {"name": "Late"}, If_Match=read["ETag"])
    assert late.status_code == 412
    assert Profile.objects.get().name == "Ada"
    wrong = app.asks("PATCH", "profile/", {"phone": "call me"}, If_Match="*")
    assert [one["pointer"] for one in wrong.json()["errors"]] == ["#/phone"]
    assert AuditEntry.objects.filter(event="profile.updated").count() == 1


def test_the_same_key_is_the_same_act(app: App) -> None:
    asked, key = {"right": "access", "message": "All of it."}, {"Idempotency_Key": "k" * 20}
    first = app.post("requests/", asked, **key)
    again = app.post("requests/", asked, **key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert (again["Location"], again["Idempotent-Replayed"]) == (first["Location"], "true")
    other = app.post("requests/", {"right": "restriction", "ground": "accuracy"}, **key)
    assert (other.status_code, other.json()["type"].rpartition("-")[0][-5:]) == (422, "other")
    assert app.post("requests/", asked, Idempotency_Key="short").status_code == 422
    assert KeptAnswer.objects.count() == 1


def test_what_failed_leaves_the_key_to_be_used(app: App) -> None:
    key = {"Idempotency_Key": "k" * 20}
    assert app.post("requests/", {"right": "access", "country": "XX"}, **key).status_code == 422
    assert app.post("requests/", {"right": "access", "country": "FR"}, **key).status_code == 201


def test_whoever_asks_while_the_first_is_at_work_is_told_to_wait(app: App) -> None:
    asked, key = {"right": "access"}, {"Idempotency_Key": "k" * 20}
    app.post("requests/", asked, **key)
    KeptAnswer.objects.update(status=None)
    waits = app.post("requests/", asked, **key)
    assert (waits.status_code, waits["Retry-After"]) == (409, "2")
    KeptAnswer.objects.update(begun_at="2026-01-01T00:00Z")
    assert app.post("requests/", asked, **key).status_code == 201


def test_who_asks_too_often_is_told_when_to_come_back(settings: Any, app: App) -> None:
    settings.API_RATES = {**settings.API_RATES, "read": (3, 10**8), "read_unknown": (2, 10**8)}
    for caller, most in ((app, 3), (App(), 2)):
        seen = [caller.get("rights/") for _turn in range(most + 1)]
        assert [answer.status_code for answer in seen] == [200] * most + [429]
        assert 1 <= int(seen[-1]["Retry-After"]) <= 10**8
    assert app.asks("PATCH", "profile/", {}, If_Match="*").status_code == 200


def test_whoever_is_turned_away_is_counted_too(settings: Any) -> None:
    settings.API_RATES = {**settings.API_RATES, "read_unknown": (2, 60)}
    wrong = [App(), App(token="x" * 32), App()]
    assert [caller.get("profile/").status_code for caller in wrong] == [401, 401, 429]
    assert App().get("profile/")["Retry-After"] == "60"


def test_what_is_done_and_its_answer_are_kept_together(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, key = {"right": "access"}, {"Idempotency_Key": "k" * 20}
    app.client.raise_request_exception = False
    with monkeypatch.context() as patch:
        # A value that the row cannot hold: it breaks after the work and before the answer.
        patch.setattr(once, "_HEADERS", ("Location", None))
        assert app.post("requests/", asked, **key).status_code == 500
    assert not RightsRequest.objects.exists()
    assert not KeptAnswer.objects.exists()
    assert app.post("requests/", asked, **key).status_code == 201


def test_a_key_of_another_day_does_not_give_back_another_right(app: App) -> None:
    key = {"Idempotency_Key": "k" * 20}
    assert app.post("requests/", {"right": "access"}, **key).status_code == 201
    KeptAnswer.objects.all().delete()
    other = app.post("requests/", {"right": "restriction", "ground": "accuracy", "message": "x"}, **key)
    assert (other.status_code, other.json()["type"][-13:]) == (422, "other-request")


def test_a_key_that_was_given_back_in_between_is_told_to_wait(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats.KeptAnswer.objects, "create", _taken)
    waits = app.post("requests/", {"right": "access"}, Idempotency_Key="k" * 20)
    assert (waits.status_code, waits["Retry-After"]) == (409, "2")


def _taken(**_row: Any) -> None:
    raise IntegrityError


def test_the_same_is_the_same_however_its_kind_is_written(app: App) -> None:
    said = {"X-Session-Token": app.token, "Idempotency-Key": "f" * 20}
    sent = [
        app.client.generic("POST", "/api/v1/requests/", '{"right": "access"}', kind, headers=said)
        for kind in ("application/json", "Application/JSON ; charset=utf-8")
    ]
    assert [answer.status_code for answer in sent] == [201, 201]
    assert "Idempotent-Replayed" in sent[1]


def test_a_browser_proves_that_a_page_of_ours_sends_a_change() -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(make_user(), "allauth.account.auth_backends.AuthenticationBackend")
    assert browser.get("/api/v1/profile/").status_code == 200
    sent = browser.patch("/api/v1/profile/", json.dumps({}), content_type="application/json")
    assert (sent.status_code, sent.json()["type"].rpartition("-")[2]) == (403, "forbidden")


def test_a_browser_shows_once_more_on_the_page_that_it_is_its_owner() -> None:
    browser = Client()
    browser.force_login(make_user(), "allauth.account.auth_backends.AuthenticationBackend")
    asked = {"right": "portability", "way": "myself"}
    refused = browser.post("/api/v1/requests/", asked, content_type="application/json")
    assert (refused.status_code, refused.json()["reauthenticate"]) == (403, "/account/reauthenticate/")


@pytest.mark.parametrize("address", ["regimes/", "policy/versions/", "rights/", "openapi.json"])
def test_what_everybody_may_read_needs_no_sign_in(address: str) -> None:
    answer = App().get(address, Accept_Language="ar")
    assert answer.status_code == 200
    assert not answer.cookies
