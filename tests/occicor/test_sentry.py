"""What reaches a Sentry server: that something broke and where; nothing that anybody sent, has or is."""

import gzip
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from occicor.settings import watching
from occicor.watching.sentry import LEAVES, Reports
from tests.occicor.test_answers import CANARY

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P4.1")]


class Ingest(BaseHTTPRequestHandler):
    """The door at which a Sentry server takes envelopes."""

    received: list[tuple[str, bytes]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        self.received.append((f"{self.path} {self.headers}", body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_words: Any) -> None:
        """Says nothing."""


@pytest.fixture
def ingest() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """A server of our own in the place of Sentry's: its DSN, and what it received."""
    received: list[tuple[str, bytes]] = []
    server = HTTPServer(("127.0.0.1", 0), type("Door", (Ingest,), {"received": received}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://key@127.0.0.1:{server.server_port}/7", received
    server.shutdown()
    server.server_close()


@pytest.mark.urls("tests.occicor.test_answers")
def test_an_error_arrives_as_class_and_place_and_nothing_of_a_person(
    ingest: tuple[str, list[tuple[str, bytes]]], client: Client
) -> None:
    dsn, received = ingest
    handler, root = Reports(dsn, "test"), logging.getLogger()
    root.addHandler(handler)
    try:
        client.raise_request_exception = False
        client.cookies["a"] = CANARY
        told = {"HTTP_USER_AGENT": CANARY, "HTTP_X_CANARY": CANARY, "REMOTE_ADDR": "203.0.113.77"}
        client.post(f"/broken/{CANARY}/?mail={CANARY}", {"name": CANARY}, **told)
        logging.getLogger("somewhere").error("said of %s@example.org from %s", CANARY, "203.0.113.77")
        logging.getLogger("somewhere").warning("no report")
    finally:
        root.removeHandler(handler)
        handler.flush()
    events = [json.loads(body.splitlines()[2]) for _head, body in received]
    assert [event["logentry"]["message"] for event in events] == [
        "Internal Server Error: broken",
        "said of [mailbox] from [network]",
    ]
    (error,) = events[0]["exception"]["values"]
    assert (error["type"], "value" in error) == ("ValueError", False)
    assert error["stacktrace"]["frames"][-1]["function"] == "broken"
    assert "vars" not in json.dumps(events)
    assert events[0]["tags"]["route"] == "broken"
    assert all(set(event) <= LEAVES for event in events)
    assert not [1 for head, body in received if CANARY in head or CANARY.encode() in body or b"203.0.113" in body]


def test_it_is_off_until_a_server_is_named_and_what_speaks_to_it_is_asked_for_in_a_sentence() -> None:
    assert "reports" not in watching.LOGGING["handlers"]
    code = (
        "import importlib.util as u; found = u.find_spec;"
        "u.find_spec = lambda name, *more: None if name == 'sentry_sdk' else found(name, *more);"
        "import django; django.setup()"
    )
    env = {**os.environ, "SENTRY_DSN": "http://key@127.0.0.1:1/7"}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "pip install --require-hashes -r requirements-sentry.txt" in done.stderr


def test_the_settings_lead_there_and_what_is_on_its_way_when_a_process_ends_arrives(
    ingest: tuple[str, list[tuple[str, bytes]]],
) -> None:
    code = "import django, logging; django.setup(); logging.getLogger('x').error('it arrives')"
    environment = {**os.environ, "SENTRY_DSN": ingest[0], "SENTRY_ENVIRONMENT": "trial"}
    subprocess.run([sys.executable, "-c", code], cwd=settings.BASE_DIR, env=environment, check=True)
    ((_head, body),) = ingest[1]
    assert b'"it arrives"' in body
    assert b'"trial"' in body
