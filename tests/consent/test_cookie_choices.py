"""The door of every choice: what is saved, what the browser keeps, what is refused, and when it asks again."""

from datetime import timedelta
from typing import Any

import pytest
from cookie_consent.util import get_cookie_value_from_request
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from consent import notices
from consent.models import AccountConsent, ConsentEvent, Purpose
from consent.purposes import PURPOSES
from consent.reading import _PAGES
from privacy.actors import SYSTEM
from tests.consent.choosing import chosen, publish
from tests.factories import make_user
from tests.rights_requests.browsing import browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P11.1")]
BANNER = b"data-consent"


@pytest.fixture(autouse=True)
def _asked(settings: Any) -> None:
    settings.EMBED_HOSTS = ["films.example"]
    publish()


def asks(browser: Client, **headers: str) -> bool:
    return BANNER in browser.get("/about/", **headers).content  # type: ignore[arg-type]


def test_nothing_is_kept_before_a_choice_and_the_notice_stands_on_the_page(client: Client) -> None:
    assert asks(client)
    assert not client.cookies
    assert not ConsentEvent.objects.exists()


def test_a_refusal_is_kept_without_a_number_and_proven_without_a_person(client: Client) -> None:
    answer = chosen(client, "refuse_all", next="/about/?q=1")
    assert (answer.status_code, answer["Location"]) == (303, "/about/?q=1")
    assert set(client.cookies) == {"consent"}
    kept = client.cookies["consent"]
    assert (kept["max-age"], kept["httponly"], kept["samesite"]) == (182 * 86400, True, "Lax")
    event = ConsentEvent.objects.get()
    assert (event.digest, event.states, event.method) == ("", {"social": "refused"}, "refuse_all")
    assert (event.surface, event.notice.number, event.notice.language) == ("visitors:about", 1, "en")
    assert not asks(client)


def test_an_acceptance_gives_the_browser_a_number_and_a_withdrawal_takes_it(client: Client) -> None:
    chosen(client, "accept_all")
    assert {name for name, kept in client.cookies.items() if kept.value} == {"consent", "consent_ref"}
    chosen(client, "withdraw")
    assert {name for name, kept in client.cookies.items() if kept.value} == {"consent"}
    given, withdrawn = ConsentEvent.objects.order_by("id")
    assert given.digest == withdrawn.digest != ""
    assert (given.states, withdrawn.states) == ({"social": "given"}, {"stats": "refused", "social": "refused"})


def test_what_was_accepted_is_taken_back_by_one_press_on_every_page(client: Client) -> None:
    press = b'class="consent-withdrawal" method'
    # Where the question stands, it waits until a script shows it.
    assert press not in client.get("/about/").content
    assert b'class="consent-withdrawal" hidden' in client.get("/about/").content
    chosen(client, "accept_all")
    for page in ("/about/", "/account/login/", "/no/such/page/"):
        assert press in client.get(page).content
    chosen(client, "withdraw")
    assert b"consent-withdrawal" not in client.get("/about/").content


def test_what_is_only_counted_is_asked_of_nobody_and_can_be_refused(client: Client, settings: Any) -> None:
    settings.EMBED_HOSTS = []
    publish()
    assert not asks(client)
    assert 'name="purpose-stats"' in client.get(reverse("consent:settings")).content.decode()
    for state in ("given", "refused", "given"):
        chosen(client, "save", notice=2, **{"purpose-stats": state})
    # Not minding is no consent: should more be done one day, it is asked then.
    assert [event.states for event in ConsentEvent.objects.order_by("id")] == [{"stats": "refused"}, {}]


def test_the_library_reads_the_choice_as_its_own(client: Client) -> None:
    chosen(client, "accept_all")
    request = RequestFactory().get("/")
    request.COOKIES["consent"] = client.cookies["consent"].value
    assert get_cookie_value_from_request(request, "social") is True


def test_the_same_choice_twice_is_one_row(client: Client) -> None:
    chosen(client, "refuse_all")
    chosen(client, "save", **{"purpose-social": "refused"})
    assert ConsentEvent.objects.count() == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_ORIGIN": "https://evil.example"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_ORIGIN": "https://evil.example", "HTTP_SEC_FETCH_SITE": "same-origin"},
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
        {},
    ],
)
def test_a_form_of_another_site_saves_nothing(client: Client, headers: dict[str, str]) -> None:
    fields = {"notice": 1, "act": "accept_all", "next": "/"}
    assert client.post(reverse("consent:choose"), fields, **headers).status_code == 403  # type: ignore[arg-type]
    assert not client.cookies
    assert not ConsentEvent.objects.exists()


