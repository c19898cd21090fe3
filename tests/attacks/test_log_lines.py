"""Nobody writes lines of their own into our logs, and no address that opens something is written there (A18)."""

import json
import logging
from logging.config import DictConfigurator  # type: ignore[attr-defined]
from typing import Any

import pytest
from django.conf import settings
from django.test import RequestFactory
from django.urls import resolve, reverse
from django.utils.translation import override

from tests.attacks.site_map import Things, routes

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P6.1")]
# Line ends of every kind, and what steers a terminal.
BREAKS = ("\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\x00", "\x08")
STEERING = ("\x1b[2J", "\x1b]0;owned\x07", "\x9b31m", "\u202e", "\u2066")
FORGED = "2026-01-01 00:00:00 ERROR root forged"


def written(message: str, *arguments: Any, **extra: Any) -> str:
    """A record as the handler of our processes writes it."""
    made = settings.LOGGING["formatters"][settings.LOGGING["handlers"]["console"]["formatter"]]
    formatter = DictConfigurator({"version": 1}).configure_formatter(dict(made))
    record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, message, arguments, None)
    vars(record).update(extra)
    return str(formatter.format(record))


@pytest.mark.parametrize("sign", [*BREAKS, *STEERING])
def test_a_record_is_one_line_whatever_was_sent(sign: str) -> None:
    for text in (written("Not Found: %s", f"/a{sign}{FORGED}"), written(f"Not Found: /a{sign}{FORGED}")):
        assert len(text.splitlines()) == 1
        assert sign not in text
        assert "forged" in text


def test_an_address_that_is_none_of_ours_is_not_written_out() -> None:
    """Anything may have been typed there; which of our pages could not be shown is written by its name."""
    typed = RequestFactory().get("/ada@example.org\n/")
    text = written("%s: %s", "Not Found", typed.path, request=typed, status_code=404)
    assert "ada@example.org" not in text
    assert "Not Found" in text
    known = RequestFactory().get("/requests/OC-2222-2222/")
    known.resolver_match = resolve(known.path)
    text = written("%s: %s", "Not Found", known.path, request=known, status_code=404)
    assert "rights_requests:detail" in text
    assert "OC-2222-2222" not in text


def test_letters_of_every_script_stay_readable() -> None:
    text = written("Not Found: %s", "/vie-privée/الخصوصية/")
    assert "/vie-privée/الخصوصية/" in text or json.dumps("/vie-privée/الخصوصية/")[1:-1] in text


def test_no_address_that_opens_something_is_written_out(things: Things) -> None:
    opening = [route for route in routes() if "token" in route.parameters and route.name]
    assert len(opening) > 12
    token = f"{'a' * 32}:{'t' * 43}"
    for route in opening:
        for code, _name in settings.LANGUAGES:
            with override(code):
                path = reverse(route.name, args=[token])
            assert token not in written("Not Found: %s", path), path
            assert token not in written(f"Bad Request: {path}?x=y"), path
