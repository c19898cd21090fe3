"""The only door through which anything leaves for another server: https, public addresses, no redirects, bounded.

Whoever names the server may be an attacker (a person who asks for a transfer, a recipient whose name was taken over).
So a name is looked up once and exactly the address that was checked is called; its certificate must be for the name.
"""

import contextlib
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum
from http.client import HTTPException  # noqa: TID251 - this is the door
from threading import Event, Thread, Timer

from django.conf import settings
from django.utils import timezone
from urllib3 import BaseHTTPResponse  # noqa: TID251
from urllib3.connection import HTTPSConnection  # noqa: TID251
from urllib3.exceptions import HTTPError  # noqa: TID251

from rights_requests.recipients.addresses import AddressFault, Destination, Fault, callable_addresses, read

USER_AGENT = "Occicor-privacy-portal/1"
# How many of a name's addresses are tried: one of each family, usually.
ADDRESSES_TRIED = 2
READ_BYTES = 16_384

Resolver = Callable[[str, int], Iterable[str]]


class Reason(StrEnum):
    """Why nothing, or no complete answer, came back."""

    NAME_UNKNOWN = "name_unknown"
    NO_CONNECTION = "no_connection"
    CERTIFICATE = "certificate"
    BROKEN_OFF = "broken_off"
    TOO_SLOW = "too_slow"
    ANSWER_TOO_LARGE = "answer_too_large"
    STAGING_COPY = "staging_copy"


class NotDelivered(Exception):
    """The message was not taken; one of the three below says how far it came."""


class Refused(NotDelivered):
    """We do not call this address, and did not: no connection was made. `fault` says why; trying again is useless."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class Unreachable(NotDelivered):
    """No complete answer. The other side may have acted on the message all the same; trying again may help."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Answered(NotDelivered):
    """The other side answered with a status other than 2xx, redirects included: those are never followed."""

    def __init__(self, status: int, retry_after_seconds: int | None) -> None:
        super().__init__(f"status {status}")
        self.status = status
        self.retry_after_seconds = retry_after_seconds


@dataclass(frozen=True)
class Limits:
    """How long and how much: for connecting, for one wait, for everything together, and for the answer's body."""

    connect_seconds: float = 5.0
    wait_seconds: float = 15.0
    total_seconds: float = 30.0
    answer_bytes: int = 65_536


@dataclass(frozen=True)
class Body:
    """What is sent. A large one is an iterable that is read while it is sent; `size` in bytes must be right."""

    content: bytes | Iterable[bytes] = b""
    size: int = 0

    @classmethod
    def of(cls, content: bytes) -> "Body":
        """A body that is in memory as a whole."""
        return cls(content, len(content))


@dataclass(frozen=True)
class Answer:
    """A 2xx answer: headers with lower-case names, and the body's bytes as they came."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def addresses_of(host: str, port: int) -> list[str]:
    """The network addresses of a name, as the system's resolver gives them; raises OSError when it has none."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


DEFAULT_LIMITS = Limits()
NOTHING = Body()


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: Body = NOTHING,
    limits: Limits = DEFAULT_LIMITS,
    trusted_pem: str = "",
    resolve: Resolver = addresses_of,
) -> Answer:
    """Send one request and read its answer; raises Refused, Unreachable or Answered, and what reading the body raises.

    `trusted_pem` holds the only certificates that may vouch for the server; without it, the system's do. Nothing of the
    environment (proxies, credentials) is used, nothing is remembered, and nothing is written to a log. From a copy for
    trying out nothing leaves.
    """
    if settings.STAGING_COPY:
        raise Unreachable(Reason.STAGING_COPY)
    ends_at = time.monotonic() + limits.total_seconds
    try:
        where = read(url)
        found = _looked_up(where, resolve, limits)
        addresses = callable_addresses(found, where.port)
    except AddressFault as error:
        raise Refused(error.fault) from error
    connection = _connected(where, addresses[:ADDRESSES_TRIED], limits, _context(trusted_pem))
    try:
        with _cut_off(connection, ends_at - time.monotonic()) as over:
            answer = _asked(connection, method, where, {**_own_headers(where), **headers}, body)
            said = {name.lower(): value for name, value in answer.headers.items()}
            if not 200 <= answer.status <= 299:
                raise Answered(answer.status, _retry_after(said.get("retry-after", "")))
            return Answer(answer.status, said, _content(answer, limits.answer_bytes, over))
    finally:
        connection.close()


def trusts(pem: str) -> bool:
    """Whether a text holds certificates of authorities, or nothing: then the system's are trusted."""
    try:
        _context(pem)
    except Unreachable:
        return False
    return True


