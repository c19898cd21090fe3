"""Figures of serving: what the site spends on a page that is the same for everybody, beside nginx with a file of it."""

import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from benchmarks.figure import Figure, missing
from benchmarks.filing import eventually
from benchmarks.site import running_site
from occicor.embedded.ports import HOST

PAGE = "/about/"
# So many requests that the ticks in which a system counts processor time do not matter.
ASKED, ASKED_OF_NGINX = 3000, 30000
# A tenth of what nginx answers in the same time.
MOST_TIMES = 10.0
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
NO_NGINX = "nginx is missing, so there was nothing to compare with: install it (Debian: nginx-light)"
CONFIGURATION = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ }}
http {{
  access_log off;
  keepalive_requests 1000000;
  sendfile on;
  open_file_cache max=10;
  default_type text/html;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen {host}:{port}; root {folder}; }}
}}
"""


def figures(quick: bool) -> Iterator[Figure]:
    """Processor time for one answer of each server, over one connection that stays open; other work hardly moves it."""
    del quick  # it is quick
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        yield missing("pages beside nginx", NO_NGINX)
        return
    with TemporaryDirectory() as name, running_site(Path(name), PAGE) as port:
        site, folder = psutil.Process().children(recursive=True), Path(name)
        head, body = _answer(port, _request(PAGE))
        known = re.search(rb"(?im)^etag: *(\S+)", head)
        if known is None:
            raise RuntimeError(f"{PAGE} came without an ETag: {head!r}")
        (folder / "page.html").write_bytes(body)
        # Its worker gives up the rights of root, and must read this all the same.
        (folder / "page.html").chmod(0o644)
        folder.chmod(0o755)
        with _nginx(program, folder) as (limit_port, nginx):
            limit = _spent(nginx, limit_port, _request("/page.html"), ASKED_OF_NGINX)
            fresh = _spent(site, port, _request(PAGE), ASKED)
            again = _spent(site, port, _request(PAGE, f"If-None-Match: {known[1].decode()}\r\n"), ASKED)
    note = f"processor time for one, {len(body) / 1000:.0f} KB; nginx sends the same from a file"
    yield Figure("a page that the reader has already (304)", again, MOST_TIMES, limit=limit, note=note)
    yield Figure("the same page sent whole", fresh, MOST_TIMES, limit=limit, note=note)


@contextmanager
def _nginx(program: str, folder: Path) -> Iterator[tuple[int, list[psutil.Process]]]:
    """One process of nginx over the folder: its port and its processes; RuntimeError when it does not answer."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = int(probe.getsockname()[1])
    settings = folder / "nginx.conf"
    settings.write_text(CONFIGURATION.format(folder=folder, host=HOST, port=port))
    process = subprocess.Popen([program, "-c", str(settings), "-p", str(folder)], stderr=subprocess.DEVNULL)
    try:
        if not eventually(lambda: _answers(port)):
            raise RuntimeError(f"nginx does not answer:\n{(folder / 'nginx.log').read_text()[-2000:]}")
        yield port, psutil.Process(process.pid).children()
    finally:
        process.terminate()
        process.wait(30)


def _answers(port: int) -> bool:
    try:
        return _answer(port, _request("/page.html"))[0].startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def _spent(server: list[psutil.Process], port: int, request: bytes, times: int) -> float:
    """Seconds of processor time that the server spends on one of so many answers."""
    with socket.create_connection((HOST, port), 30) as connection:
        for _number in range(times // 10):
            _asked(connection, request)
        before = _used(server)
        for _number in range(times):
            _asked(connection, request)
    return (_used(server) - before) / times


def _used(server: list[psutil.Process]) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in server)


def _answer(port: int, request: bytes) -> tuple[bytes, bytes]:
    with socket.create_connection((HOST, port), 30) as connection:
        return _asked(connection, request)


def _asked(connection: socket.socket, request: bytes) -> tuple[bytes, bytes]:
    """One request, and its answer: the head, and what came after it."""
    connection.sendall(request)
    said = b""
    while b"\r\n\r\n" not in said:
        said += _more(connection)
    head, _, body = said.partition(b"\r\n\r\n")
    length = re.search(rb"(?im)^content-length: *(\d+)", head)
    while length is not None and not head.startswith(b"HTTP/1.1 304") and len(body) < int(length[1]):
        body += _more(connection)
    return head, body


def _more(connection: socket.socket) -> bytes:
    came = connection.recv(1 << 18)
    if not came:
        raise ConnectionError("the server closed the connection")
    return came


def _request(path: str, header: str = "") -> bytes:
    """As a person's browser asks, so that the view is counted."""
    return f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nUser-Agent: {BROWSER}\r\n{header}\r\n".encode()
