"""Decides where a message may go: which web addresses are accepted, and which network addresses are never called."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import SplitResult, quote, urlsplit

import idna
from django.conf import settings
from django.utils.translation import gettext_lazy as _

HTTPS_PORT = 443
LONGEST_URL = 2048
# What a browser would quietly drop or turn round (spaces, line ends, backslashes) means something else to us: refused.
_UNREADABLE = re.compile(r"[\x00-\x20\x7f\\]")
# A last label of digits makes the whole name a number to every resolver: 127.1, 0x7f.1, 2130706433 (WHATWG URL, 3.5).
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
# Reserved characters stay as the person wrote them: a signed upload address breaks when it is encoded anew.
_TARGET_SAFE = "/?%:@!$&'()*+,;=-._~"

# The IANA registry of special-purpose addresses, and the one public address at which a cloud answers with secrets.
_NEVER_V4 = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # carrier-grade translation; also Alibaba's metadata
            "127.0.0.0/8",  # loopback
            "168.63.129.16/32",  # Azure's host
            "169.254.0.0/16",  # link-local; metadata of nearly every cloud
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # protocol assignments; also Oracle's metadata
            "192.0.2.0/24",  # documentation
            "192.88.99.0/24",  # 6to4 relays
            "192.168.0.0/16",  # private
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, broadcast
        ),
    )
)
# Of IPv6, only global unicast is ever called. That alone leaves out ::1, fe80::, fc00::, ff00::, 64:ff9b:: and every
# form with an IPv4 address inside, save those below.
_ONLY_V6 = ip_network("2000::/3")
_NEVER_V6 = tuple(
    map(
        ip_network,
        (
            "2001::/23",  # protocol assignments; Teredo, which carries IPv4
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4, which carries IPv4
            "3fff::/20",  # documentation
        ),
    )
)


class Fault(StrEnum):
    """What is wrong with an address; the sentence for each is in FAULTS."""

    NOT_HTTPS = "not_https"
    TOO_LONG = "too_long"
    UNREADABLE = "unreadable"
    CREDENTIALS = "credentials"
    FRAGMENT = "fragment"
    NUMBER = "number"
    PORT = "port"
    NOT_PUBLIC = "not_public"


FAULTS: dict[Fault, Any] = {
    Fault.NOT_HTTPS: _("Write an address that begins with https://."),
    Fault.TOO_LONG: _("This address is too long. Write one of at most 2,048 characters."),
    Fault.UNREADABLE: _("We cannot read this address. Copy it again, from https:// to its end, without spaces."),
    Fault.CREDENTIALS: _("Leave the name and password before the @ out of the address."),
    Fault.FRAGMENT: _("Leave out the # and what follows it."),
    Fault.NUMBER: _("Write the name of the server, such as files.example.org, not its number."),
    Fault.PORT: _("Leave out the colon and the number after the server's name: we use the usual port for https."),
    Fault.NOT_PUBLIC: _("This server is not on the public internet. Write the address of one that is."),
}


class AddressFault(ValueError):
    """An address that is not accepted; `fault` says why, `message` what to write instead."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.message = FAULTS[fault]


@dataclass(frozen=True)
class Destination:
    """A web address taken apart: host in its ASCII form, port, and what is asked for there (path and query)."""

    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """Host and, where it is not the usual one, port: as the Host header says it."""
        return self.host if self.port == HTTPS_PORT else f"{self.host}:{self.port}"


def read(url: str) -> Destination:
    """The parts of an address that we would call, without looking its name up; raises AddressFault.

    Forms use it while the person can still correct the address. Whether the name leads to a public server shows only
    when it is looked up, so `callable_addresses` decides that at each call.
    """
    if len(url) > LONGEST_URL:
        raise AddressFault(Fault.TOO_LONG)
    if _UNREADABLE.search(url):
        raise AddressFault(Fault.UNREADABLE)
    try:
        parts = urlsplit(url)
        port = parts.port or HTTPS_PORT
    except ValueError as error:
        raise AddressFault(Fault.UNREADABLE) from error
    if fault := _fault_of(parts, url):
        raise AddressFault(fault)
    return Destination(_host(parts), _allowed(port), _target(parts))


def _fault_of(parts: SplitResult, url: str) -> Fault | None:
    if parts.scheme != "https" or not url[len("https:") :].startswith("//"):
        return Fault.NOT_HTTPS
    if "@" in parts.netloc:
        return Fault.CREDENTIALS
    if "#" in url:
        return Fault.FRAGMENT
    if "[" in parts.netloc:
        return Fault.NUMBER
    return None


def _host(parts: SplitResult) -> str:
    """The host's name as the network knows it (IDNA 2008, after the mapping of UTS 46 that browsers apply)."""
    try:
        name = idna.encode(parts.hostname or "", uts46=True, std3_rules=True).decode("ascii").rstrip(".")
    except UnicodeError as error:
        raise AddressFault(Fault.UNREADABLE) from error
    if _NUMBER.fullmatch(name.rpartition(".")[2]):
        raise AddressFault(Fault.NUMBER)
    if "." not in name and not settings.OUTBOUND_ALLOW_LOOPBACK:
        raise AddressFault(Fault.NOT_PUBLIC)
    return name


def _allowed(port: int) -> int:
    """The port; on this computer, where that counts as a place at all, servers for trying out listen anywhere."""
    if port not in settings.OUTBOUND_PORTS and not settings.OUTBOUND_ALLOW_LOOPBACK:
        raise AddressFault(Fault.PORT)
    return port


def _target(parts: SplitResult) -> str:
    query = f"?{parts.query}" if parts.query else ""
    return quote((parts.path or "/") + query, safe=_TARGET_SAFE)


def callable_addresses(found: Iterable[str], port: int) -> list[str]:
    """The network addresses a name leads to, when every one of them may be called; raises AddressFault otherwise.

    One forbidden address among public ones condemns the name: an honest server has no reason to mix them.
    """
    addresses = list(dict.fromkeys(found))
    for address in addresses:
        if is_forbidden(address) and not _is_own(address):
            raise AddressFault(Fault.NOT_PUBLIC)
        if port not in settings.OUTBOUND_PORTS and not _is_own(address):
            raise AddressFault(Fault.PORT)
    return addresses


def is_forbidden(address: str) -> bool:
    """Whether a network address is no public server's: this machine, a private network, a cloud's inside."""
    parsed = _parsed(address)
    if isinstance(parsed, IPv4Address):
        return any(parsed in network for network in _NEVER_V4)
    if isinstance(parsed, IPv6Address):
        return parsed not in _ONLY_V6 or any(parsed in network for network in _NEVER_V6)
    return True


def _is_own(address: str) -> bool:
    """Whether it is this computer, and the setting for tests and trying out lets it count as a place."""
    parsed = _parsed(address)
    return bool(settings.OUTBOUND_ALLOW_LOOPBACK and parsed is not None and parsed.is_loopback)


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(address)
    except ValueError:
        return None
