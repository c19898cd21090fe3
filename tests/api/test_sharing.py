"""Cards that people share, with an app: given, looked at, given back, ended; and nobody else's."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import SharingGrant, SharingView, User
from accounts.services import actor_of, update_profile
from accounts.vocabulary import GrantEnd
from tests.api.app import App
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P8.1")]
SHARE = {"email": "bob@example.org", "parts": ["name", "email"], "days": 30}


@pytest.fixture
def ada() -> User:
    """Somebody whose profile says a name."""
    user = make_user("ada@example.org")
    said = dict.fromkeys(("workplace", "position", "phone", "address"), "")
    update_profile(actor=actor_of(user.pk), user_id=user.pk, name="Ada", **said)
    return user


def test_a_card_is_given_looked_at_and_taken_back(ada: User) -> None:
    app, other = App.of(ada), App.of(make_user("bob@example.org"))
    made = app.post("grants/", SHARE, Idempotency_Key="k" * 20)
    assert made.status_code == 201, made.content
    assert app.post("grants/", SHARE, Idempotency_Key="k" * 20).json() == made.json()
    assert app.post("grants/", SHARE).status_code == 409
    listed = other.get("cards/").json()["items"][0]
    assert (listed["who"], listed["lines"]) == ("Ada", [])
    card = other.get(f"cards/{listed['id']}/").json()
    assert {line["part"]: line["value"] for line in card["lines"]} == {"name": "Ada", "email": "ada@example.org"}
    assert SharingView.objects.count() == 1
    told = app.get(made["Location"]).json()
    assert (told["looks"], told["ended_at"]) == (1, None)
    assert app.post(f"{made['Location']}extend/").json()["until"] > told["until"]
    assert app.asks("delete", made["Location"]).status_code == 204
    assert app.asks("delete", made["Location"]).status_code == 204
    assert other.get(f"cards/{listed['id']}/").status_code == 404
    assert app.get("grants/").json() == {"items": [], "next": None}


def test_a_card_is_given_back(ada: User) -> None:
    other = App.of(make_user("bob@example.org"))
    App.of(ada).post("grants/", SHARE)
    address = f"cards/{SharingGrant.objects.get().pk}/"
    assert other.asks("delete", address).status_code == 204
    assert other.asks("delete", address).status_code == 404
    assert SharingGrant.objects.get().ended_by == GrantEnd.VIEWER


def test_what_is_somebody_elses_is_not_there(ada: User) -> None:
    App.of(ada).post("grants/", SHARE)
    stranger, nobodys = App.of(make_user()), "6f9619ff-8b86-d011-b42d-00c04fc964ff"
    for method, path in (("get", "grants/{}/"), ("delete", "grants/{}/"), ("post", "grants/{}/extend/")):
        theirs, none = (stranger.asks(method, path.format(pk)) for pk in (SharingGrant.objects.get().pk, nobodys))
        assert (theirs.status_code, theirs.content) == (404, none.content)
    assert stranger.get("cards/").json()["items"] == []


def test_what_is_wrong_is_named(ada: User) -> None:
    app = App.of(ada)
    for wrong, pointer in (({"days": 8}, "#/days"), ({"parts": ["phone"]}, "#/parts"), ({"email": "x"}, "#/email")):
        answer = app.post("grants/", {**SHARE, **wrong})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"][:7]) == (422, pointer[:7])


def test_lists_cost_six_queries_at_most(ada: User) -> None:
    app = App.of(ada)
    app.post("grants/", SHARE)
    for address in ("grants/", "cards/", f"grants/{SharingGrant.objects.get().pk}/"):
        with CaptureQueriesContext(connection) as found:
            assert app.get(address).status_code == 200
        assert len(found) <= 6, address
