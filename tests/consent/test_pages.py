"""The pages of consent: choices, history, receipts after ISO/IEC TS 27560, and every version that was shown."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from consent import history, receipts
from consent.models import ConsentEvent, NoticeVersion
from tests.consent.choosing import chosen, publish
from tests.factories import make_user
from tests.rights_requests.browsing import browser_of, said

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P11.1")]


@pytest.fixture(autouse=True)
def _asked(settings: Any) -> None:
    settings.EMBED_HOSTS = ["films.example"]
    publish()


def test_every_page_leads_to_the_choices(client: Client) -> None:
    chosen(client, "refuse_all")
    for page in ("/", "/about/", "/account/login/", "/no/such/page/"):
        assert f'href="{reverse("consent:settings")}"' in client.get(page).content.decode()


def test_the_page_of_choices_names_all_that_the_notice_names(client: Client) -> None:
    text = said(client.get(reverse("consent:settings")))
    for purpose in NoticeVersion.objects.get(language="en").content["purposes"]:
        for words in (purpose["title"], purpose["description"], *(one["name"] for one in purpose["trackers"])):
            assert words in text
    assert "films.example" in text
    assert "You have not chosen yet" in text
    # Who has not answered is counted with all others, as the policy says: only a no ends that.
    assert "we only count which pages are looked at" in text
    chosen(client, "refuse_all")
    assert "we only count" not in said(client.get(reverse("consent:settings")))


def test_what_a_browser_accepted_is_found_again_by_that_browser_alone(client: Client) -> None:
    chosen(client, "accept_all")
    text = said(client.get(reverse("consent:history")))
    assert "Films and posts of other sites – accepted" in text
    assert "We find no choice" in said(Client().get(reverse("consent:history")))


def test_a_refusal_alone_is_found_by_nobody(client: Client) -> None:
    chosen(client, "refuse_all")
    assert "We find no choice" in said(client.get(reverse("consent:history")))


def test_an_account_sees_its_own_choices_from_any_browser_and_no_other(client: Client) -> None:
    user = make_user()
    chosen(browser_of(user), "refuse_all")
    assert "Films and posts of other sites – refused" in said(browser_of(user).get(reverse("consent:history")))
    assert "We find no choice" in said(browser_of(make_user()).get(reverse("consent:history")))


def test_a_receipt_is_read_by_its_address_and_by_no_other(client: Client) -> None:
    chosen(client, "accept_all")
    event = ConsentEvent.objects.get()
    page = Client().get(receipts.address_of(event.key))
    assert str(event.key) in said(page)
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    forged = receipts.address_of(event.key).replace(event.key.hex, "0" * 32)
    for address in (forged, f"{forged}receipt.jsonld", "/consent/receipts/x/", "/consent/receipts/x:y/"):
        assert client.get(address).status_code == 404


def test_a_receipt_holds_what_the_standard_asks_for(client: Client) -> None:
    chosen(client, "accept_all")
    event = ConsentEvent.objects.get()
    answer = client.get(f"{receipts.address_of(event.key)}receipt.jsonld")
    assert answer["Content-Type"] == "application/ld+json"
    receipt = json.loads(answer.content)
    record = receipt["dpv:hasRecordOfActivity"]
    assert (receipt["@type"], record["@type"]) == ("dpv:ConsentReceipt", "dpv:ConsentRecord")
    for name in ("dct:conformsTo", "dct:identifier", "dpv:hasDataSubject", "dpv:hasJurisdiction", "dpv:hasNotice"):
        assert record[name]
    assert record["dpv:hasNotice"]["dct:identifier"] == f"sha256:{event.notice.sha256}"
    assert record["dpv:hasDataController"]["dpv:hasName"] == "Occicor"
    (process,) = record["dpv:hasProcess"]
    assert process["dpv:hasConsentStatus"] == {"@id": "dpv:ConsentGiven"}
    assert process["dpv:hasLegalBasis"] == {"@id": "eu-gdpr:A6-1-a"}
    for name in (
        "dpv:hasPurpose",
        "dpv:hasPersonalData",
        "dpv:hasStorageCondition",
        "dpv:isIndicatedAtTime",
        "dpv:hasIndicationMethod",
        "dpv:hasDuration",
        "dct:valid",
        "dpv:hasConsentControl",
    ):
        assert process[name]
    assert [party["dpv:hasName"] for party in process["dpv:hasRecipient"]] == ["films.example"]


def test_a_receipt_says_what_was_shown_then_and_not_what_is_shown_now(client: Client) -> None:
    chosen(client, "accept_all")
    event = ConsentEvent.objects.get()
    before = said(client.get(receipts.address_of(event.key)))
    NoticeVersion.objects.create(number=2, language="en", content={"purposes": []}, sha256="0" * 64)
    assert said(client.get(receipts.address_of(event.key))) == before


def test_an_old_version_says_of_what_a_refusal_would_do_that_it_is_a_refusal(client: Client) -> None:
    text = said(client.get(reverse("consent:notice", args=[1])))
    assert text.count("If you say no:") == 2
    assert "If you say no: In their place stands a link" in text


def test_every_version_stays_readable_in_its_languages(client: Client) -> None:
    number = NoticeVersion.objects.latest("number").number
    for code, prefix in (("en", ""), ("fr", "/fr"), ("ar", "/ar")):
        version = NoticeVersion.objects.get(number=number, language=code)
        page = client.get(f"{prefix}/consent/notices/{number}/").content.decode()
        assert version.sha256 in page
        assert version.content["title"] in page
    assert client.get("/consent/notices/99/").status_code == 404
    assert client.get("/consent/notices/pictures/99.png").status_code == 404
    assert history.versions()
