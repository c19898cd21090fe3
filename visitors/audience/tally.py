"""The counts since the last minute, in Valkey: added to after each page, set aside as a batch, read, deleted.

A hash for each day under `audience:<day>`; its fields name what is counted, and nobody. What is being counted while
Valkey is away is lost, and the loss is counted.
"""

import json
import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import cast
from uuid import uuid4

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from visitors.audience.seen import NONE, OWN, Seen
from visitors.audience.topics import OTHER

logger = logging.getLogger(__name__)

PREFIX = "audience:"
# A server that is slower than this is as good as gone; after a failure nobody tries again for a while.
TIMEOUT_SECONDS = 0.2
PAUSE_SECONDS = 5.0
# So many different counts are held between two flushes. Beyond, no further site is named: a program that invents one
# for each request fills neither Valkey nor the tables.
MOST_FIELDS = 5000


@dataclass(frozen=True)
class Batch:
    """What was counted on a day up to a moment, under the key that no other batch ever has."""

    key: str
    day: date
    views: dict[tuple[str, str, str, str], int]
    ways: dict[tuple[str, str], int]


class Tally:
    """Counts in one process; `counted` and `lost` are of this process since it began."""

    def __init__(self) -> None:
        self.counted = 0
        self.lost = 0
        self._rest_until = 0.0
        self._full_until = 0.0
        self._lock = threading.Lock()

    @cached_property
    def _client(self) -> redis.Redis:
        """The logical database of the cache; one try, for the page is answered but its thread is not free yet."""
        return redis.Redis.from_url(
            settings.CACHES["default"]["LOCATION"],
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )

    def count(self, view: Seen, times: int = 1) -> bool:
        """Add a view that was seen so many times, in one round trip; False when it was lost. Never raises."""
        if time.monotonic() < self._rest_until:
            self._note(lost=times)
            return False
        try:
            self._add(view, times)
        except (redis.RedisError, OSError) as error:
            self._rest_until = time.monotonic() + PAUSE_SECONDS
            self._note(lost=times)
            logger.warning("views are not counted for a while: %s, %d lost", type(error).__name__, self.lost)
            return False
        self._note(counted=times)
        return True

    def _add(self, view: Seen, times: int) -> None:
        key = f"{PREFIX}{view.day.isoformat()}"
        named = view.referrer in {OWN, NONE} or time.monotonic() >= self._full_until
        referrer = view.referrer if named else OTHER
        pipe = self._client.pipeline(transaction=False)
        pipe.hincrby(key, _field("view", view.route, view.language, view.device, referrer), times)
        if view.came_from:
            pipe.hincrby(key, _field("way", view.came_from, view.route), times)
        pipe.hlen(key)
        if pipe.execute()[-1] > MOST_FIELDS:
            self._full_until = time.monotonic() + 60

    def _note(self, *, lost: int = 0, counted: int = 0) -> None:
        with self._lock:
            self.lost += lost
            self.counted += counted

    def set_aside(self) -> None:
        """Make a batch of each day's counts: from now on nothing is added to them. Safe to do twice at once."""
        for key in self._keys():
            if key.count(":") == 1:
                try:
                    self._client.rename(key, f"{key}:{uuid4().hex}")
                except redis.ResponseError:
                    continue  # somebody else was quicker

    def batches(self) -> Iterator[Batch]:
        """Every batch that is set aside and not deleted, those of whoever died included."""
        for key in self._keys():
            if key.count(":") == 2:
                content = cast("dict[bytes, bytes]", self._client.hgetall(key))
                yield _batch(key, {name.decode(): int(count) for name, count in content.items()})

    def drop(self, key: str) -> None:
        """Delete a batch whose counts are in the tables."""
        self._client.delete(key)

    def _keys(self) -> list[str]:
        return sorted({key.decode() for key in self._client.scan_iter(match=f"{PREFIX}*", count=1000)})


def _field(*words: str) -> str:
    return json.dumps(words, separators=(",", ":"))


def _batch(key: str, content: dict[str, int]) -> Batch:
    views: dict[tuple[str, str, str, str], int] = {}
    ways: dict[tuple[str, str], int] = {}
    for field, count in content.items():
        match json.loads(field):
            case "view", route, language, device, referrer:
                views[route, language, device, referrer] = count
            case "way", came_from, route:
                ways[came_from, route] = count
    return Batch(key, date.fromisoformat(key.split(":")[1]), views, ways)


tally = Tally()