def _own_headers(where: Destination) -> dict[str, str]:
    return {
        "Host": where.authority,
        "User-Agent": USER_AGENT,
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }


def _looked_up(where: Destination, resolve: Resolver, limits: Limits) -> Sequence[str]:
    """The addresses of the name. The system's look-up knows no time limit, so it waits in a thread of its own."""
    answer: Future[list[str]] = Future()

    def look_up() -> None:
        try:
            answer.set_result(list(resolve(where.host, where.port)))
        except (OSError, UnicodeError) as error:
            answer.set_exception(error)

    Thread(target=look_up, daemon=True).start()
    try:
        found = answer.result(timeout=limits.connect_seconds)
    except (OSError, UnicodeError) as error:
        raise Unreachable(Reason.NAME_UNKNOWN) from error
    if not found:
        raise Unreachable(Reason.NAME_UNKNOWN)
    return found


def _context(trusted_pem: str) -> ssl.SSLContext:
    """TLS as we ask for it: 1.2 or newer, a certificate for the name, from the given authorities or the system's."""
    try:
        context = ssl.create_default_context(cadata=trusted_pem or None)
    except (ssl.SSLError, ValueError) as error:
        raise Unreachable(Reason.CERTIFICATE) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _connected(
    where: Destination, addresses: Sequence[str], limits: Limits, context: ssl.SSLContext
) -> HTTPSConnection:
    """A connection to the first address that answers; urllib3 is given the number, so it looks nothing up again."""
    reason = Reason.NO_CONNECTION
    for address in addresses:
        connection = HTTPSConnection(
            address,
            where.port,
            timeout=limits.connect_seconds,
            server_hostname=where.host,
            ssl_context=context,
            cert_reqs="CERT_REQUIRED",
        )
        try:
            connection.connect()
        except (HTTPError, OSError) as error:
            connection.close()
            bad = isinstance(error, ssl.SSLCertVerificationError)
            reason = Reason.CERTIFICATE if bad else Reason.NO_CONNECTION
        else:
            connection.timeout = limits.wait_seconds
            return connection
    raise Unreachable(reason)


@contextlib.contextmanager
def _cut_off(connection: HTTPSConnection, seconds: float) -> Iterator[Event]:
    """Cut the connection when the time for everything is over, whatever is being sent or read just then.

    A server that gives one byte now and then never runs into the limit of a single wait. What breaks inside surfaces as
    Unreachable.
    """
    over = Event()
    line = connection.sock

    def cut() -> None:
        over.set()
        with contextlib.suppress(OSError):
            # Past the TLS layer, whose own shutdown would disturb the thread that is reading.
            socket.socket.shutdown(line, socket.SHUT_RDWR)

    timer = Timer(max(seconds, 0), cut)
    timer.daemon = True
    timer.start()
    try:
        yield over
    except (HTTPError, HTTPException, OSError) as error:
        slow = over.is_set() or isinstance(error, TimeoutError)
        raise Unreachable(Reason.TOO_SLOW if slow else Reason.BROKEN_OFF) from error
    finally:
        timer.cancel()


def _asked(
    connection: HTTPSConnection, method: str, where: Destination, headers: Mapping[str, str], body: Body
) -> BaseHTTPResponse:
    """Send the request; the answer, of which the body is not read yet."""
    sized = {**headers, "Content-Length": str(body.size)} if method in {"POST", "PUT"} else headers
    # A server that has said no (413, 401) may hang up before it has taken everything: its answer is there to be read.
    with contextlib.suppress(BrokenPipeError, ConnectionResetError, ssl.SSLEOFError):
        connection.request(
            method, where.target, body=body.content or None, headers=sized, preload_content=False, decode_content=False
        )
    return connection.getresponse()


def _content(answer: BaseHTTPResponse, most: int, over: Event) -> bytes:
    """The body's bytes; raises Unreachable when there are more than `most`, or when only our own cut ended them."""
    content = bytearray()
    while piece := answer.read(READ_BYTES):
        content += piece
        if len(content) > most:
            raise Unreachable(Reason.ANSWER_TOO_LARGE)
    if over.is_set():
        raise Unreachable(Reason.TOO_SLOW)
    return bytes(content)


def _retry_after(value: str) -> int | None:
    """How many seconds the other side asks us to wait, from either form of the header; None when it says nothing."""
    if value.isascii() and value.isdigit():
        return min(int(value[:9]), 10**8)
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    if until.tzinfo is None:
        return None
    return max(0, int((until - timezone.now()).total_seconds()))
