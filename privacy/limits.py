"""How often something of ours may be done: so many times within so long, from one network or about one thing.

`settings.ACCOUNT_RATE_LIMITS` says it, in allauth's words ("10/h/ip,50/d/ip"). allauth counts by itself what belongs to
signing in. Its way asks the cache four times; ours asks once, since a choice about cookies must not wait (P6.1).
"""

import ipaddress
import re
import time
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Protocol, cast

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

UNITS = {"s": 1, "m": 60, "h": 60 * 60, "d": 24 * 60 * 60}
RATE = re.compile(r"(?P<most>\d+)/(?P<times>\d*)(?P<unit>[smhd])/(?P<per>ip|key)")
# Whoever has one address of this kind has at least so many bits of a network to themselves.
IPV6_NETWORK_BITS = 64
# How long somebody is asked to wait where nobody can say it better, in seconds.
RETRY_SECONDS = 60


class Counting(Protocol):
    """What the site's cache can do beside Django's (occicor.cache)."""

    def take(self, key: str, windows: Sequence[tuple[int, int]]) -> int:
        """Count one more under `key`, or return for how many seconds a window of so many within so many is full."""


class FewOfEach:
    """How often each name came lately, counted by this process alone; where they are too many, it starts over.

    It keeps a number made of the name with a secret of the process, and nothing by which the name could be read.
    """

    MOST_NAMES = 10_000

    def __init__(self) -> None:
        self._came: dict[int, tuple[float, int]] = {}

    def owed(self, few: int, name: str, seconds: int) -> int:
        """Count one more, and say how many are to be counted by whoever counts for all processes.

        None of the first `few` within the seconds; with the next one these as well; then each.
        """
        known, now = hash(name), time.monotonic()
        until, times = self._came.get(known, (0.0, 0))
        if until <= now:
            until, times = now + seconds, 0
            if len(self._came) >= self.MOST_NAMES:
                self._came.clear()
        self._came[known] = (until, times + 1)
        return 0 if times < few else times + 1 if times == few else 1


_few_of_each = FewOfEach()


def allows(request: HttpRequest, action: str, *, key: str = "", few: int = 0) -> bool:
    """Whether it may be done once more, which is counted then; what is refused is not counted.

    `key` is what it is about, for an action that is limited per key; otherwise the network counts from which it is
    asked. The first `few` within the limit's time are let through by this process, which tells whoever counts for all
    processes of them with the next one: what a process has not told yet comes on top of the limit (ADR 0078). Nothing
    of either can be read where it is counted (occicor.cache.digested_key). While Valkey is away, PostgreSQL counts.
    `wait_seconds` says how long whoever is refused has to wait. Raises KeyError for an action without a limit,
    PermissionDenied where the address of the asking side cannot be told. Not idempotent. P6.1.
    """
    per, windows = windows_of(settings.ACCOUNT_RATE_LIMITS[action])
    if (per == "key") != bool(key):
        raise ValueError(f"{action} is limited per {per}")
    name = f"limit:{action}:{key or network_of(request)}"
    few, wait = min(few, *(most for most, _seconds in windows)), 0
    for _one in range(_few_of_each.owed(few, name, max(seconds for _most, seconds in windows)) if few else 1):
        wait = cast("Counting", cache).take(name, windows)
    request._wait_seconds = wait  # type: ignore[attr-defined] # of this answer, which says so
    return wait == 0


def wait_seconds(request: HttpRequest) -> int:
    """For how many seconds what was refused last on this request is refused; RETRY_SECONDS where others counted."""
    return getattr(request, "_wait_seconds", 0) or RETRY_SECONDS


@lru_cache
def windows_of(words: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """What is counted per, and how many within how many seconds; ValueError for words that say no such thing."""
    found = [RATE.fullmatch(part.strip()) for part in words.split(",")]
    rates = [rate for rate in found if rate is not None]
    if len(rates) < len(found) or len({rate["per"] for rate in rates}) > 1:
        raise ValueError(f"not a limit: {words!r}")
    windows = tuple((int(rate["most"]), int(rate["times"] or 1) * UNITS[rate["unit"]]) for rate in rates)
    return rates[0]["per"], windows


def network_of(request: HttpRequest) -> str:
    """The address that asks, as allauth tells it behind proxies; of IPv6 the network that one household has."""
    told: str = _adapter().get_client_ip(request)
    if ":" not in told:
        return told
    try:
        address = ipaddress.ip_address(told)
    except ValueError:
        return told
    return str(ipaddress.ip_network((address, IPV6_NETWORK_BITS), strict=False).network_address)


@lru_cache(maxsize=1)
def _adapter() -> Any:
    """The site's own; it knows nothing of a request, so one will do."""
    return get_adapter()
