"""What an app shows a person beside their profile: who enrolled them, with a claim by code, and who signed in."""

from urllib.parse import urlsplit

import pytest

from accounts.models import Enrolment, SignIn, User
from tests.accounts.flows import digits_sent_to
from tests.api.app import App
from tests.factories import make_customer, make_enrolment, make_user
from tests.sign_in_factories import make_sign_in

pytestmark = pytest.mark.django_db
WORK = "lina@shop.example"
CLAIM, CODE = "enrolments/claim/", "enrolments/claim/code/"


@pytest.fixture
def user() -> User:
    return make_user("lina@home.example")


@pytest.fixture
def app(user: User) -> App:
    return App.of(user)


@pytest.mark.promise("P1.3")
def test_an_enrolment_at_a_work_address_is_claimed_with_the_code_from_the_message(app: App, user: User) -> None:
    customer = make_customer(
        "Alimenta", our_role="processor", answers_itself=True, privacy_contact="dpo@alimenta.example"
    )
    make_enrolment(WORK, customer=customer)
    make_enrolment("other@shop.example")
    assert app.get("enrolments/").json() == {"items": [], "next": None}
    assert [app.post(CLAIM, {"work_email": address}).status_code for address in (WORK, "nobody@x.example")] == [
        202,
        202,
    ]
    code = digits_sent_to(WORK)
    wrong = app.post(CODE, {"work_email": WORK, "code": f"{(int(code) + 1) % 10**6:06}"})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "#/code")
    (shown,) = app.post(CODE, {"work_email": WORK, "code": code}).json()["items"]
    assert (shown["customer"], shown["our_role"], shown["answered_by"]) == (
        "Alimenta",
        "processor",
        "dpo@alimenta.example",
    )
    assert (shown["attributes"], shown["ended_at"]) == ({"store": "Lyon 3"}, None)
    assert app.get("enrolments/").json()["items"] == [shown]
    assert app.post(CODE, {"work_email": WORK, "code": code}).status_code == 422
    assert Enrolment.objects.filter(user=user).count() == 1
    missing = app.post(CODE, {"work_email": "nobody", "code": "1"})
    assert (missing.status_code, missing.json()["errors"][0]["pointer"]) == (422, "#/work_email")


@pytest.mark.promise("P1.4")
def test_sign_ins_are_listed_newest_first_with_the_way_to_say_that_it_was_somebody_else(app: App, user: User) -> None:
    make_sign_in(make_user())
    make_sign_in(user, country="GB", browser="safari", platform="iphone", at="2026-01-01T00:00:00Z")
    first = app.get("sign-ins/?limit=1", Accept_Language="fr").json()
    (mine,) = first["items"]
    assert (mine["this_one"], mine["how"], mine["country"]) == (True, "password", None)
    (older,) = app.get(first["next"], Accept_Language="fr").json()["items"]
    assert (older["where"], older["network"], older["this_one"]) == ("Royaume-Uni", "82.64.7.0/24", False)
    assert "Safari" in older["device"]
    assert app.client.get(urlsplit(older["not_me_url"]).path).status_code == 200
    assert SignIn.objects.filter(user=user).count() == 2
    assert [App().get(address).status_code for address in ("sign-ins/", "enrolments/")] == [401, 401]
    assert [App().post(address, {}).status_code for address in (CLAIM, CODE)] == [401, 401]
