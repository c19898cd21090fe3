"""Broker and cache never share a logical database: emptying the cache must not empty the queue."""

import pytest
import redis
from django.conf import settings
from kombu import Connection

from occicor.redis_address import address_after, broker_address, cache_address


@pytest.mark.parametrize(
    ("broker", "cache"),
    [
        ("redis://127.0.0.1:6379", "redis://127.0.0.1:6379/1"),
        ("redis://127.0.0.1:6379/0", "redis://127.0.0.1:6379/1"),
        (
            "rediss://user:password@host:6380/3?ssl_cert_reqs=required",
            "rediss://user:password@host:6380/4?ssl_cert_reqs=required",
        ),
        ("unix:///run/a folder/valkey.sock", "unix:///run/a folder/valkey.sock?db=1"),
        ("unix:///run/valkey.sock?db=2", "unix:///run/valkey.sock?db=3"),
    ],
)
def test_the_cache_has_the_database_after_the_brokers(broker: str, cache: str) -> None:
    assert cache_address(broker) == cache


def test_a_database_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        cache_address("redis://127.0.0.1:6379/cache")


def test_celery_writes_into_the_database_that_the_address_names() -> None:
    address = address_after(settings.REDIS_URL, 9)
    with redis.Redis.from_url(address) as server, Connection(broker_address(address)) as celery:
        celery.SimpleQueue("planted").put("a task")
        assert server.llen("planted") == 1
        assert server.delete("planted", "_kombu.binding.planted") == 2


def test_an_address_without_a_socket_is_the_same_for_celery() -> None:
    assert (
        broker_address("rediss://host:6380/3?ssl_cert_reqs=required") == "rediss://host:6380/3?ssl_cert_reqs=required"
    )
    assert broker_address("unix:///run/valkey.sock") == "redis+socket:///run/valkey.sock"
