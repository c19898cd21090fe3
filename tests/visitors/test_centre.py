"""The pages of the privacy centre: what each says is read from declarations, registers, rules and requests."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from django.utils.module_loading import import_string
from django.utils.translation import override

from privacy.data_map.plan import retention
from privacy.data_map.registry import registry
from privacy.vocabulary import Profile, Right
from rights_requests.models import Recipient, State
from rights_requests.regimes import REGIMES
from rights_requests.regimes.places import choices, name_of
from tests.factories import make_request, make_user
from tests.guards.sources import named, python_files
from tests.rights_requests.browsing import said
from visitors import centre, display

pytestmark = pytest.mark.django_db
CENTRE = "/privacy/"
SETS_COOKIE = re.compile(r"\.set_(?:signed_)?cookie\(|cookies\.keep\(\w+, [\w.]+")


def page(client: Client, name: str, query: str = "") -> str:
    """The page as markup."""
    return client.get(f"{CENTRE}{name}/{query}").content.decode()


def test_what_one_would_like_to_do_comes_first_and_every_wish_leads_somewhere(client: Client) -> None:
    shown = client.get(CENTRE).content.decode()
    wishes, _rest = shown.split('class="term"')
    for name in ("visitors:mine", "rights_requests:child", "consent:settings"):
        assert f'href="{reverse(name)}"' in wishes
    assert 'href="#complain"' in wishes
    assert 'id="complain"' in shown
    for name in ("held", "recipients", "places", "retention", "safeguards", "authorities", "figures"):
        assert f'href="{reverse(f"visitors:{name}")}"' in shown


@pytest.mark.promise("P7.4")
def test_recipients_are_those_of_the_declarations_and_of_the_register(client: Client) -> None:
    assert "no other company stands in our register" in page(client, "recipients")
    values = {"what_for": "Carries <mail>", "country": "FR", "slugs": ["accounts-user", "gone-model"]}
    Recipient.objects.create(name="Carrier", **values)
    Recipient.objects.create(name="Former", active=False, **values)
    shown = page(client, "recipients")
    assert "Former" not in shown
    for text in ("Carrier", "Carries &lt;mail&gt;", "France", "Your account"):
        assert text in shown
    for holding in registry.holdings.values():
        for name in holding.recipients:
            assert escape(name[:1].upper() + name[1:]) in shown
    assert "France" in page(client, "places")


@pytest.mark.promise("P3.1")
def test_the_term_of_everything_stands_under_the_people_it_is_about(client: Client) -> None:
    kept = {found.anchor: dict(found.kept) for found in centre.kept_by_profile()}
    for holding in registry.holdings.values():
        words = retention(holding)
        assert kept[holding.retain.profile.value][str(holding.title)] == words[:1].upper() + words[1:]
    shown = page(client, "retention")
    assert all(escape(title) in shown for found in kept.values() for title in found)
    assert Profile.CONTACT.value in kept


@pytest.mark.promise("P7.3")
def test_every_country_whose_law_we_know_has_its_authority_its_term_and_whether_it_was_checked(client: Client) -> None:
    shown = {place.code: place for place in centre.places()}
    for regime in REGIMES:
        for code in regime.countries:
            assert shown[code].name == name_of(code)
            assert shown[code].is_law == regime.clock.is_law
            assert regime.authority is None or shown[code].authority == regime.authority
            assert shown[code].own == (regime.authority is not None)
    assert shown["GP"].own, "what counts as France has France's authority"
    text = said(client.get(f"{CENTRE}authorities/"))
    assert "Saudi Arabia" in text
    assert "Not checked: our commitment" in text
    assert "Read in the law or with its authority on 25 November 2026" in text


def test_places_stand_in_the_order_of_their_letters_with_accents_and_in_arabic_too() -> None:
    with override("fr"):
        names = [place.name for place in centre.places()]
    assert names.index("Danemark") < names.index("Émirats arabes unis") < names.index("Finlande")
    with override("ar"):
        names = [name for _code, name in choices()]
    assert names.index("أسبانيا") < names.index("بلجيكا")


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("GB", "The UK GDPR: it gives us one month to answer."),
        ("QA", "is our own commitment"),
        ("US", "We know of no authority there that takes complaints. Ours does:"),
        ("BR", "So we keep to the shortest term that we know of anywhere."),
        ("FR", "Commission nationale"),
    ],
)
def test_who_says_where_they_live_reads_their_own_authority_first(client: Client, place: str, says: str) -> None:
    text = said(client.get(f"{CENTRE}authorities/?place={place}"))
    assert says in text.split("places whose law we know")[0]


@pytest.mark.parametrize("place", ["", "XX", "<script>", "fr" * 500, "%00"])
def test_what_is_no_place_shows_the_list(client: Client, place: str) -> None:
    answer = client.get(f"{CENTRE}authorities/", {"place": place})
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode()
    assert 'id="chosen"' not in answer.content.decode()


def test_the_figures_work_before_anybody_asked_and_afterwards_name_nobody(client: Client) -> None:
    assert "Nobody has made a request yet" in page(client, "figures")
    make_request(make_user(), Right.ACCESS, State.COMPLETED)
    shown = page(client, "figures")
    assert "Fewer than 10 requests. We say no more of them." in shown
    assert "<table" not in shown


@pytest.mark.promise("P11.1")
@pytest.mark.promise("P1.1")
def test_the_cookies_that_are_named_are_all_that_this_site_sets(client: Client, settings: Any) -> None:
    told = re.findall(r"<dt><code>([^<]+)</code>", client.get(CENTRE).content.decode())
    needed = [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME]
    of_choices = [settings.COOKIE_CONSENT_NAME, settings.CONSENT_REF_COOKIE_NAME]
    assert sorted(told) == sorted(
        [*needed, *of_choices, settings.CONTACT_DRAFT_COOKIE_NAME, display.COOKIE, "occ_visit"]
    )
    # Whoever sets one more names it there, and here.
    sources = [path for path in python_files() if "tests" not in path.parts]
    assert {f"{named(path)} {words}" for path in sources for words in SETS_COOKIE.findall(path.read_text("utf-8"))} == {
        "consent/cookies.py .set_cookie(",
        "visitors/audience/visits.py .set_cookie(",
        "visitors/cookies.py .set_cookie(",
        "visitors/views/contact.py cookies.keep(answer, settings.CONTACT_DRAFT_COOKIE_NAME",
        "visitors/views/display.py cookies.keep(answer, COOKIE",
    }


@pytest.mark.promise("P4.1")
def test_what_is_said_of_safety_is_so(client: Client) -> None:
    text = said(client.get(f"{CENTRE}safeguards/"))
    assert "Argon2" in text
    assert [issubclass(import_string(name), Argon2PasswordHasher) for name in settings.PASSWORD_HASHERS] == [True]
    assert {"totp", "webauthn"} <= set(settings.MFA_SUPPORTED_TYPES)
    assert f"After {settings.PACKAGE_LIFETIME_DAYS} days the key is destroyed" in text
    assert f"at the latest after {settings.EVIDENCE_DAYS} days" in text
