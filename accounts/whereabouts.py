"""In which country an internet address is, from a table inside the program, and its shortened form; nobody is asked."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import iptocc
from django.utils.translation import gettext as _
from django_countries import countries

# So much of an address is kept: the network of a provider's exchange or of a company, never one line or one device.
IPV4_BITS, IPV6_BITS = 24, 48
# What is in no country: this computer, and networks of homes and companies.
_OWN = "127.0.0.0/8 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 169.254.0.0/16 ::1/128 fc00::/7 fe80::/10"
OWN_NETWORKS = tuple(map(ip_network, _OWN.split()))
# A shortened loopback address no longer says that it is one.
LOOPBACK = "::/48"


@dataclass(frozen=True)
class Place:
    """Where an address is: the country by ISO 3166-1, empty when we do not know it, and the network it is in."""

    country: str = ""
    network: str = ""


def place_of(address: str) -> Place:
    """The place of an address as it arrived; of anything else than an address, nowhere. Never raises."""
    found = _parsed(address)
    if found is None:
        return Place()
    bits = IPV4_BITS if found.version == 4 else IPV6_BITS
    network = str(ip_network((found, bits), strict=False))
    if any(found in own for own in OWN_NETWORKS):
        return Place(network=network)
    country = iptocc.country_code(str(found)) or ""
    # The table also has codes that are no country, such as one for the whole of Europe.
    return Place(country if country in countries else "", network)


def in_words(country: str, network: str) -> str:
    """A place in words: the country, "your own network", or that we do not know."""
    if country:
        return str(countries.name(country) or country)
    if network and _is_own(network):
        return _("your own network")
    return _("a country we could not find out")


def _is_own(network: str) -> bool:
    inside = ip_network(network)
    return network == LOOPBACK or any(
        inside.version == own.version and inside.subnet_of(own)  # type: ignore[arg-type] # the same version
        for own in OWN_NETWORKS
    )


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(address.strip().partition("%")[0])
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found
