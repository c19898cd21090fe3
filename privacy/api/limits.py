"""How often one caller may ask. Counts live where those of signing in do: in Valkey, in PostgreSQL while that is away.

Where neither can count nobody is let through: the same database is needed for everything else here.
"""

import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from privacy.limits import network_of

SAFE = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True)
class Rate:
    """So many within so many seconds."""

    most: int
    seconds: int


class PerCaller(BaseThrottle):
    """Reading and writing are counted apart, for each account, and for each network where nobody is signed in."""

    def __init__(self) -> None:
        self._wait = 0.0

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count this request; False when it is one too many."""
        does = "read" if request.method in SAFE else "write"
        known = request.user.is_authenticated
        most, seconds = settings.API_RATES[does if known else f"{does}_unknown"]
        who = f"user:{request.user.pk}" if known else f"ip:{network_of(request._request)}"
        self._wait = _over(f"api:{does}:{who}", Rate(most, seconds))
        return self._wait <= 0

    def wait(self) -> float:
        """After so many seconds the next one is counted anew."""
        return self._wait


def _over(key: str, rate: Rate) -> float:
    """Count one under this key; how long to wait, 0 while there is room."""
    now = time.time()
    window = int(now // rate.seconds)
    place = f"{key}:{window}"
    cache.add(place, 0, rate.seconds * 2)
    try:
        count = cache.incr(place)
    except ValueError:
        # It moved to the other side, or ran out, between the two: it is the first that is counted there.
        cache.set(place, 1, rate.seconds * 2)
        count = 1
    return 0.0 if count <= rate.most else max((window + 1) * rate.seconds - now, 1.0)
