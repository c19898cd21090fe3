"""The policy of an answer is, word for word, the one that the library would put together for it."""

from typing import Any

import pytest
from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.http import HttpResponse
from django.test import RequestFactory

from occicor.middleware import TRUSTED_TYPES
from occicor.policy_header import PolicyHeaderMiddleware

FRAMES = {"frame-src": ["https://video.example"]}


def policy(middleware: Any, *, status: int = 200, header: str = "", **own: Any) -> str:
    request = RequestFactory().get("/")
    answer = HttpResponse(status=status)
    for name, value in own.items():
        setattr(answer, name, value)
    if header:
        answer[HEADER] = header
    said: str = middleware(lambda _request: answer)(request).headers.get(HEADER, "")
    return said


@pytest.mark.parametrize(
    "own",
    [
        {},
        {"_csp_update": None},
        {"_csp_update": TRUSTED_TYPES},
        {"_csp_update": {**TRUSTED_TYPES, **FRAMES}},
        {"_csp_replace": {"img-src": ["'self'", "blob:"]}},
        {"_csp_replace": {"img-src": ["data:"]}, "_csp_update": TRUSTED_TYPES},
        {"_csp_config": {"default-src": ["'self'"]}},
        {"_csp_exempt": True},
        {"header": "default-src 'none'"},
        {"status": 500},
        {"status": 404, "_csp_update": FRAMES},
    ],
)
def test_it_is_what_the_library_says(own: dict[str, Any]) -> None:
    known = KeptMiddleware()
    others = [policy(known, _csp_update=TRUSTED_TYPES), policy(known), policy(known, _csp_update=FRAMES)]
    assert [policy(known, **own), policy(known, **own)] == [policy(CSPMiddleware, **own)] * 2
    assert len(set(others)) == 3


def test_it_is_put_together_once_for_each_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []
    ask = CSPMiddleware.process_response
    monkeypatch.setattr(CSPMiddleware, "process_response", lambda *words: made.append(words) or ask(*words))
    known = KeptMiddleware()
    for _time in range(3):
        policy(known)
        policy(known, _csp_update=FRAMES)
    assert len(made) == 2


class KeptMiddleware:
    """One instance for several answers, as a site has it."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}

    def __call__(self, view: Any) -> PolicyHeaderMiddleware:
        middleware = PolicyHeaderMiddleware(view)
        middleware._known = self.known
        return middleware
