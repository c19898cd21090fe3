"""The task broker and cache: reached, new enough, throws nothing out, and keeps what it has over a restart."""

from collections.abc import Iterator, Mapping
from typing import Any

import redis
from django.conf import settings

from occicor.doctor.lines import Line, bad, good, look

LEAST_MAJOR = 7
LEAST_DATABASES = 2


def lines() -> Iterator[Line]:
    """What the broker is like, or why it cannot be reached."""
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=3, retry=None)
    try:
        info = client.info("server")
        config = _config(client)
    except (redis.RedisError, OSError) as error:
        todo = "See whether it runs, whether REDIS_URL is its address, and whether our account may open its socket."
        yield bad("broker", f"does not answer: {type(error).__name__}", todo)
        return
    finally:
        client.close()
    yield from judged(info, config)


def judged(info: Mapping[str, Any], config: Mapping[str, str] | None) -> Iterator[Line]:
    """A line for each thing that matters; `config` is None where the server does not let us look."""
    version = str(info.get("valkey_version") or info.get("redis_version") or "0")
    if int(version.partition(".")[0]) < LEAST_MAJOR:
        yield bad("broker", f"version {version}", "Move to Valkey, or Redis 7 or newer.")
    else:
        yield good("broker", f"version {version}")
    if config is None:
        yield look("broker's settings", "we may not look", "See yourself: maxmemory-policy noeviction, appendonly yes.")
        return
    if config.get("maxmemory-policy") != "noeviction":
        todo = "Set maxmemory-policy noeviction: a ring for a job could be thrown out, and a limit on guessing with it."
        yield bad("eviction", str(config.get("maxmemory-policy")), todo)
    else:
        yield good("eviction", "nothing is thrown out")
    if config.get("appendonly") != "yes":
        todo = (
            "Set appendonly yes: without it limits on guessing begin anew after a restart. No job is lost either way."
        )
        yield look("broker's memory", "is gone after a restart", todo)
    else:
        yield good("broker's memory", "outlives a restart")
    if int(config.get("databases", "16")) < LEAST_DATABASES:
        todo = "Set databases 2 or more: broker and cache have one each."
        yield bad("broker's databases", str(config.get("databases")), todo)


def _config(client: "redis.Redis") -> dict[str, str] | None:
    try:
        found = [client.config_get(name) for name in ("maxmemory-policy", "appendonly", "databases")]
    except redis.ResponseError:
        return None
    return {str(key): str(value) for one in found for key, value in one.items()}
