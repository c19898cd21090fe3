"""What programs find at the well-known addresses, and that it is true."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from consent.models import Purpose
from tests.consent.choosing import publish
from visitors import well_known

pytestmark = pytest.mark.django_db
TXT = "/.well-known/security.txt"
LINE = re.compile(r"([A-Z][A-Za-z-]*): (\S.*)")
KNOWN = {"Contact", "Expires", "Encryption", "Acknowledgments", "Preferred-Languages", "Canonical", "Policy", "Hiring"}
URI = re.compile(r"(https://|mailto:[^@\s]+@|tel:\+)\S+")


@pytest.fixture
def fields(client: Client, settings: Any) -> list[tuple[str, str]]:
    """The fields of the file as production serves it."""
    settings.SITE_URL = "https://occicor.example"
    settings.SECURITY_TXT_EXPIRES_ON = datetime.now(UTC).date() + timedelta(days=200)
    answer = client.get(TXT)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "public" in answer["Cache-Control"]
    text = answer.content.decode()
    assert text.endswith("\n")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    found = [LINE.fullmatch(line) for line in lines]
    assert all(found)
    return [(match[1], match[2]) for match in found if match]


def test_security_txt_is_as_rfc_9116_has_it(fields: list[tuple[str, str]]) -> None:
    names = [name for name, _value in fields]
    assert set(names) <= KNOWN
    assert names.count("Expires") == names.count("Preferred-Languages") == 1
    contacts = [value for name, value in fields if name == "Contact"]
    assert len(contacts) == 2
    assert contacts[0].startswith("mailto:")
    said = dict(fields)
    assert said["Canonical"] == f"https://occicor.example{TXT}"
    links = [value for name, value in fields if name not in {"Expires", "Preferred-Languages"}]
    assert [value for value in links if not URI.fullmatch(value)] == []
    assert re.fullmatch(r"[a-z]{2}(, [a-z]{2})*", said["Preferred-Languages"])
    expires = datetime.strptime(said["Expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert datetime.now(UTC) < expires < datetime.now(UTC) + timedelta(days=366)


def test_a_page_that_anyone_could_read_on_the_way_is_no_contact(client: Client, settings: Any) -> None:
    settings.SECURITY_CONTACTS = ["mailto:security@occicor.example"]
    settings.SITE_URL = "http://127.0.0.1:8000"
    text = client.get(TXT).content.decode()
    assert re.findall("^Contact: (.*)$", text, re.MULTILINE) == settings.SECURITY_CONTACTS


def test_password_managers_are_led_to_the_page_where_a_password_is_changed(client: Client) -> None:
    answer = client.get("/.well-known/change-password")
    assert (answer.status_code, answer["Location"]) == (302, reverse("account_change_password"))
    # Otherwise a site that answers anything at any address would seem to have such a page.
    nowhere = "/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200"
    assert client.get(nowhere).status_code == 404


@pytest.mark.promise("P0.3")
def test_the_site_says_that_it_honours_global_privacy_control_and_does(client: Client, settings: Any) -> None:
    """What would pass data on to others is off and not even asked about; no other site is let into a page."""
    answer = client.get("/.well-known/gpc.json")
    assert (answer["Content-Type"], answer.json()) == ("application/json", well_known.GPC)
    assert set(answer.json()) == {"gpc", "lastUpdate"}
    assert answer.json()["gpc"] is True
    assert datetime.strptime(answer.json()["lastUpdate"], "%Y-%m-%d").replace(tzinfo=UTC) <= datetime.now(UTC)
    settings.EMBED_HOSTS = ["films.example"]
    publish()
    Purpose.objects.get(group__varname="ads").recipients.create(name="Partner")
    publish()
    denied = ("Advertising.</strong>", "Films and posts of other sites.</strong>")
    for path in ("/", "/privacy/"):
        plain, signal = client.get(path), client.get(path, headers={"Sec-GPC": "1"})
        assert [words in plain.content.decode() for words in denied] == [True, True]
        assert [words in signal.content.decode() for words in denied] == [False, False]
        assert not plain.cookies
        assert not signal.cookies
        allowed = re.sub(r"[a-z-]+-src|'self'|'none'", "", plain["Content-Security-Policy"])
        assert "http" not in allowed
        assert "*" not in allowed


def test_every_page_says_where_its_privacy_policy_is(client: Client) -> None:
    for path in ("/", "/newsletter/", "/account/login/", "/nowhere/"):
        assert '<link rel="privacy-policy" href="/privacy/policy/">' in client.get(path).content.decode()
