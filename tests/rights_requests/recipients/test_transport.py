"""The door to other servers: the checked address and no other, no redirects, bounded in time and size."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import trustme

from rights_requests.recipients.addresses import Fault
from rights_requests.recipients.transport import (
    USER_AGENT,
    Answer,
    Answered,
    Body,
    Limits,
    Reason,
    Refused,
    Unreachable,
    addresses_of,
    send,
)
from tests.processor import Processor, Reply, authority_pem
from tests.rights_requests.recipients.spy import connections

SHORT = Limits(connect_seconds=2, wait_seconds=0.4, total_seconds=0.8)
ONLY_IN_ALL = Limits(connect_seconds=2, wait_seconds=20, total_seconds=0.4)


def sent(
    processor: Processor,
    method: str = "POST",
    path: str = "/in",
    body: Body | bytes = b"",
    limits: Limits = SHORT,
    trusted_pem: str | None = None,
) -> Answer:
    """Send something to the processor, trusting its authority unless told otherwise."""
    return send(
        method,
        processor.url + path,
        headers={"X-Ours": "1"},
        body=Body.of(body) if isinstance(body, bytes) else body,
        limits=limits,
        trusted_pem=authority_pem() if trusted_pem is None else trusted_pem,
    )


def test_a_message_arrives_whole_and_with_nothing_more_than_it_needs(processor: Processor) -> None:
    processor.behaves = lambda _call: Reply(201, b"thanks", {"X-Their": "2"})
    with connections() as seen:
        answer = sent(processor, body=b"words", path="/in?a=b")
    assert (answer.status, answer.body, answer.headers["x-their"]) == (201, b"thanks", "2")
    assert set(seen) == {"127.0.0.1"}
    (call,) = processor.calls
    assert (call.method, call.path, call.body) == ("POST", "/in?a=b", b"words")
    assert dict(call.headers) == {
        "host": f"localhost:{processor.port}",
        "user-agent": USER_AGENT,
        "accept": "application/json",
        "accept-encoding": "identity",
        "connection": "close",
        "x-ours": "1",
        "content-length": "5",
    }


def test_a_large_body_is_read_while_it_is_sent(processor: Processor) -> None:
    read: list[int] = []

    def pieces() -> Iterator[bytes]:
        for number in range(64):
            read.append(number)
            yield b"x" * 65_536

    sent(processor, "PUT", body=Body(pieces(), 64 * 65_536), limits=Limits())
    (call,) = processor.calls
    assert len(call.body) == 64 * 65_536
    assert call.headers["content-length"] == str(64 * 65_536)
    assert "transfer-encoding" not in call.headers
    assert len(read) == 64


def test_proxies_of_the_environment_are_not_used(processor: Processor, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setitem(os.environ, name, "http://127.0.0.1:9")
    assert sent(processor).status == 200


PRIVATE_NAMES = {
    "loopback": ["127.0.0.1"],
    "private": ["10.1.2.3"],
    "metadata": ["169.254.169.254"],
    "mapped": ["::ffff:127.0.0.1"],
    "mixed": ["93.184.216.34", "192.168.0.1"],
}


@pytest.mark.parametrize("case", PRIVATE_NAMES)
def test_a_public_name_that_leads_inside_is_refused_before_any_connection(case: str) -> None:
    with connections() as seen, pytest.raises(Refused) as refused:
        send("PUT", "https://files.example.org/", headers={}, resolve=lambda _host, _port: PRIVATE_NAMES[case])
    assert seen == []
    assert refused.value.fault == Fault.NOT_PUBLIC


def test_a_name_is_looked_up_once_so_a_second_answer_can_mislead_nobody() -> None:
    answers = [["93.184.216.34"], ["127.0.0.1"], ["127.0.0.1"]]
    asked: list[tuple[str, int]] = []

    def flips(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return answers.pop(0)

    with connections() as seen, pytest.raises(Unreachable) as failed:
        send("PUT", "https://files.example.org/", headers={}, resolve=flips, limits=SHORT)
    assert asked == [("files.example.org", 443)]
    assert seen == ["93.184.216.34"]
    assert failed.value.reason == Reason.NO_CONNECTION


def test_the_systems_resolver_gives_plain_numbers() -> None:
    assert "127.0.0.1" in addresses_of("localhost", 443)


def test_a_name_that_nobody_has_may_have_one_later() -> None:
    def unknown(_host: str, _port: int) -> list[str]:
        raise OSError("no such name")

    def nowhere(_host: str, _port: int) -> list[str]:
        return []

    for resolve in (unknown, nowhere):
        with pytest.raises(Unreachable) as failed:
            send("PUT", "https://files.example.org/", headers={}, resolve=resolve)
        assert failed.value.reason == Reason.NAME_UNKNOWN


@pytest.mark.parametrize(
    "target", ["https://127.0.0.1:1/", "http://169.254.169.254/latest/", "https://10.0.0.1/", "/elsewhere"]
)
def test_a_redirect_is_an_answer_and_is_not_followed(processor: Processor, target: str) -> None:
    processor.behaves = lambda _call: Reply(302, b"", {"Location": target})
    with connections() as seen, pytest.raises(Answered) as answered:
        sent(processor)
    assert answered.value.status == 302
    assert len(processor.calls) == 1
    assert set(seen) == {"127.0.0.1"}


def test_a_certificate_that_nobody_vouches_for_is_refused(processor: Processor) -> None:
    for trusted in ("", trustme.CA().cert_pem.bytes().decode()):
        with pytest.raises(Unreachable) as failed:
            sent(processor, trusted_pem=trusted)
        assert failed.value.reason == Reason.CERTIFICATE
    assert processor.calls == []


def test_a_certificate_for_another_name_or_for_the_number_alone_is_refused(loopback: None) -> None:
    for name in ("other.example", "127.0.0.1"):
        with Processor(certificate_for=name).running() as other, pytest.raises(Unreachable) as failed:
            sent(other)
        assert failed.value.reason == Reason.CERTIFICATE
        assert other.calls == []


def test_settings_that_hold_no_certificate_trust_nobody(processor: Processor) -> None:
    with pytest.raises(Unreachable) as failed:
        sent(processor, trusted_pem="-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    assert failed.value.reason == Reason.CERTIFICATE


MISBEHAVIOURS = {
    "silent": (SHORT, Reason.TOO_SLOW),
    "drips headers": (ONLY_IN_ALL, Reason.TOO_SLOW),
    "drips body": (ONLY_IN_ALL, Reason.TOO_SLOW),
    "endless": (Limits(), Reason.ANSWER_TOO_LARGE),
    "no http": (SHORT, Reason.BROKEN_OFF),
    "hangs up": (SHORT, Reason.BROKEN_OFF),
    "half": (SHORT, Reason.BROKEN_OFF),
}


@pytest.mark.parametrize("name", MISBEHAVIOURS)
def test_a_server_that_misbehaves_costs_little_and_is_named(processor: Processor, name: str) -> None:
    limits, reason = MISBEHAVIOURS[name]
    processor.misbehaves = name
    with pytest.raises(Unreachable) as failed:
        sent(processor, limits=limits)
    assert failed.value.reason == reason


def test_of_an_endless_answer_little_is_taken(processor: Processor) -> None:
    processor.misbehaves = "endless"
    with pytest.raises(Unreachable):
        sent(processor, limits=Limits(answer_bytes=1000))
    processor.misbehaves = ""
    assert processor.sent_bytes < 20_000_000


def test_an_answer_is_not_unpacked(processor: Processor) -> None:
    processor.misbehaves = "squeezed"
    assert sent(processor).body == b"bomb"


def test_a_server_that_says_no_before_it_has_everything_is_heard(processor: Processor) -> None:
    processor.misbehaves = "refuses early"
    with pytest.raises(Answered) as answered:
        sent(processor, "PUT", body=Body((b"x" * 65_536 for _ in range(256)), 256 * 65_536), limits=Limits())
    assert answered.value.status == 413


WAITS = {
    "120": 120,
    "0": 0,
    "99999999999999999999": 10**8,
    "soon": None,
    "": None,
    "-5": None,
    "²": None,
    "Wed, 21 Oct 2015 07:28:00 GMT": 0,
}


@pytest.mark.parametrize("said", WAITS)
def test_how_long_to_wait_is_read_from_the_answer(processor: Processor, said: str) -> None:
    processor.behaves = lambda _call: Reply(429, b"", {"Retry-After": said})
    with pytest.raises(Answered) as answered:
        sent(processor)
    assert (answered.value.status, answered.value.retry_after_seconds) == (429, WAITS[said])


def test_a_line_end_in_a_header_of_ours_never_leaves(processor: Processor) -> None:
    with pytest.raises(ValueError, match="header"):
        send("POST", processor.url, headers={"X": "a\r\nB: c"}, trusted_pem=authority_pem())
    assert processor.calls == []


def test_nothing_sent_or_heard_is_written_to_a_log(processor: Processor, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    processor.behaves = lambda _call: Reply(500, b"canary-answer")
    with pytest.raises(Answered):
        sent(processor, path="/in?token=canary-token", body=b"canary-body")
    assert "canary" not in caplog.text


def test_from_a_copy_for_trying_out_nothing_leaves_and_no_name_is_looked_up(
    processor: Processor, settings: Any
) -> None:
    settings.STAGING_COPY = True
    with connections() as seen, pytest.raises(Unreachable) as told:
        sent(processor, body=b"words")
    assert told.value.reason == Reason.STAGING_COPY
    assert (list(seen), processor.calls) == ([], [])
