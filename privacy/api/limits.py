"""How often one caller may ask. Counts live where those of signing in do: in Valkey, in PostgreSQL while that is away.

Where neither can count nobody is let through: the same database is needed for everything else here.
"""

from typing import Any, cast

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from privacy.limits import Counting, network_of

SAFE = ("GET", "HEAD", "OPTIONS")


class PerCaller(BaseThrottle):
    """Reading and writing are counted apart, for each account, and for each network where nobody is signed in."""

    def __init__(self) -> None:
        self._wait = 0.0

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count this request; False when it is one too many."""
        if not request.user.is_authenticated:
            self._wait = too_many_unknown(request)
        else:
            does = _does(request)
            self._wait = _over(f"api:{does}:user:{request.user.pk}", settings.API_RATES[does])
        return self._wait <= 0

    def wait(self) -> float:
        """After so many seconds there is room again."""
        return self._wait


def too_many_unknown(request: Request) -> float:
    """Count one of a caller whom we do not know, by their network; how long to wait, 0 while there is room."""
    does = _does(request)
    return _over(f"api:{does}:ip:{network_of(request._request)}", settings.API_RATES[f"{does}_unknown"])


def _does(request: Request) -> str:
    return "read" if request.method in SAFE else "write"


def _over(key: str, rate: tuple[int, int]) -> float:
    """Count one under this key, with one question; what is refused is not counted."""
    return float(cast("Counting", cache).take(key, [rate]))
