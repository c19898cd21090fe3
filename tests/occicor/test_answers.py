"""Around the whole site: an id for each request, a line for each answer, and nothing of anybody in it."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse
from django.urls import path

from occicor.kept_pages import KeptPages
from occicor.log_lines import JsonLines
from occicor.urls import urlpatterns as real
from occicor.watching.answers import Watched
from privacy import log_context
from tests.occicor.wsgi import answer_of

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P4.1")]
whole_site = get_wsgi_application()
CANARY = "canary-7f3a"


def broken(request: HttpRequest, reference: str) -> HttpResponse:
    mailbox = f"{CANARY}@example.org"
    raise ValueError(f"{mailbox} of {reference}")


urlpatterns = [path("broken/<str:reference>/", broken, name="broken"), *real]
handler500 = "visitors.errors.server_error"


class Lines(logging.Handler):
    """Keeps what production would write."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[str] = []
        self.setFormatter(JsonLines())

    def emit(self, record: logging.LogRecord) -> None:
        self.written.append(self.format(record))


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """An answer does not close the connection of the test, nor leave its id to the next one."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
    log_context.answering("")


@pytest.fixture
def lines() -> Iterator[Lines]:
    handler, root = Lines(), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield handler
    root.setLevel(before)
    root.removeHandler(handler)


def opens(
    path: str, *, application: Any = whole_site, proxied: bool = False, **said: str
) -> tuple[str, dict[str, str], str]:
    """Status, headers and text, as a web server gets them."""
    around = Watched(KeptPages(application), files="/static/", proxied=proxied)
    status, headers, body = answer_of(around, path, **said)
    return status, headers, body.decode()


def of_answers(lines: Lines) -> list[dict[str, Any]]:
    return [said for said in map(json.loads, lines.written) if said["logger"] == "occicor.answers"]


def test_each_answer_is_a_line_with_its_route_and_nothing_that_was_asked(lines: Lines) -> None:
    asked = {"QUERY_STRING": f"mail={CANARY}@example.org", "HTTP_USER_AGENT": CANARY, "HTTP_COOKIE": f"a={CANARY}"}
    status, headers, _text = opens(f"/admin/{CANARY}/", **asked)
    (said,) = of_answers(lines)
    assert said["status"] == int(status[:3])
    assert {said[name] for name in ("level", "method", "event")} == {"INFO", "GET", "answered"}
    assert said["request"] == headers["X-Request-ID"]
    assert said["time"].endswith("Z")
    assert said["ms"] > 0
    assert not [line for line in lines.written if CANARY in line or "203.0.113" in line]


def test_a_page_that_is_kept_is_told_by_its_route_too_and_each_answer_has_an_id_of_its_own(lines: Lines) -> None:
    kept = KeptPages(whole_site)
    ids = {opens("/about/", application=kept)[1]["X-Request-ID"] for _time in range(4)}
    assert len(ids) == 4
    assert {said["route"] for said in of_answers(lines)} == {"visitors:about"}
    assert opens("/static/no-such-file.css")[0].startswith("404")
    assert of_answers(lines)[-1]["route"] == "static"
    assert opens("/no/such/page/")[0].startswith("404")
    assert of_answers(lines)[-1]["route"] == "no route"


@pytest.mark.parametrize(
    ("told", "proxied", "taken"),
    [
        ("abcDEF-0123_4567", True, True),
        ("abcDEF-0123_4567", False, False),
        ("short", True, False),
        ("two words here", True, False),
        ("a" * 65, True, False),
        ("abcdefgh\r\nSet-Cookie: x=1", True, False),
        ("ada@example.org", True, False),
    ],
)
def test_the_id_is_the_proxys_when_it_is_a_plain_token_and_a_proxy_is_believed(
    told: str, proxied: bool, taken: bool
) -> None:
    _status, headers, _text = opens("/healthz", proxied=proxied, HTTP_X_REQUEST_ID=told)
    assert (headers["X-Request-ID"] == told) is taken
    assert len(headers["X-Request-ID"]) == 16


@pytest.mark.urls("tests.occicor.test_answers")
def test_an_error_is_told_by_class_place_and_route_and_the_page_shows_the_number_to_quote(lines: Lines) -> None:
    status, headers, text = opens(f"/broken/OC-{CANARY}/")
    assert status.startswith("500")
    assert f'quote this number: <code dir="ltr">{headers["X-Request-ID"]}</code>' in text
    (said,) = [said for said in map(json.loads, lines.written) if said["logger"] == "django.request"]
    assert said["event"] == "Internal Server Error: broken"
    assert (said["route"], said["status"], said["request"]) == ("broken", 500, headers["X-Request-ID"])
    assert said["trace"][0] == "builtins.ValueError"
    assert said["trace"][-1].endswith("in broken")
    assert not [line for line in lines.written if CANARY in line]


def test_what_is_refused_before_it_reached_its_page_has_the_name_of_the_page(
    lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("privacy.ledger.closed", lambda: "closed for a test")
    assert opens("/fr/account/login/")[0].startswith("503")
    assert of_answers(lines)[-1]["route"] == "account_login"


def test_what_nobody_caught_is_answered_and_its_words_stay_inside(lines: Lines) -> None:
    def fails(environ: Any, start_response: Any) -> Any:
        raise RuntimeError(f"{CANARY}@example.org")

    status, headers, text = opens("/about/", application=fails)
    assert (status, text) == ("500 Internal Server Error", "Something broke on our side.\n")
    assert headers["Cache-Control"] == "no-store"
    assert headers["Server"] == ""
    assert "RuntimeError" in "".join(lines.written)
    assert CANARY not in "".join(lines.written)
