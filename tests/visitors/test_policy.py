"""The pages of the privacy policy: what they say, where they lead, and what they answer to addresses that are wrong."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, override

from privacy.models import PolicyText
from privacy.policy.clauses import CLAUSES, LANGUAGES
from privacy.vocabulary import Right
from rights_requests.models import Recipient
from tests.factories import make_staff
from tests.privacy.policy.publishing import published
from tests.rights_requests.browsing import browser_of, said, title
from tests.visitors.test_pages import Asked

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P10.1")]
POLICY = "/privacy/policy/"
VERSIONS, COMPARE, FEED = f"{POLICY}versions/", f"{POLICY}compare/", f"{POLICY}feed/"
WHY = {"en": "A <carrier> is new.", "fr": "Un transporteur est nouveau.", "ar": "ناقل جديد."}
Queries = Callable[[int], AbstractContextManager[Any]]


def in_language(path: str, language: str) -> str:
    """The address of a page in a language."""
    return path if language == "en" else f"/{language}{path}"


def change(**how: Any) -> None:
    Recipient.objects.create(
        name="Carrier & <Sons>",
        what_for="carries mail",
        country="AE",
        safeguard="standard_clauses",
        slugs=["accounts-user"],
    )
    published(WHY, **how)


def test_the_policy_opens_with_its_day_and_version_and_its_contents(client: Client) -> None:
    published()
    answer = client.get(POLICY)
    page, text = answer.content.decode(), said(answer)
    assert f"In force from {timezone.localdate():%-d %B %Y}" in text
    assert "Version 1" in text
    asked = Asked(page)
    assert (asked.foreign, asked.inline) == ([], [])
    assert len(asked.ids) == len(set(asked.ids))
    assert set(asked.anchors) <= set(asked.ids)
    assert asked.headings.count(1) == 1
    for clause in CLAUSES:
        assert page.count(f'<a href="#{clause.id}"><span') == 2, clause.id  # the bar and the column
        assert f'<section class="policy-clause" id="{clause.id}"' in page
    assert text.count("In short") == len(CLAUSES)
    assert "what counts is the text below it" in text
    assert "to:" not in page.replace("mailto:", "")


def test_each_right_leads_to_its_form_with_the_right_chosen(client: Client) -> None:
    published()
    page = client.get(POLICY).content.decode()
    for right in Right:
        assert f'href="{reverse("rights_requests:new_right", args=[right])}"' in page
    assert f'href="{reverse("rights_requests:child")}"' in page


def test_what_the_earlier_policy_left_out_is_marked(client: Client) -> None:
    published()
    additions = [clause for clause in CLAUSES if clause.addition]
    assert said(client.get(POLICY)).count("Addition: our earlier policy did not say this") == len(additions)


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("fr", "ltr"), ("ar", "rtl")])
def test_the_policy_is_there_in_each_language_by_an_address_of_its_own(
    client: Client, language: str, direction: str
) -> None:
    published()
    page = client.get(in_language(POLICY, language)).content.decode()
    text = PolicyText.objects.get(language=language)
    assert f'<html lang="{language}" dir="{direction}"' in page
    assert text.clauses[0]["summary"] in page
    assert all(f'hreflang="{other}"' in page for other in LANGUAGES)


def test_who_is_named_in_a_register_is_shown_inert(client: Client) -> None:
    published()
    change()
    page = client.get(POLICY).content.decode()
    assert "Carrier &amp; &lt;Sons&gt;" in page
    assert "<Sons>" not in page
    compared = client.get(COMPARE, {"from": 1, "to": 2}).content.decode()
    assert "Carrier &amp; &lt;Sons&gt;" in compared
    assert "A &lt;carrier&gt; is new." in compared


def test_a_version_keeps_its_address_and_says_that_it_no_longer_counts(client: Client) -> None:
    published()
    first = client.get(f"{VERSIONS}1/").content
    change()
    answer = client.get(f"{VERSIONS}1/")
    assert "This version is no longer in force." in said(answer)
    assert b"Carrier" not in answer.content
    assert "Carrier" in said(client.get(POLICY))
    assert b"no longer in force" not in first


def test_a_version_that_will_count_is_announced_and_can_be_read(client: Client) -> None:
    published()
    change(effective_on=timezone.localdate() + timedelta(days=30))
    text = said(client.get(POLICY))
    assert "A new version counts from" in text
    assert "Version 1" in text
    assert "This version is not in force yet." in said(client.get(f"{VERSIONS}2/"))


def test_every_version_is_listed_with_what_changed_and_why_and_two_can_be_chosen(client: Client) -> None:
    published()
    assert "Compare two versions" not in said(client.get(VERSIONS))
    change()
    answer = client.get(VERSIONS)
    text = said(answer)
    assert "The first version." in text
    assert WHY["en"] in text
    assert "Compare two versions" in text
    assert f"{COMPARE}?from=1&amp;to=2" in answer.content.decode()


def test_two_versions_are_compared_word_by_word_in_either_order(client: Client, settings: Any) -> None:
    published()
    settings.APPEAL_DAYS = 14
    change()
    answer = client.get(COMPARE, {"from": 1, "to": 2})
    page = answer.content.decode()
    assert "<ins>" in page
    assert "looked at again within [removed: 30 ] [added: 14 ] days" in said(answer)
    assert WHY["en"] in said(answer)
    assert "Unchanged" in said(answer)
    turned = client.get(COMPARE, {"from": 2, "to": 1}).content.decode()
    assert title(answer) in turned
    assert Asked(page).headings.count(1) == 1


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (f"{VERSIONS}99/", "There is no version of this number."),
        (f"{VERSIONS}{'9' * 40}/", "There is no version of this number."),
        (f"{COMPARE}?from=1&to=99", "There is no version of this number."),
        (f"{COMPARE}?from=1&to=1", "A version compared with itself shows nothing."),
        (f"{COMPARE}?from=1", "the address must name two versions by their numbers"),
        (f"{COMPARE}?from=-1&to=x", "the address must name two versions by their numbers"),
        (f"{COMPARE}?from={'1' * 400}&to=²", "the address must name two versions by their numbers"),
        (COMPARE, "the address must name two versions by their numbers"),
    ],
)
def test_an_address_that_is_wrong_is_answered_in_plain_words_with_a_way_back(
    client: Client, address: str, words: str
) -> None:
    published()
    answer = client.get(address)
    assert answer.status_code == 404
    assert words in said(answer)
    assert f'href="{POLICY}"' in answer.content.decode()


@pytest.mark.parametrize("address", [POLICY, VERSIONS, f"{VERSIONS}1/"])
def test_while_nothing_is_published_the_page_says_whom_to_ask(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert "The privacy policy is not published yet" in said(answer)
    assert "mailto:" in answer.content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_feed_tells_what_changed_and_why_in_each_language(client: Client, language: str) -> None:
    published()
    change()
    answer = client.get(in_language(FEED, language), headers={"host": "testserver"})
    assert answer["Content-Type"].startswith("application/atom+xml")
    atom = "{http://www.w3.org/2005/Atom}"
    root = ET.fromstring(answer.content)
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == language
    second, first = root.findall(f"{atom}entry")
    assert second.findtext(f"{atom}summary") == WHY[language]
    with override(language):
        assert first.findtext(f"{atom}summary") == gettext("The first version.")
        today = date_format(timezone.localdate(), "j F Y")
    assert str(first.findtext(f"{atom}title")).endswith(today)
    links = [link.get("href", "") for link in root.iter(f"{atom}link")]
    assert all(link.startswith(f"{settings.SITE_URL}{in_language(POLICY, language)}") for link in links), links
    assert len({entry.findtext(f"{atom}id") for entry in (first, second)}) == 2


def test_the_pages_are_the_same_for_everybody_and_come_back_for_nothing(client: Client) -> None:
    published()
    change()
    for address in (POLICY, VERSIONS, f"{VERSIONS}1/", f"{COMPARE}?from=1&to=2", FEED):
        answer = client.get(address)
        assert "public" in answer["Cache-Control"], address
        assert not answer.cookies
        again = client.get(address, headers={"if-none-match": answer["ETag"]})
        assert (again.status_code, again.content) == (304, b""), address


def test_the_pages_ask_the_database_once_or_twice(client: Client, django_assert_max_num_queries: Queries) -> None:
    published()
    change()
    for address in (POLICY, VERSIONS, f"{VERSIONS}1/", f"{COMPARE}?from=1&to=2", FEED):
        with django_assert_max_num_queries(2):
            client.get(address)


def test_staff_see_the_versions_and_what_would_change_and_can_change_nothing() -> None:
    browser = browser_of(make_staff(perms=["privacy.view_policyversion", "privacy.view_policytext"]))
    drift = reverse("admin:privacy_policyversion_drift")
    assert "No version is published yet." in said(browser.get(drift))
    published()
    assert "Nothing: the newest version says what the software" in said(browser.get(drift))
    Recipient.objects.create(name="Carrier & <Sons>", what_for="carries mail", country="FR")
    page = browser.get(drift)
    assert "table processors" in said(page)
    assert "Carrier &amp; &lt;Sons&gt;" in page.content.decode()
    row = browser.get(reverse("admin:privacy_policyversion_change", args=[1]))
    assert PolicyText.objects.get(language="ar").hash in said(row)
    assert 'type="submit"' not in row.content.decode().partition("<main")[2]
    assert browser.get(reverse("admin:privacy_policyversion_add")).status_code == 403
    stranger = browser_of(make_staff())
    assert stranger.get(drift).status_code == 403


def test_whoever_reads_the_policy_in_a_language_stays_in_it(client: Client) -> None:
    published()
    change()
    for address in (POLICY, VERSIONS, f"{VERSIONS}1/", f"{COMPARE}?from=1&to=2"):
        page = client.get(f"/fr{address}").content.decode()
        links = [tag for tag in re.findall(r"<a [^>]*>", page) if POLICY in tag and "hreflang" not in tag]
        assert len(links) >= 2
        assert [tag for tag in links if 'href="/fr/' not in tag] == [], address
