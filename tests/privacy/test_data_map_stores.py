"""Stores outside the tables: files that rows name, and Valkey as cache and as broker."""

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import redis
from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import ImproperlyConfigured
from django.test.utils import override_settings

from occicor.redis_address import address_after
from privacy.data_map.declarations import Store
from privacy.data_map.registry import Registry, registry
from privacy.data_map.stores import BrokerStore, CacheTableStore, FileStore, ValkeyStore
from privacy.data_map.subject import Subject, subject_of_user
from tests.factories import make_package, make_request, make_user

SUBJECT = Subject(user_id=uuid4(), emails=frozenset({"ann@example.org"}))


@pytest.fixture
def client() -> Iterator[redis.Redis]:
    """A logical database of the real server that nobody else uses."""
    found = redis.Redis.from_url(url(), socket_timeout=5)
    found.flushdb()
    yield found
    found.flushdb()
    found.close()


def url() -> str:
    return address_after(settings.REDIS_URL, 8)


def store(kind: type[ValkeyStore] = ValkeyStore, at: str = "") -> ValkeyStore:
    return kind("planted", at or url(), title="Planted", because="for the test", into=Registry())


def as_string(client: redis.Redis, text: str) -> None:
    client.set("planted", f"… {text} …")


def as_key(client: redis.Redis, text: str) -> None:
    client.set(f"planted:{text}", 1)


def as_list(client: redis.Redis, text: str) -> None:
    client.rpush("planted", "other", text)


def as_hash(client: redis.Redis, text: str) -> None:
    client.hset("planted", "field", text)


def as_sorted_set(client: redis.Redis, text: str) -> None:
    client.zadd("planted", {text: 1})


def as_set(client: redis.Redis, text: str) -> None:
    client.sadd("planted", text)


def as_stream(client: redis.Redis, text: str) -> None:
    client.xadd("planted", {"field": text})


def as_task(client: redis.Redis, text: str) -> None:
    body = base64.b64encode(json.dumps([[text], {}, {}]).encode()).decode()
    client.rpush("celery", json.dumps({"body": body, "properties": {"body_encoding": "base64"}}))


@pytest.mark.parametrize(
    "plant",
    [as_string, as_key, as_list, as_hash, as_sorted_set, as_set, as_stream, as_task],
    ids=lambda plant: plant.__name__,
)
@pytest.mark.parametrize("text", ["Ann@Example.org", str(SUBJECT.user_id)], ids=["address", "user id"])
def test_an_identifier_is_found_whatever_it_is_stored_as(
    client: redis.Redis, plant: Callable[[redis.Redis, str], None], text: str
) -> None:
    client.set("innocent", "bob@example.org")
    plant(client, text)
    planted = store()
    assert planted.find(SUBJECT) == 1
    assert len(planted.verify(SUBJECT.identifiers())) == 1
    assert planted.erase(SUBJECT) == 1
    assert planted.erase(SUBJECT) == 0
    assert planted.verify(SUBJECT.identifiers()) == []
    assert client.exists("innocent")


def test_the_place_that_is_told_does_not_name_the_person(client: redis.Redis) -> None:
    as_key(client, "ann@example.org")
    assert "@" not in "".join(store().verify(SUBJECT.identifiers()))


def test_a_task_is_never_removed_but_one_that_names_a_person_is_told(client: redis.Redis) -> None:
    as_task(client, "ann@example.org")
    broker = store(BrokerStore)
    assert broker.erase(SUBJECT) == 0
    assert broker.verify(SUBJECT.identifiers()) == ["celery"]


def test_a_server_that_is_away_holds_nothing() -> None:
    away = store(at="redis://127.0.0.1:1")
    assert (away.find(SUBJECT), away.erase(SUBJECT), away.verify(SUBJECT.identifiers())) == (0, 0, [])


def test_thousands_of_keys_are_read_in_batches(client: redis.Redis) -> None:
    client.mset({f"key:{number}": f"bob{number}@example.org" for number in range(2500)})
    client.set("key:last", "ann@example.org")
    assert store().find(SUBJECT) == 1


def files(root: Path) -> FileStore:
    return FileStore("planted", lambda: root, title="Planted", because="for the test", into=Registry())


@pytest.mark.parametrize("position", [0, 1024 * 1024 - 7, 2_000_000])
def test_a_plain_identifier_is_found_anywhere_in_a_file(tmp_path: Path, position: int) -> None:
    (tmp_path / "a.1.part").write_bytes(b"\0" * position + b"<Ann@Example.org>" + b"\0" * 100)
    (tmp_path / "b.sealed").write_bytes(b"\0" * position)
    assert files(tmp_path).verify(SUBJECT.identifiers()) == ["a.1.part"]


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert files(tmp_path / "missing").verify(SUBJECT.identifiers()) == []


@pytest.mark.django_db
def test_the_files_of_a_persons_packages_are_found_and_removed_and_no_others(tmp_path: Path) -> None:
    user, other = make_user(), make_user()
    mine, theirs = (make_package(make_request(person, state="completed")) for person in (user, other))
    for package in (mine, theirs):
        (tmp_path / package.file_name).write_bytes(b"sealed")
    subject = subject_of_user(user.pk)
    packages = registry.stores["packages"]
    with override_settings(PACKAGE_DIR=tmp_path):
        assert packages.find(subject) == 1
        assert packages.erase(subject) == 1
        assert packages.erase(subject) == packages.find(subject) == 0
    assert [path.name for path in tmp_path.iterdir()] == [theirs.file_name]


@pytest.mark.django_db
def test_a_file_name_that_climbs_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(b"not ours")
    (tmp_path / "packages").mkdir()
    user = make_user()
    make_package(make_request(user, state="completed"), file_name="../outside")
    with override_settings(PACKAGE_DIR=tmp_path / "packages"):
        assert registry.stores["packages"].erase(subject_of_user(user.pk)) == 0
    assert outside.exists()


def test_a_store_needs_a_name_of_its_own() -> None:
    into = Registry()
    arguments: dict[str, Any] = {"title": "", "because": "", "into": into}
    FileStore("twice", Path, **arguments)
    for name in ("twice", ""):
        with pytest.raises(ImproperlyConfigured):
            FileStore(name, Path, **arguments)
    assert all(isinstance(known, Store) for known in registry.stores.values())


@pytest.mark.django_db
def test_the_table_that_stands_in_for_the_cache_is_searched_inside_its_packed_values() -> None:
    table = settings.CACHES["fallback"]["LOCATION"]
    held = CacheTableStore("planted", table, title="Planted", because="for the test", into=Registry())
    caches["fallback"].set("limit", [1.5, 2.5])
    assert held.find(SUBJECT) == 0
    caches["fallback"].set("planted", {"who": "Ann@example.org"})
    assert (held.find(SUBJECT), held.verify(SUBJECT.identifiers())) == (1, [table])
    assert (held.erase(SUBJECT), held.erase(SUBJECT)) == (1, 0)
    assert caches["fallback"].get("limit") == [1.5, 2.5]


@pytest.mark.django_db
def test_a_table_that_was_never_made_holds_nothing() -> None:
    held = CacheTableStore("planted", "no_such_table", title="Planted", because="for the test", into=Registry())
    assert (held.find(SUBJECT), held.verify(SUBJECT.identifiers())) == (0, [])