def test_a_browser_without_origin_is_believed_by_its_fetch_header(client: Client) -> None:
    fields = {"notice": 1, "act": "refuse_all", "next": "/"}
    answer = client.post(reverse("consent:choose"), fields, HTTP_SEC_FETCH_SITE="same-origin")
    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"act": "save", "purpose-social": "perhaps"}, 422),
        ({"act": "save", "purpose-nothing": "given"}, 422),
        ({"act": "save", "purpose-security": "refused"}, 422),
        ({"act": "save"}, 422),
        ({"act": "adopt"}, 422),
        ({"act": "sneeze"}, 422),
        ({"act": "accept_all", "notice": "x"}, 422),
        ({"act": "accept_all", "notice": "²"}, 422),
        ({"act": "accept_all", "notice": "9" * 5000}, 422),
        ({"act": "accept_all", "notice": "2"}, 409),
    ],
)
def test_what_cannot_be_a_choice_saves_nothing_and_says_so(client: Client, fields: dict[str, str], status: int) -> None:
    answer = chosen(client, **fields)
    assert answer.status_code == status
    assert b"not saved" in answer.content
    assert not client.cookies
    assert not ConsentEvent.objects.exists()


def test_an_old_page_is_answered_with_a_fresh_form(client: Client) -> None:
    Purpose.objects.get(group__varname="ads").recipients.create(name="Partner")
    publish()
    answer = chosen(client, "accept_all", notice=1)
    assert answer.status_code == 409
    assert b'name="notice" value="2"' in answer.content
    assert b'name="purpose-ads"' in answer.content


@pytest.mark.parametrize(
    "way", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", ""]
)
def test_no_address_leads_elsewhere_afterwards(client: Client, way: str) -> None:
    assert chosen(client, "refuse_all", next=way)["Location"] == reverse("consent:settings")


@pytest.mark.parametrize(
    "value",
    [
        "social=9999",
        "stats=2099-01-01T00:00:00+00:00|_notice=1|_at=2099-01-01T00:00:00+00:00|_gpc=0|_code=" + "0" * 32,
        "|=",
        "a" * 4000,
        "_code=",
        "\x00|=|==|",
    ],
)
def test_a_forged_or_broken_cookie_is_no_choice(client: Client, value: str) -> None:
    client.cookies["consent"] = value
    assert asks(client)


def test_one_letter_changed_in_the_cookie_is_no_choice(client: Client) -> None:
    chosen(client, "refuse_all")
    client.cookies["consent"] = client.cookies["consent"].value.replace("social=-1", "social=2026-01-01")
    assert asks(client)


