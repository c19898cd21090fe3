"""The site over the benchmarks' database, as `make run` starts it."""

import http.client
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.filing import eventually
from occicor.embedded.ports import HOST
from occicor.embedded.stack import WEB

START_SECONDS = 60.0


@contextmanager
def running_site(folder: Path, page: str) -> Iterator[int]:
    """Start it, wait until the page is answered, and give the port; RuntimeError with its log when it is not."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    command = [sys.executable, "-m", *WEB.split(), f"--host={HOST}", f"--port={port}", "occicor.wsgi:application"]
    with (folder / "web.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ, start_new_session=True)
    try:
        if not eventually(lambda: _answers(port, page), START_SECONDS):
            raise RuntimeError(f"the site does not answer:\n{(folder / 'web.log').read_text()[-2000:]}")
        yield port
    finally:
        process.terminate()
        process.wait(30)


def visit(port: int, page: str) -> None:
    """Open a page once, as a visitor who has never been there."""
    asking = http.client.HTTPConnection(HOST, port, timeout=30)
    asking.request("GET", page)
    answer = asking.getresponse()
    answer.read()
    asking.close()
    if answer.status != http.client.OK:
        raise RuntimeError(f"the site answered {answer.status}")


def _answers(port: int, page: str) -> bool:
    try:
        visit(port, page)
    except OSError:
        return False
    return True
