"""Small things that would cost much: patterns that never end, and a thousand ranges of one file (A22)."""

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator

import pytest
from django.forms import RegexField
from django.test import Client
from django.utils.module_loading import import_string

from tests.attacks.form_classes import OURS, form_classes

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P4.1")]
# About as much as fits into the largest field, of signs that patterns stumble over.
LENGTH = 3_000
UNITS = (
    *("a", "A", "0", " ", "\t", "-", ".", "_", "@", "/", "<", "{", '"', "'", ":", ",", "%", "\n", "é", "ا", "="),
    *("a-", "a.", "a ", "a@", "a/", "0.", "0-", "<a", "{{", "{%", "a=", "a:", "-a", "..", "&#", "http://", "a\n", "=?"),
)
ENDS = ("!", "\n")
# A sound pattern takes microseconds for the short ones and milliseconds for the last; one that never ends takes four
# times as long with each two signs more, and is noticed while it still comes back. Processor time of this process.
MOST_SECONDS = {**dict.fromkeys((16, 18, 20, 22, 24, 26, 28), 0.2), LENGTH: 1.0}
APART = {"migrations", "management", "embedded"}


def modules() -> Iterator[tuple[str, object]]:
    """Every module of ours, with whatever it holds."""
    for app in (*OURS, "occicor"):
        for found in pkgutil.walk_packages(importlib.import_module(app).__path__, f"{app}."):
            if not (APART | {"wsgi", "asgi", "settings"}) & set(found.name.split(".")):
                yield found.name, importlib.import_module(found.name)


def patterns() -> Iterator[tuple[str, "re.Pattern[str]"]]:
    """Every pattern that a module of ours holds, and those of the fields of its forms."""
    for name, module in modules():
        for called, held in vars(module).items():
            if isinstance(held, re.Pattern) and isinstance(held.pattern, str):
                yield f"{name}.{called}", held
    for form in map(import_string, sorted(form_classes())):
        for called, field in getattr(form, "base_fields", {}).items():
            if isinstance(field, RegexField):
                yield f"{form.__qualname__}.{called}", field.regex  # type: ignore[misc]


def test_no_pattern_takes_long_on_anything_that_can_be_typed() -> None:
    found = dict(patterns())
    assert len(found) > 40
    assert [name for name, pattern in found.items() if is_slow(pattern)] == []


def is_slow(pattern: "re.Pattern[str]") -> bool:
    """Whether there is a text for which a pattern takes longer than it may; the texts grow."""
    for length, most in MOST_SECONDS.items():
        for unit in UNITS:
            for end in ENDS:
                began = time.process_time()
                text = (unit * length)[:length] + end
                pattern.fullmatch(text)
                pattern.search(text)
                if time.process_time() - began > most:
                    return True
    return False


def test_a_pattern_that_never_ends_is_found() -> None:
    assert is_slow(re.compile(r"(a+)+$"))


def test_a_flood_of_ranges_costs_one_answer(client: Client) -> None:
    whole = client.get("/static/css/tokens.css")
    size = len(b"".join(whole.streaming_content))  # type: ignore[attr-defined]
    ranges = ",".join(f"{number}-" for number in range(1000))
    for path in ("/static/css/tokens.css", "/privacy/"):
        answer = client.get(path, headers={"range": f"bytes={ranges}"})
        assert answer.status_code in {200, 206, 416}
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        assert len(body) <= max(size, len(client.get("/privacy/").content))
