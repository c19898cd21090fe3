"""Doors that take an address answer after an even time; nothing else waits."""

import time
from threading import get_ident
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import NoReverseMatch, reverse

from occicor.even_doors import DOORS, WITHOUT, EvenDoorsMiddleware
from occicor.settings import base

pytestmark = pytest.mark.promise("P6.1")
DOOR = "account_reset_password"


@pytest.fixture
def rests(settings: Any, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """For how long each answer is held back, with the clock of the site."""
    settings.EVEN_DOORS = 1
    held: list[float] = []
    here, sleep = get_ident(), time.sleep
    # Threads of other tests may sleep meanwhile.
    monkeypatch.setattr(time, "sleep", lambda seconds: held.append(seconds) if get_ident() == here else sleep(seconds))
    return held


def answered(view: str, *, method: str = "post", status: int = 200, takes: float = 0.0) -> None:
    """Let a view answer that takes so long."""

    def work(request: Any) -> HttpResponse:
        request.resolver_match = SimpleNamespace(view_name=view) if view else None
        until = time.monotonic() + takes
        while time.monotonic() < until:
            pass
        return HttpResponse(status=status)

    EvenDoorsMiddleware(work)(getattr(RequestFactory(), method)("/"))


def test_what_is_sent_to_a_door_is_answered_when_its_time_is_over(rests: list[float]) -> None:
    answered(DOOR)
    answered(DOOR, takes=WITHOUT / 2)
    assert WITHOUT / 2 < rests[0] <= WITHOUT
    assert 0 <= rests[1] <= WITHOUT / 2


@pytest.mark.parametrize(
    "asked",
    [
        {"view": DOOR, "method": "get"},
        {"view": DOOR, "status": 429},
        {"view": DOOR, "takes": WITHOUT},
        {"view": "visitors:home"},
        {"view": ""},
    ],
)
def test_looking_asking_too_often_and_every_other_page_wait_for_nothing(
    rests: list[float], asked: dict[str, Any]
) -> None:
    answered(**asked)
    assert sum(rests) == 0


def test_the_site_itself_holds_back() -> None:
    assert base.EVEN_DOORS == 1
    assert f"{EvenDoorsMiddleware.__module__}.{EvenDoorsMiddleware.__name__}" in base.MIDDLEWARE


@pytest.mark.parametrize("name", DOORS)
def test_every_door_of_the_table_exists(name: str) -> None:
    try:
        assert reverse(name)
    except NoReverseMatch:
        assert reverse(name, args=["access"])
