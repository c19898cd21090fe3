"""Two scopes: what an account chose is told once to whoever signs in, and a browser keeps its own to the letter."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import User
from consent.models import AccountConsent, ConsentEvent, Purpose
from consent.vocabulary import Method
from tests.consent.choosing import chosen, publish
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P11.1")]
PAGE = "/about/"
COUNTS_HERE = "cookie choices count here"
OTHERWISE = "This browser had chosen otherwise:"
ASKS_TO_ADOPT = "Shall your account take over this browser"
BANNER = "data-consent"
SOMETHING = (COUNTS_HERE, OTHERWISE, ASKS_TO_ADOPT, BANNER)


@pytest.fixture(autouse=True)
def _asked(settings: Any) -> None:
    settings.EMBED_HOSTS = ["films.example"]
    publish()


@pytest.fixture
def user() -> User:
    return make_user()


def signed_in(user: User, browser: Client | None = None) -> Client:
    """The browser, with a session of this person begun now."""
    browser = browser or Client()
    browser.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    return browser


def told(browser: Client, **headers: str) -> list[str]:
    """What the next page says of scopes and whether it asks."""
    page = browser.get(PAGE, headers=headers).content.decode()
    return [words for words in SOMETHING if words in page]


def adopts(browser: Client, act: str = "adopt", notice: int = 1, **headers: str) -> HttpResponse:
    fields = {"act": act, "notice": notice, "next": PAGE}
    return browser.post(reverse("consent:adopt"), fields, headers=headers)  # type: ignore[return-value]


def account_has(user: User) -> dict[str, str] | None:
    row = AccountConsent.objects.filter(user=user).first()
    return row.states if row else None


def test_on_another_device_the_choice_of_the_account_is_told_once(user: User) -> None:
    first = signed_in(user)
    assert told(first) == [BANNER]
    chosen(first, "refuse_all")
    assert told(first) == []
    second = signed_in(user)
    page = second.get(PAGE).content.decode()
    assert COUNTS_HERE in page[page.index('role="status"') :]
    assert reverse("consent:settings") in page
    assert 'value="adopt"' not in page
    assert told(second) == []
    second.logout()
    assert told(signed_in(user, second)) == [COUNTS_HERE]


def test_a_look_at_the_head_of_a_page_tells_nobody_anything(user: User) -> None:
    chosen(signed_in(user), "refuse_all")
    other = signed_in(user)
    other.head(PAGE)
    assert told(other) == [COUNTS_HERE]


def test_where_the_browser_chose_otherwise_both_are_named_and_offered(user: User, client: Client) -> None:
    chosen(signed_in(user), "refuse_all")
    chosen(client, "accept_all")
    own = client.cookies["consent"].value
    page = signed_in(user, client).get(PAGE).content.decode()
    assert OTHERWISE in page
    assert "Your account refused. This browser accepted." in page
    assert 'value="adopt"' in page
    assert 'value="leave"' in page
    assert adopts(client)["Location"] == PAGE
    assert account_has(user) == {"social": "given"}
    assert ConsentEvent.objects.latest("id").method == Method.ADOPT
    assert client.cookies["consent"].value == own


def test_kept_as_it_is_the_account_stays_and_no_row_is_written(user: User, client: Client) -> None:
    chosen(signed_in(user), "refuse_all")
    chosen(client, "accept_all")
    rows = ConsentEvent.objects.count()
    assert told(signed_in(user, client)) == [COUNTS_HERE, OTHERWISE]
    assert adopts(client, "leave").status_code == 302
    assert (account_has(user), ConsentEvent.objects.count()) == ({"social": "refused"}, rows)
    assert told(client) == []


def test_the_same_choice_on_both_sides_contradicts_nothing(user: User, client: Client) -> None:
    chosen(signed_in(user), "refuse_all")
    chosen(client, "refuse_all")
    assert told(signed_in(user, client)) == [COUNTS_HERE]


def test_an_account_without_a_choice_is_asked_whether_it_takes_that_of_the_browser(user: User, client: Client) -> None:
    chosen(client, "accept_all")
    own = {name: kept.value for name, kept in client.cookies.items()}
    signed_in(user, client)
    # The question stands in the place of the other until it is answered, and nothing is taken over meanwhile.
    assert told(client) == told(client) == [ASKS_TO_ADOPT]
    assert account_has(user) is None
    adopts(client)
    assert account_has(user) == {"social": "given"}
    event = ConsentEvent.objects.latest("id")
    assert (event.method, event.surface, event.states) == ("adopt", "visitors:about", {"social": "given"})
    assert event.digest != ConsentEvent.objects.earliest("id").digest
    assert "Your account now has the choice of this browser." in client.get(PAGE).content.decode()
    assert told(client) == []
    assert {name: client.cookies[name].value for name in own} == own


def test_left_alone_it_is_not_asked_again_in_this_session_but_the_account_decides_for_itself(
    user: User, client: Client
) -> None:
    chosen(client, "accept_all")
    signed_in(user, client)
    adopts(client, "leave")
    assert told(client) == [BANNER]
    assert account_has(user) is None
    chosen(client, "refuse_all")
    assert account_has(user) == {"social": "refused"}


def test_signed_out_again_the_browser_has_its_own_choice_byte_for_byte_and_a_second_person_nothing_of_the_first(
    user: User, client: Client
) -> None:
    chosen(client, "refuse_all")
    own = client.cookies["consent"].output()
    chosen(signed_in(user), "accept_all")
    signed_in(user, client)
    for state in ("refused", "given"):
        chosen(client, "save", **{"purpose-social": state})
    page = client.get(reverse("consent:settings")).content.decode()
    assert 'value="given" checked' in page
    client.post(reverse("account_logout"))
    assert client.cookies["consent"].output() == own
    page = client.get(reverse("consent:settings")).content.decode()
    assert 'value="refused" checked' in page
    second = make_user("second@example.org")
    assert told(signed_in(second, client)) == [ASKS_TO_ADOPT]
    assert account_has(second) is None
    assert client.cookies["consent"].output() == own


def test_a_notice_that_matters_makes_both_choices_old_and_a_new_purpose_is_asked_beside_them(
    user: User, client: Client
) -> None:
    chosen(client, "accept_all")
    Purpose.objects.get(group__varname="ads").recipients.create(name="Partner")
    publish()
    signed_in(user, client)
    assert adopts(client, notice=1).status_code == 409
    adopts(client, notice=2)
    assert account_has(user) == {"social": "given"}
    assert told(client) == [BANNER]
    Purpose.objects.get(group__varname="ads").recipients.create(name="Other partner")
    publish(material=True)
    client.logout()
    assert told(signed_in(make_user("second@example.org"), client)) == [BANNER]


def test_what_the_signal_refuses_is_not_taken_over_as_a_yes(user: User, client: Client) -> None:
    chosen(client, "accept_all")
    signed_in(user, client)
    assert told(client, **{"sec-gpc": "1"}) == []
    assert adopts(client, **{"sec-gpc": "1"}).status_code == 422
    assert account_has(user) is None
    client.logout()
    chosen(client, "save", HTTP_SEC_GPC="1", **{"purpose-social": "given"})
    signed_in(user, client)
    adopts(client, **{"sec-gpc": "1"})
    assert AccountConsent.objects.get(user=user).gpc


def test_nobody_takes_over_what_is_not_there_or_without_an_account(user: User, client: Client, settings: Any) -> None:
    assert adopts(signed_in(user)).status_code == 422
    chosen(client, "accept_all")
    assert adopts(client).status_code == 422
    signed_in(user, client)
    assert adopts(client, "sneeze").status_code == 422
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "consent": "0/m/ip"}
    assert adopts(client).status_code == 429
    assert account_has(user) is None


def test_a_forged_form_takes_nothing_over(user: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    chosen(browser, "accept_all")
    assert adopts(signed_in(user, browser)).status_code == 403
    assert account_has(user) is None