def test_it_asks_again_when_the_choice_is_over(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen(client, "refuse_all")
    for days, asked in ((181, False), (183, True)):
        later = timezone.now() + timedelta(days=days)
        monkeypatch.setattr("consent.choices.timezone.now", lambda later=later: later)
        assert asks(client) is asked


def test_it_asks_again_about_a_new_purpose_only_and_keeps_the_rest(client: Client) -> None:
    chosen(client, "refuse_all")
    Purpose.objects.get(group__varname="ads").recipients.create(name="Partner")
    publish()
    page = client.get("/about/").content.decode()
    assert "Advertising." in page
    assert "Films and posts of other sites." not in page
    chosen(client, "accept_all", notice=2)
    assert ConsentEvent.objects.latest("id").states == {"social": "refused", "ads": "given"}


def test_a_change_that_matters_asks_everybody_again_and_says_what_changed(client: Client) -> None:
    chosen(client, "refuse_all")
    Purpose.objects.get(group__varname="social").recipients.create(name="posts.example")
    publish()
    assert not asks(client)
    Purpose.objects.get(group__varname="social").recipients.create(name="more.example")
    publish(material=True)
    assert "We ask anew." in client.get("/about/").content.decode()


def test_who_is_asked_again_is_told_all_that_changed_since_and_who_never_answered_nothing(client: Client) -> None:
    chosen(client, "refuse_all")
    recipients = Purpose.objects.get(group__varname="social").recipients
    for number, told in ((2, "First reason."), (3, ""), (4, "Second reason.")):
        recipients.create(name=f"posts{number}.example")
        notices.publish(actor=SYSTEM, material=bool(told), changes=dict.fromkeys(("en", "fr", "ar"), told))
    assert "What changed:</strong> Second reason. First reason.<" in client.get("/about/").content.decode()
    assert asks(Client())
    assert b"What changed" not in Client().get("/about/").content


def test_the_signal_refuses_what_it_is_meant_for_and_a_later_yes_counts(client: Client) -> None:
    assert not asks(client, HTTP_SEC_GPC="1")
    assert asks(client, HTTP_SEC_GPC="true")
    assert asks(client, HTTP_SEC_GPC="0")
    assert not ConsentEvent.objects.exists()
    chosen(client, "save", HTTP_SEC_GPC="1", **{"purpose-social": "given"})
    event = ConsentEvent.objects.get()
    assert event.gpc
    page = client.get(reverse("consent:settings"), HTTP_SEC_GPC="1").content.decode()
    assert 'name="purpose-social" value="given" checked' in page


def test_a_yes_from_before_the_signal_does_not_outweigh_it(client: Client) -> None:
    chosen(client, "accept_all")
    page = client.get(reverse("consent:settings"), HTTP_SEC_GPC="1").content.decode()
    assert 'name="purpose-social" value="given" checked' not in page


def test_what_an_account_chooses_counts_while_signed_in_and_leaves_the_browser_as_it_was(client: Client) -> None:
    user = make_user()
    browser = browser_of(user)
    chosen(browser, "refuse_all")
    assert "consent" not in browser.cookies
    assert AccountConsent.objects.get(user=user).states == {"social": "refused"}
    other = browser_of(user)
    assert not asks(other)
    assert asks(client)


@pytest.mark.django_db(transaction=True)
def test_a_choice_waits_three_times_for_the_database(client: Client) -> None:
    """The ledger, the clock, the row: one INSERT is whole by itself, and an account's two rows are so by BEGIN."""
    notices.current()
    with CaptureQueriesContext(connection) as asked:
        assert chosen(client, "refuse_all").status_code == 303
    assert [query["sql"].partition(" FROM ")[0].partition(" (")[0] for query in asked] == [
        "SELECT seq, hash",
        "SELECT clock_timestamp()",
        "INSERT INTO consent_consentevent",
    ]


@pytest.mark.django_db(transaction=True)
def test_two_tabs_of_an_account_leave_the_last_word_as_a_whole_and_both_rows() -> None:
    user = make_user()
    first, second = browser_of(user), browser_of(user)
    chosen(first, "accept_all")
    chosen(second, "save", **{"purpose-social": "refused"})
    assert AccountConsent.objects.get(user=user).states == {"social": "refused"}
    assert ConsentEvent.objects.count() == 2


def test_too_many_choices_from_one_address_are_slowed_down_and_nothing_is_lost(client: Client, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "consent": "2/m/ip"}
    answers = [chosen(client, act) for act in ("refuse_all", "withdraw", "withdraw")]
    assert [answer.status_code for answer in answers] == [303, 303, 429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 2 * 60
    assert 0 < int(chosen(client, "withdraw", HTTP_ACCEPT="application/json")["Retry-After"]) <= 2 * 60
    assert not asks(client)


def test_of_the_page_of_a_choice_the_name_is_kept_and_an_address_only_where_it_is_everybodys(client: Client) -> None:
    for address in ("/about/", "/about/?q=secret", "/consent/receipts/secret/", "/no/secret/", "/consent/notices/7/"):
        chosen(client, "withdraw", next=address)
        assert "secret" not in ConsentEvent.objects.latest("id").surface
    assert _PAGES["en", "/about/"] == "visitors:about"
    assert not any("secret" in address or "7" in address for _language, address in _PAGES)


def test_a_program_of_ours_is_answered_in_its_own_form(client: Client) -> None:
    answer = chosen(client, "refuse_all", HTTP_ACCEPT="application/json")
    assert (answer.status_code, answer.json()) == (200, {"saved": True, "states": {"social": "refused"}})  # type: ignore[attr-defined]
    assert chosen(client, "x", HTTP_ACCEPT="application/json").json() == {"saved": False, "status": 422}  # type: ignore[attr-defined]


def test_no_purpose_is_asked_about_for_which_there_is_nothing(client: Client) -> None:
    page = client.get(reverse("consent:settings")).content.decode()
    assert {purpose.code.value for purpose in PURPOSES if f'name="purpose-{purpose.code}"' in page} == {
        "stats",
        "social",
    }


def test_a_page_costs_no_query_once_the_notice_is_known(client: Client, django_assert_num_queries: Any) -> None:
    chosen(client, "refuse_all")
    client.get("/about/")
    with django_assert_num_queries(0):
        client.get("/about/")
