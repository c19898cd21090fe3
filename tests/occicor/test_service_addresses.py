"""Addresses of services that others run: what is none is refused, and what was given is not repeated."""

import pytest

from occicor.service_addresses import address_faults

SOUND = [
    ("DATABASE_URL", "postgres://user:password@elsewhere:5432/name"),
    ("DATABASE_URL", "postgresql:///name?host=/run/postgresql"),
    ("REDIS_URL", "redis://127.0.0.1:6379"),
    ("REDIS_URL", "rediss://user:password@elsewhere:6380/3?ssl_cert_reqs=required"),
    ("REDIS_URL", "unix:///run/a folder/valkey.sock?db=2"),
]
WRONG = [
    ("DATABASE_URL", "sqlite:///elsewhere.sqlite3"),
    ("DATABASE_URL", "mysql://user:password@elsewhere/name"),
    ("DATABASE_URL", "elsewhere"),
    ("DATABASE_URL", "postgres://user@elsewhere:word/name"),
    ("REDIS_URL", "elsewhere:6379"),
    ("REDIS_URL", "amqp://user:password@elsewhere"),
    ("REDIS_URL", "redis://host:6379/elsewhere"),
    ("REDIS_URL", "unix:///run/valkey.sock?db=elsewhere"),
]


@pytest.mark.parametrize(("name", "address"), SOUND)
def test_an_address_of_such_a_server_passes(name: str, address: str) -> None:
    assert address_faults({name: address}) == []


@pytest.mark.parametrize(("name", "address"), WRONG)
def test_another_is_refused_in_a_sentence_that_does_not_repeat_it(name: str, address: str) -> None:
    (said,) = address_faults({name: address})
    assert said.startswith(f"{name} is no address of ")
    assert "elsewhere" not in said


def test_what_is_not_set_has_no_fault() -> None:
    assert address_faults({"REDIS_URL": ""}) == []
