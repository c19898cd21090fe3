"""Looks for a person everywhere in a running site, not with the code by which the site proves it."""

from collections.abc import Iterable, Iterator

from psycopg2.sql import SQL, Identifier
from redis import Redis

from tests.stack import RunningStack

TABLES = """
    SELECT table_schema, table_name FROM information_schema.tables
    WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')
"""
# A whole row as text shows every column of whatever type; bytes show as hexadecimal.
HITS = SQL("SELECT count(*) FROM {}.{} AS whole WHERE lower(whole::text) LIKE ANY(%s)")


def traces(stack: RunningStack, needles: Iterable[str]) -> list[str]:
    """Every table, key of Valkey and log in which one of the texts stands."""
    folded = sorted({form for needle in needles for form in _forms(needle.lower())})
    return [*_tables(stack, folded), *_keys(stack, folded), *_logs(stack, folded)]


def _forms(needle: str) -> set[str]:
    return {needle, needle.replace("@", "%40"), needle.encode().hex()}


def _tables(stack: RunningStack, needles: list[str]) -> Iterator[str]:
    patterns = [f"%{needle}%" for needle in needles]
    connection = stack.database()
    try:
        with connection.cursor() as cursor:
            cursor.execute(TABLES)
            for schema, table in cursor.fetchall():
                cursor.execute(HITS.format(Identifier(schema), Identifier(table)), [patterns])
                if cursor.fetchone()[0]:
                    yield f"table {table}"
    finally:
        connection.close()


def _keys(stack: RunningStack, needles: list[str]) -> Iterator[str]:
    for number in range(2):
        with Redis.from_url(stack.services_env["REDIS_URL"], db=number) as valkey:
            for key in valkey.scan_iter():
                said = (repr(key) + repr(value_of(valkey, key))).lower()
                if any(needle in said for needle in needles):
                    yield f"key {key!r} of Valkey"


def value_of(valkey: "Redis", key: bytes) -> object:
    """Whatever is stored under a key."""
    readers = {
        b"string": lambda: valkey.get(key),
        b"hash": lambda: valkey.hgetall(key),
        b"list": lambda: valkey.lrange(key, 0, -1),
        b"set": lambda: valkey.smembers(key),
        b"zset": lambda: valkey.zrange(key, 0, -1),
    }
    kind = valkey.type(key)
    return readers[kind]() if kind in readers else b""


def _logs(stack: RunningStack, needles: list[str]) -> Iterator[str]:
    for file in sorted((stack.var / "log").iterdir()):
        content = file.read_text(encoding="utf-8", errors="replace").lower()
        if any(needle in content for needle in needles):
            yield f"log {file.name}"


def user_id(stack: RunningStack, email: str) -> str:
    """The number of the account with this address."""
    connection = stack.database()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM accounts_user WHERE email = %s", [email])
            return str(cursor.fetchone()[0])
    finally:
        connection.close()
