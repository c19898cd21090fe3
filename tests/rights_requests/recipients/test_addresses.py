"""Which web addresses are accepted, and which network addresses are never called."""

import pytest
from pytest_django import Settings

from rights_requests.recipients.addresses import (
    FAULTS,
    AddressFault,
    Destination,
    Fault,
    callable_addresses,
    is_forbidden,
    read,
)
from rights_requests.recipients.transport import Refused, send
from tests.rights_requests.recipients.spy import connections

# One machine, many ways to write it; each leads a resolver, a browser or a C library to 127.0.0.1 or ::1.
THIS_COMPUTER = [
    "https://127.0.0.1/",
    "https://127.1/",
    "https://127.0.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://017700000001/",
    "https://0/",
    "https://0.0.0.0/",
    "https://127.0.0.1./",
    "https://①②⑦.0.0.1/",
    "https://127。0。0。1/",
    "https://127.0.0.1:443/",
    "https://[::1]/",
    "https://[::]/",
    "https://[0:0:0:0:0:0:0:1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::127.0.0.1]/",
    "https://[fe80::1%25eth0]/",
    "https://localhost/",
    "https://LOCALHOST./",
    "https://ⓛocalhost/",
]
ELSEWHERE = [
    "https://169.254.169.254/latest/meta-data/",
    "https://0xa9fea9fe/",
    "https://10.0.0.1/",
    "https://[fd00:ec2::254]/",
    "https://93.184.216.34/",
    "https://intranet/",
]
WRITTEN_WRONG = {
    "file:///etc/passwd": Fault.NOT_HTTPS,
    "gopher://example.org/": Fault.NOT_HTTPS,
    "http://example.org/": Fault.NOT_HTTPS,
    "ftp://example.org/": Fault.NOT_HTTPS,
    "javascript:alert(1)": Fault.NOT_HTTPS,
    "example.org/upload": Fault.NOT_HTTPS,
    "//example.org/": Fault.NOT_HTTPS,
    "https:example.org": Fault.NOT_HTTPS,
    "https:/example.org": Fault.NOT_HTTPS,
    "https:///example.org": Fault.UNREADABLE,
    "": Fault.NOT_HTTPS,
    "https://example.org/\r\nHost: 127.0.0.1": Fault.UNREADABLE,
    "https://exa mple.org/": Fault.UNREADABLE,
    "https://exam\tple.org/": Fault.UNREADABLE,
    " https://example.org/": Fault.UNREADABLE,
    "https://example.org\\@127.0.0.1/": Fault.UNREADABLE,
    "https://exa_mple.org/": Fault.UNREADABLE,
    "https://example.org%00.example.com/": Fault.UNREADABLE,
    "https://%31%32%37.0.0.1/": Fault.UNREADABLE,
    "https://example..org/": Fault.UNREADABLE,
    "https://example.org:port/": Fault.UNREADABLE,
    "https://example.org:99999/": Fault.UNREADABLE,
    "https://ex[ample.org/": Fault.UNREADABLE,
    "https://example.org／@evil.example/": Fault.UNREADABLE,
    "https://me:password@example.org/": Fault.CREDENTIALS,
    "https://example.org@127.0.0.1/": Fault.CREDENTIALS,
    "https://example.org/#part": Fault.FRAGMENT,
    "https://example.org:22/": Fault.PORT,
    "https://example.org:8443/": Fault.PORT,
    "https://example.org/" + "a" * 2048: Fault.TOO_LONG,
}


@pytest.mark.parametrize("url", THIS_COMPUTER + ELSEWHERE)
@pytest.mark.promise("P5.6")
def test_an_address_that_names_no_public_server_is_refused_before_any_connection(url: str) -> None:
    with connections() as seen, pytest.raises(Refused) as refused:
        send("PUT", url, headers={})
    assert seen == []
    assert refused.value.fault in {Fault.NUMBER, Fault.NOT_PUBLIC}


@pytest.mark.parametrize(("url", "fault"), WRITTEN_WRONG.items())
def test_an_address_written_wrong_is_refused_before_any_connection(url: str, fault: Fault) -> None:
    with connections() as seen, pytest.raises(Refused) as refused:
        send("PUT", url, headers={})
    assert seen == []
    assert refused.value.fault == fault


def test_every_fault_has_a_sentence_that_says_what_to_write() -> None:
    assert set(FAULTS) == set(Fault)
    with pytest.raises(AddressFault) as found:
        read("http://example.org/")
    assert found.value.message == "Write an address that begins with https://."


def test_a_name_in_any_script_and_case_becomes_what_the_network_knows() -> None:
    assert read("https://MÜNCHEN.example./straße?q=ä%20b&sig=a/b+c==") == Destination(
        "xn--mnchen-3ya.example", 443, "/stra%C3%9Fe?q=%C3%A4%20b&sig=a/b+c=="
    )
    assert read("https://faß.example").host == "xn--fa-hia.example"


def test_the_usual_port_is_left_out_of_the_host_header() -> None:
    assert read("https://example.org:443/").authority == "example.org"
    assert Destination("example.org", 8443, "/").authority == "example.org:8443"


def test_further_ports_are_a_setting(settings: Settings) -> None:
    settings.OUTBOUND_PORTS = [443, 8443]
    assert read("https://example.org:8443/").port == 8443


FORBIDDEN = [
    "0.0.0.0", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254",
    "168.63.129.16", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.168.1.1",
    "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::ffff:10.0.0.1", "::ffff:93.184.216.34", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1",
    "2001::1", "2001:0:7f00:1::", "2001:db8::1", "2002:7f00:1::", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254",
    "fe80::1", "fe80::1%1", "fec0::1", "ff02::1", "", "localhost", "93.184.216.34.",
]  # fmt: skip
PUBLIC = ["93.184.216.34", "1.1.1.1", "100.63.255.255", "172.32.0.1", "2606:2800:220:1:248:1893:25c8:1946", "2a00::1"]


@pytest.mark.parametrize("address", FORBIDDEN)
def test_an_address_inside_or_reserved_is_never_called(address: str) -> None:
    assert is_forbidden(address)
    with pytest.raises(AddressFault):
        callable_addresses([address], 443)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_called(address: str) -> None:
    assert callable_addresses([address], 443) == [address]


def test_one_forbidden_address_condemns_the_name() -> None:
    with pytest.raises(AddressFault):
        callable_addresses(["93.184.216.34", "10.0.0.1"], 443)


def test_the_setting_for_trying_out_opens_this_computer_and_nothing_else(settings: Settings) -> None:
    settings.OUTBOUND_ALLOW_LOOPBACK = True
    assert callable_addresses(["127.0.0.1", "::1"], 8443) == ["127.0.0.1", "::1"]
    for address in ("10.0.0.1", "169.254.169.254", "::ffff:10.0.0.1", "0.0.0.0"):
        with pytest.raises(AddressFault):
            callable_addresses([address], 443)
    with pytest.raises(AddressFault) as found:
        callable_addresses(["93.184.216.34"], 8443)
    assert found.value.fault == Fault.PORT
