"""The cache: Valkey while it answers, a table in PostgreSQL while it does not, so that no rate limit ever vanishes."""

import hashlib
import hmac
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

FALLBACK = "fallback"
BREAK_SECONDS = 3.0


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

    def clear(self) -> Any:
        """Remove everything, on both sides."""
        call = super().clear
        caches[FALLBACK].clear()
        return self._either("clear", call)
