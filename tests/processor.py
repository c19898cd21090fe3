"""A recipient's server to test against: real HTTPS on this computer, which keeps what it was sent and can misbehave."""

import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import trustme

HOST = "localhost"
# The most that a misbehaving server sends; far more than anybody should read of it.
ENDLESS_BYTES = 50_000_000


@cache
def authority() -> trustme.CA:
    """The authority that vouches for every server of the tests; made once, since keys take a moment."""
    return trustme.CA()


def authority_pem() -> str:
    """The authority's certificate, as a recipient's settings hold it."""
    return authority().cert_pem.bytes().decode()


@dataclass(frozen=True)
class Call:
    """One request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Reply:
    """An answer that keeps to the rules of HTTP."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


Behaviour = Callable[[Call], Reply]


class Processor:
    """The server. `behaves` decides each answer; `misbehaves` names something that is no answer at all."""

    def __init__(self, *, certificate_for: str = HOST, ca: trustme.CA | None = None) -> None:
        self.behaves: Behaviour = lambda _call: Reply()
        self.misbehaves = ""
        self.calls: list[Call] = []
        self.sent_bytes = 0
        self.over = threading.Event()
        self._server = _Server((("127.0.0.1"), 0), _Handler)
        self._server.processor = self
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        (ca or authority()).issue_cert(certificate_for).configure_cert(context)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """Its address, without a slash at its end."""
        return f"https://{HOST}:{self.port}"

    @contextmanager
    def running(self) -> Iterator["Processor"]:
        """Answer until the end of the block."""
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.over.set()
            self._server.shutdown()
            self._server.server_close()
            thread.join(timeout=5)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    processor: Processor

    def handle_error(self, request: object, client_address: object) -> None:
        """Who hangs up on us, or does not trust our certificate, is what the tests are about: nothing to print."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def handle_one_request(self) -> None:
        """Every method is answered alike."""
        self.raw_requestline = self.rfile.readline(65_537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        processor = self.server.processor
        if processor.misbehaves == "refuses early":
            self._answer(Reply(413))
            self.close_connection = True
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        call = Call(self.command, self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        processor.calls.append(call)
        with suppress(OSError):
            if processor.misbehaves:
                MISBEHAVIOURS[processor.misbehaves](self, processor)
            else:
                self._answer(processor.behaves(call))
        self.close_connection = True

    def _answer(self, reply: Reply) -> None:
        headers = {"Content-Length": str(len(reply.body)), "Connection": "close"} | reply.headers
        lines = [f"HTTP/1.1 {reply.status} Said", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        self.wfile.write("\r\n".join(lines).encode() + reply.body)


def _silent(_handler: _Handler, processor: Processor) -> None:
    processor.over.wait(30)


def _drips_headers(handler: _Handler, processor: Processor) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while not processor.over.wait(0.02):
        handler.wfile.write(b"a")


def _drips_body(handler: _Handler, processor: Processor) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while not processor.over.wait(0.02):
        handler.wfile.write(b"a")


def _endless(handler: _Handler, processor: Processor) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while processor.sent_bytes < ENDLESS_BYTES:
        handler.wfile.write(b"a" * 65_536)
        processor.sent_bytes += 65_536


def _squeezed(handler: _Handler, _processor: Processor) -> None:
    """A body that says it is compressed: whoever unpacked it would hold far more than was sent."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nbomb")


def _no_http(handler: _Handler, _processor: Processor) -> None:
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.0\r\n\r\n")


def _hangs_up(_handler: _Handler, _processor: Processor) -> None:
    """Nothing is said; the connection is closed after this."""


def _half(handler: _Handler, _processor: Processor) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")


MISBEHAVIOURS: dict[str, Callable[[_Handler, Processor], None]] = {
    "silent": _silent,
    "drips headers": _drips_headers,
    "drips body": _drips_body,
    "endless": _endless,
    "squeezed": _squeezed,
    "no http": _no_http,
    "hangs up": _hangs_up,
    "half": _half,
}
