"""The cache: Valkey while it answers, a table in PostgreSQL while it does not, so that no rate limit ever vanishes."""

import hashlib
import hmac
import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property
from math import ceil
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.redis import RedisCache
from django.db import connection, transaction
from redis.commands.core import Script
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

FALLBACK = "fallback"
BREAK_SECONDS = 3.0
# Under one name the instants of what was let through, newest first. A window of so many within so many seconds is full
# while the oldest of so many is younger than that. Answered is for how many seconds it is still full; 0 lets through.
# Lua would write a number of this size with too few digits.
TAKE = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local longest, lasts, wait = 0, 0, 0
for i = 1, #ARGV, 2 do
  local most, micros = tonumber(ARGV[i]), ARGV[i + 1] * 1000000
  local oldest = most > 0 and redis.call('LINDEX', KEYS[1], most - 1) or most == 0 and now
  if oldest then wait = math.max(wait, math.ceil((micros - (now - oldest)) / 1000000)) end
  longest, lasts = math.max(longest, most), math.max(lasts, ARGV[i + 1])
end
if wait > 0 then return wait end
redis.call('LPUSH', KEYS[1], string.format('%.0f', now))
redis.call('LTRIM', KEYS[1], 0, longest - 1)
redis.call('EXPIRE', KEYS[1], lasts)
return 0
"""


def digested_key(key: str, key_prefix: str, version: int) -> str:
    """The name under which `key` is stored: a keyed digest, because allauth writes addresses and ids into its keys."""
    message = f"{key_prefix}:{version}:{key}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).hexdigest()


class Breaker:
    """Remembers for a short while that the server did not answer, so that pages do not wait for it again."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.failures = 0
        self._closed_from = 0.0
        self._lock = threading.Lock()

    @property
    def is_open(self) -> bool:
        """True while calls should not even try."""
        return time.monotonic() < self._closed_from

    def trip(self, error: Exception) -> None:
        """Count a failure and open for `seconds`; one log line a trip."""
        with self._lock:
            self.failures += 1
            self._closed_from = time.monotonic() + self.seconds
            count = self.failures
        log.warning("cache server does not answer (%s, failure %d): PostgreSQL counts", type(error).__name__, count)


class CountingTable(DatabaseCache):
    """Django's cache in PostgreSQL that can count as the one in Valkey does, and forgets nothing before its time."""

    def _cull(self, db: str, cursor: Any, now: datetime, num: int) -> None:
        """Delete what has run out. Django would make room with what still counts, which would open every limit."""
        table = connection.ops.quote_name(self._table)  # type: ignore[attr-defined] # of the class above Django's
        # What another one deletes at this moment is left to it, so that no two wait for each other.
        over = f"SELECT cache_key FROM {table} WHERE expires < %s FOR UPDATE SKIP LOCKED"
        cursor.execute(f"DELETE FROM {table} WHERE cache_key IN ({over})", [now])

    def take(self, key: str, windows: Sequence[tuple[int, int]]) -> int:
        """Count one more under `key`, as ForgivingRedisCache.take; whoever counts under the same key waits."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [self.make_key(key)])
            now, hits = time.time(), self.get(key, [])
            if (wait := max(seconds - (now - _oldest(hits, most, now)) for most, seconds in windows)) > 0:
                return ceil(wait)
            longest, lasts = (max(figures) for figures in zip(*windows, strict=True))
            self.set(key, [now, *hits][:longest], lasts)
        return 0


def _oldest(hits: Sequence[float], most: int, now: float) -> float:
    """The instant of the oldest of so many hits: the beginning of time where there are fewer, `now` of none at all."""
    if most == 0:
        return now
    return hits[most - 1] if len(hits) >= most else float("-inf")


class ForgivingRedisCache(RedisCache):
    """Redis' cache that hands each call to the `fallback` cache while the server is away.

    Rate limits, locks and used one-time codes live here. A miss in their place would switch the sign-in's limits off,
    so nothing is treated as a miss: the same call runs against PostgreSQL. What was counted on one side is not
    known to the other; a limit can start afresh once when the server goes and once when it comes back.
    """

    breaker = Breaker(BREAK_SECONDS)

    def _either(self, name: str, call: Callable[[], Any], *args: Any, **kwargs: Any) -> Any:
        if not self.breaker.is_open:
            try:
                return call()
            except (RedisError, OSError) as error:
                self.breaker.trip(error)
        fallback: BaseCache = caches[FALLBACK]
        return getattr(fallback, name)(*args, **kwargs)

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Store unless there is one already; True when stored."""
        call = super().add
        return bool(self._either("add", lambda: call(key, value, timeout, version), key, value, timeout, version))

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """The stored value, or `default`."""
        call = super().get
        return self._either("get", lambda: call(key, default, version), key, default, version)

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Store a value; `timeout` in seconds."""
        call = super().set
        self._either("set", lambda: call(key, value, timeout, version), key, value, timeout, version)

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Give a value another `timeout` seconds; False when there is none."""
        call = super().touch
        return bool(self._either("touch", lambda: call(key, timeout, version), key, timeout, version))

    def delete(self, key: Any, version: int | None = None) -> bool:
        """Remove a value; False when there was none."""
        call = super().delete
        return bool(self._either("delete", lambda: call(key, version), key, version))

    def get_many(self, keys: Any, version: int | None = None) -> dict[Any, Any]:
        """The values that are stored under `keys`."""
        call, wanted = super().get_many, list(keys)
        found: dict[Any, Any] = self._either("get_many", lambda: call(wanted, version), wanted, version)
        return found

    def has_key(self, key: Any, version: int | None = None) -> bool:
        """Whether a value is stored."""
        call = super().has_key
        return bool(self._either("has_key", lambda: call(key, version), key, version))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Add `delta` to a number; ValueError when there is none."""
        call = super().incr
        return int(self._either("incr", lambda: call(key, delta, version), key, delta, version))

    def set_many(self, data: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> list[Any]:
        """Store several values; the keys that could not be stored."""
        call = super().set_many
        return list(self._either("set_many", lambda: call(data, timeout, version), data, timeout, version))

    def delete_many(self, keys: Any, version: int | None = None) -> None:
        """Remove several values."""
        call, unwanted = super().delete_many, list(keys)
        self._either("delete_many", lambda: call(unwanted, version), unwanted, version)

    @cached_property
    def _take(self) -> Script:
        script: Script = self._cache.get_client(write=True).register_script(TAKE)  # type: ignore[attr-defined]
        return script

    def take(self, key: str, windows: Sequence[tuple[int, int]]) -> int:
        """Count one more under `key` unless one of the windows is full: so many at most within so many seconds.

        Returns 0, or for how many seconds there is no room; nothing is counted then. One question to the server, which
        answers nobody else meanwhile, so that no two at once come through the same gap.
        """
        name, figures = self.make_and_validate_key(key), [figure for window in windows for figure in window]
        return int(self._either("take", lambda: self._take(keys=[name], args=figures), key, windows))

    def clear(self) -> Any:
        """Remove everything, on both sides."""
        call = super().clear
        caches[FALLBACK].clear()
        return self._either("clear", call)
