"""The door for the App: the notice, a choice with its receipt, and what it refuses in plain words; no cookie at all."""

from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from consent import receipts
from consent.models import AccountConsent, ConsentEvent, NoticeVersion
from tests.api.app import App
from tests.consent.choosing import chosen, publish
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P11.1")]
DOOR = "/api/v1/consent/"
GIVEN, REFUSED = {"social": "given"}, {"social": "refused"}


@pytest.fixture(autouse=True)
def _asked(settings: Any) -> None:
    settings.EMBED_HOSTS = ["films.example"]
    publish()


@pytest.fixture
def account() -> Client:
    """A browser in which somebody is signed in, and which wants every form to prove that it is ours."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(make_user("ada@example.org"), "allauth.account.auth_backends.AuthenticationBackend")
    return browser


def says(app: Client, states: Any = GIVEN, *, notice: Any = 1, headers: Any = None, **more: Any) -> Any:
    body = {"notice": notice, "states": states, **more}
    return app.post(DOOR, body, content_type="application/json", headers=headers)


def test_the_app_gets_the_notice_as_it_was_published_and_in_its_language(client: Client) -> None:
    for wanted, headers in (("fr", {"accept-language": "fr"}), ("ar", {}), ("en", {"accept-language": "de"})):
        answer = client.get(DOOR, {"language": "ar"} if wanted == "ar" else {}, headers=headers)
        version = NoticeVersion.objects.get(number=1, language=wanted)
        told = answer.json()
        assert told["notice"] == {
            "number": 1,
            "language": wanted,
            "sha256": version.sha256,
            "content": version.content,
        }
        assert (told["choice"], told["allowed"], told["open"]) == (None, [], ["social"])
        assert answer["Content-Language"] == wanted
        assert answer["Cache-Control"] == "no-store, private"
    assert client.head(DOOR).status_code == 200
    assert not client.cookies


def test_a_language_that_we_do_not_have_is_answered_in_english(client: Client) -> None:
    for language in ("xx", "de", "../en", "", "e" * 1000):
        assert client.get(DOOR, {"language": language}).json()["notice"]["language"] == "en"


def test_an_acceptance_gives_a_receipt_and_a_reference_that_finds_it_again(client: Client) -> None:
    saved = says(client, headers={"accept-language": "fr"}).json()
    event = ConsentEvent.objects.get()
    assert (event.method, event.states, event.notice.language) == ("api", GIVEN, "fr")
    with override("fr"):
        assert saved["receipt"] == {"number": str(event.key), "address": receipts.address_of(event.key)}
    assert client.get(saved["receipt"]["address"]).status_code == 200
    assert (saved["choice"]["scope"], saved["choice"]["states"]) == ("reference", GIVEN)
    assert not client.cookies
    told = client.get(DOOR, headers={"consent-ref": saved["ref"]}).json()
    assert (told["choice"], told["allowed"], told["open"]) == (saved["choice"], ["social"], [])
    again = says(client, ref=saved["ref"]).json()
    assert (again["receipt"]["number"], again["ref"]) == (saved["receipt"]["number"], saved["ref"])
    withdrawn = says(client, REFUSED, ref=saved["ref"]).json()
    assert withdrawn["ref"] is None
    assert {event.digest for event in ConsentEvent.objects.all()} == {event.digest}
    assert ConsentEvent.objects.count() == 2
    assert client.get(DOOR, headers={"consent-ref": saved["ref"]}).json()["allowed"] == []


def test_a_refusal_needs_no_reference(client: Client) -> None:
    saved = says(client, REFUSED, ref=None).json()
    assert saved["ref"] is None
    assert saved["receipt"]["number"] == str(ConsentEvent.objects.get().key)
    assert ConsentEvent.objects.get().digest == ""


def test_a_reference_that_is_not_ours_stands_for_nobody(client: Client) -> None:
    ref = says(client).json()["ref"]
    for forged in (ref[:-1] + ("a" if ref[-1] != "a" else "b"), "x", "", "00" * 16):
        assert client.get(DOOR, headers={"consent-ref": forged}).json()["choice"] is None
        assert says(client, ref=forged).json()["ref"] != ref
    assert len({event.digest for event in ConsentEvent.objects.all()}) == ConsentEvent.objects.count()


def test_what_a_browser_keeps_is_told_to_it_but_is_no_part_of_what_an_app_chooses(client: Client) -> None:
    chosen(client, "accept_all")
    kept = {name: cookie.value for name, cookie in client.cookies.items()}
    assert client.get(DOOR).json()["choice"]["scope"] == "browser"
    assert client.get(DOOR, headers={"consent-ref": "x"}).json()["choice"] is None
    says(client, REFUSED)
    assert {name: cookie.value for name, cookie in client.cookies.items()} == kept
    assert ConsentEvent.objects.latest("id").digest == ""


def test_a_signed_in_caller_is_the_account_and_proves_that_the_form_is_ours(account: Client) -> None:
    refused = says(account)
    assert (refused.status_code, refused.json()["detail"][:4]) == (403, "CSRF")
    assert not ConsentEvent.objects.exists()
    token = account.get("/about/").cookies["csrftoken"].value
    saved = says(account, headers={"x-csrftoken": token}).json()
    assert (saved["choice"]["scope"], saved["ref"]) == ("account", None)
    assert AccountConsent.objects.get().states == GIVEN
    told = account.get(DOOR, headers={"consent-ref": "x"}).json()
    assert (told["choice"]["scope"], told["allowed"]) == ("account", ["social"])


def test_an_app_of_somebody_signed_in_gets_no_cookie() -> None:
    app = App.of(make_user("ada@example.org"))
    saved = app.post("consent/", {"notice": 1, "states": GIVEN})
    assert (saved.status_code, saved.json()["choice"]["scope"]) == (200, "account")
    assert not saved.cookies


def named(answer: Any) -> str:
    """The member that the problem is about; "detail" where it is about none."""
    wrong = answer.json().get("errors", [{"pointer": "#/detail"}])
    return str(wrong[0]["pointer"]).split("/")[1]


def test_what_cannot_be_a_choice_is_refused_in_plain_words(client: Client) -> None:
    wrong: list[tuple[dict[str, Any], int, str]] = [
        ({"notice": 2}, 409, "detail"),
        ({"notice": "x"}, 422, "notice"),
        ({"notice": -1}, 422, "notice"),
        ({"notice": 10**30}, 422, "notice"),
        ({"states": {}}, 422, "states"),
        ({"states": "given"}, 422, "states"),
        ({"states": ["social"]}, 422, "states"),
        ({"states": {"social": "perhaps"}}, 422, "states"),
        ({"states": {"social": None}}, 422, "states"),
        ({"states": {"nothing": "given"}}, 422, "states"),
        ({"states": {"security": "refused"}}, 422, "states"),
        ({"ref": {"a": 1}}, 422, "ref"),
        ({"user": 7}, 422, "user"),
        ({"ref": "x" * 201}, 422, "ref"),
        ({"ref": "x" * 5000}, 413, "detail"),
    ]
    answers = [says(client, **{"states": GIVEN, **body}) for body, _status, _named in wrong]
    found = [(body, answer.status_code, named(answer)) for (body, *_), answer in zip(wrong, answers, strict=True)]
    assert found == wrong
    assert says(client, user=7).json()["errors"][0]["detail"] == "We do not know this field."
    assert not ConsentEvent.objects.exists()


def test_what_is_no_json_is_refused(client: Client) -> None:
    json = "application/json"
    wrong = [
        ("{", json, 400),
        ("[]", json, 422),
        ("null", json, 422),
        ("", json, 422),
        ('{"notice": NaN}', json, 400),
        ("[" * 4000, json, 400),
        ("{}", f"{json}; charset=bz2_codec", 422),
        ("notice=1&states=given", "application/x-www-form-urlencoded", 415),
        ('{"notice": 1, "states": {"social": "given"}}', "text/plain", 415),
    ]
    found = [(body, kind, client.generic("POST", DOOR, body, kind).status_code) for body, kind, _status in wrong]
    assert found == wrong
    assert not ConsentEvent.objects.exists()


def test_a_network_that_chooses_too_often_waits(client: Client, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "consent": "1/m/ip"}
    assert [says(client).status_code for _ in range(2)] == [200, 429]


def test_the_signal_refuses_here_too_and_a_later_yes_counts(client: Client) -> None:
    with_signal = {"sec-gpc": "1"}
    assert client.get(DOOR, headers=with_signal).json()["open"] == []
    ref = says(client, headers=with_signal).json()["ref"]
    told = client.get(DOOR, headers={**with_signal, "consent-ref": ref}).json()
    assert (told["allowed"], told["choice"]["gpc"]) == (["social"], True)
