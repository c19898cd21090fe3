"""From which country an address is, what is kept of it, and what is said of it."""

import socket
import sys

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from accounts import devices, whereabouts
from accounts.whereabouts import Place

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P1.4")]


@pytest.mark.parametrize(
    ("address", "country", "network"),
    [
        ("82.64.7.9", "FR", "82.64.7.0/24"),
        ("8.8.8.8", "US", "8.8.8.0/24"),
        ("2a01:e34:ec12:3456::1", "FR", "2a01:e34:ec12::/48"),
        ("2001:16a2:1:2::3", "SA", "2001:16a2:1::/48"),
        # An IPv4 address in the clothes of IPv6.
        ("::ffff:82.64.7.9", "FR", "82.64.7.0/24"),
        ("::ffff:10.0.0.1", "", "10.0.0.0/24"),
        (" 82.64.7.9 ", "FR", "82.64.7.0/24"),
        ("fe80::1%eth0", "", "fe80::/48"),
        # In no country, though it is an address: for examples, for a provider's own lines, for nobody.
        ("192.0.2.7", "", "192.0.2.0/24"),
        ("2001:db8:1::7", "", "2001:db8:1::/48"),
        ("100.64.1.2", "", "100.64.1.0/24"),
        ("0.0.0.0", "", "0.0.0.0/24"),
        *((odd, "", "") for odd in ("", "unknown", "82.64.7", "82.64.7.9:443", "1" * 10_000, "八.八.八.八")),
    ],
)
def test_an_address_has_a_country_and_a_shortened_form(address: str, country: str, network: str) -> None:
    assert whereabouts.place_of(address) == Place(country, network)


@given(st.ip_addresses())
def test_no_address_is_kept_whole_and_none_raises(address: object) -> None:
    network = whereabouts.place_of(str(address)).network
    assert network.endswith(("/24", "/48"))
    assert len(network.partition("/")[0].strip(".0").split(".")) <= 3 or ":" in network


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("82.64.7.9", "France"),
        *((own, "your own network") for own in ("127.0.0.1", "::1", "10.1.2.3", "192.168.1.9", "fd00::1")),
        *((odd, "a country we could not find out") for odd in ("192.0.2.7", "2001:db8::1", "nothing")),
    ],
)
def test_a_place_is_said_in_words(address: str, said: str) -> None:
    place = whereabouts.place_of(address)
    assert whereabouts.in_words(place.country, place.network) == said


def test_a_country_is_named_in_the_language_of_the_page() -> None:
    with translation.override("fr"):
        assert whereabouts.in_words("GB", "") == "Royaume-Uni"


def test_nobody_is_asked_for_a_country(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a network nor a file: the table is inside the program, once for each process."""
    asked: list[str] = []
    watching = [True]

    def notice(event: str, _arguments: object) -> None:
        if watching and (event.startswith("socket.") or event == "open"):
            asked.append(event)

    monkeypatch.setattr(socket, "socket", None)
    sys.addaudithook(notice)
    whereabouts.place_of("81.2.69.142")
    watching.clear()
    assert asked == []


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ("Mozilla/5.0 (X11; CrOS x86_64 16181.61.0) Chrome/134.0 Safari/537.36", "Chrome on ChromeOS"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) CriOS/140.0 Safari/604.1", "Chrome on iPhone"),
        ("Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) FxiOS/140.0 Safari/605.1", "Firefox on iPad"),
        ("Mozilla/5.0 (Linux; Android 15) SamsungBrowser/27.0 Chrome/125.0", "Samsung Internet on Android"),
        ("Windows", "Windows"),
        ("Ω\u00a7\u202e\x00" * 2_500, "A browser we do not know"),
        ("", "A browser we do not know"),
    ],
)
def test_a_device_is_one_of_few_families(sent: str, said: str) -> None:
    assert devices.in_words(*devices.family(sent)) == said
