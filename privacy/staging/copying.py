"""Makes a copy of the database anonymous, table by table; killed at any moment it goes on where it was (ADR 0063)."""

import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from privacy import audit
from privacy.actors import SYSTEM
from privacy.data_map import residue
from privacy.data_map.registry import registry
from privacy.staging.mark import DONE, MAKE, TABLE, is_copy, step_done
from privacy.staging.plan import Treatment, treatments

FUNCTIONS = Path(__file__).with_name("functions.sql")
# Steps that remember something until the copy is whole; what they remember is forgotten then.
SEED, SAMPLE, KEYS = "seed", "sample", "foreign keys"
# So many people are looked for in the end.
SAMPLE_SIZE = 40
CACHE_TABLE = "cache_fallback"


class NotAnonymous(Exception):
    """Somebody of the sample is still found after all: the places; the copy is not whole."""


@dataclass(frozen=True)
class Done:
    """What became of one table: `how` in words, and how many rows."""

    table: str
    how: str
    rows: int


def make_anonymous(tell: Callable[[Done], object]) -> int:
    """Empty or make up every table, and look whether anybody of a sample is left; returns how many were looked for.

    One statement and one transaction for each table, with the note that it is done: a death costs one table, and a
    table that is done is never made up twice. Foreign keys are taken off first and put back last, checked. Safe to run
    again, also when the copy is whole. Raises NotAnonymous, and NoMaker before anything is touched.
    """
    work = treatments()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(MAKE)
        is_copy.cache_clear()
    if step_done(DONE):
        return 0
    seed = _remembered(SEED, lambda: secrets.token_hex(32))
    sample = json.loads(_remembered(SAMPLE, lambda: json.dumps(_sample())))
    _take_keys_off()
    _define_functions()
    _empty([one for one in work if one.why], tell)
    for one in work:
        if not one.why:
            _make_up(one, seed, tell)
    _put_keys_back()
    _look_for(sample)
    _finish(work)
    return len(sample)


def _remembered(step: str, make: Callable[[], str]) -> str:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT said FROM {TABLE} WHERE step = %s", [step])
        found = cursor.fetchone()
        if found is None:
            found = (make(),)
            cursor.execute(f"INSERT INTO {TABLE} (step, said) VALUES (%s, %s)", [step, *found])
    return str(found[0])


def _sample() -> list[str]:
    """Identifiers of people, of each holding that has some: what is looked for in the end."""
    found: set[str] = set()
    for holding in registry.holdings.values():
        fields = [name for name, rule in holding.rules().items() if rule.identifies or name in {"email", "phone"}]
        for name in fields:
            values = holding.model()._base_manager.order_by().values_list(name, flat=True)[:SAMPLE_SIZE]
            found.update(str(value).strip().lower() for value in values if value)
        path = dict(holding.paths()).get("user")
        if path == "id":
            found.update(str(pk) for pk in holding.model()._base_manager.values_list("pk", flat=True)[:SAMPLE_SIZE])
    return sorted(one for one in found if len(one) >= residue.SHORTEST)


def _take_keys_off() -> None:
    """Numbers are made anew on both ends, each in its own time; the definitions are remembered in the same moment."""
    with transaction.atomic(), connection.cursor() as cursor:
        if step_done(KEYS):
            return
        cursor.execute(
            "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(c.oid) FROM pg_constraint c"
            " JOIN pg_namespace n ON n.oid = c.connamespace WHERE contype = 'f'"
            " AND n.nspname = ANY(current_schemas(false))"
            " ORDER BY 1, 2"
        )
        found = cursor.fetchall()
        for table, name, _definition in found:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        cursor.execute(f"INSERT INTO {TABLE} (step, said) VALUES (%s, %s)", [KEYS, json.dumps(found)])


def _put_keys_back() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT said FROM {TABLE} WHERE step = %s", [KEYS])
        for table, name, definition in json.loads(cursor.fetchone()[0]):
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        cursor.execute(f"UPDATE {TABLE} SET said = '[]' WHERE step = %s", [KEYS])


def _define_functions() -> None:
    with connection.cursor() as cursor:
        cursor.execute(FUNCTIONS.read_text(encoding="utf-8"))


def _empty(work: Sequence[Treatment], tell: Callable[[Done], object]) -> None:
    """All of them in one transaction: for nobody could say which stay empty while another is filled."""
    tables = [*(one.table for one in work), *_cache_tables()]
    with transaction.atomic(), connection.cursor() as cursor:
        for table in tables:
            step = f"emptied {table}"
            if step_done(step):
                continue
            rows = _count(table)
            quoted = connection.ops.quote_name(table)
            cursor.execute(f"ALTER TABLE {quoted} DISABLE TRIGGER USER")
            cursor.execute(f"TRUNCATE {quoted}")
            cursor.execute(f"ALTER TABLE {quoted} ENABLE TRIGGER USER")
            _note(step)
            tell(Done(table, next((one.why for one in work if one.table == table), "a cache"), rows))


def _make_up(one: Treatment, seed: str, tell: Callable[[Done], object]) -> None:
    step, quoted = f"made up {one.table}", connection.ops.quote_name(one.table)
    if not one.columns or step_done(step):
        return
    changes = ", ".join(f'"{column}" = {expression}' for column, expression in one.columns.items())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(f"ALTER TABLE {quoted} DISABLE TRIGGER USER")
        cursor.execute(f"UPDATE {quoted} SET {changes}", {"seed": seed})
        rows = cursor.rowcount
        cursor.execute(f"ALTER TABLE {quoted} ENABLE TRIGGER USER")
        _note(step)
    tell(Done(one.table, f"{len(one.columns)} columns made up", rows))


def _look_for(sample: Sequence[str]) -> None:
    """The search that follows an erasure, for people of the sample, in every column of every table but our own note."""
    hits = residue.scan_tables(frozenset(sample), {}) if sample else ()
    places = sorted({f"{hit.table}.{hit.column}" for hit in hits if hit.table != TABLE})
    if places:
        raise NotAnonymous(", ".join(places))


def _finish(work: Sequence[Treatment]) -> None:
    """Forget what would tell who was who, and write down in the new audit that this is a copy."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE} WHERE step IN (%s, %s, %s)", [SEED, SAMPLE, KEYS])
        _note(DONE)
        emptied = sum(bool(one.why) for one in work)
        audit.record(event="copy.made_anonymous", actor=SYSTEM, data={"emptied": emptied, "tables": len(work)})


def _note(step: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {TABLE} (step) VALUES (%s)", [step])


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
        return int(cursor.fetchone()[0])


def _cache_tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [CACHE_TABLE])
        return [CACHE_TABLE] if cursor.fetchone()[0] else []


def in_use() -> str:
    """Why this database or this environment is somebody's at this moment; empty where it is a copy at rest.

    Files beside it would be those of the site: a copy has none of them, and nothing is removed here.
    """
    name = str(connection.settings_dict["NAME"])
    if any(word in name.lower() for word in ("prod", "live")):
        return f"the database is called {name}: that is a site's name, not a copy's"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        if others := cursor.fetchone()[0]:
            return f"{others} others are connected to {name}: stop whatever runs on it"
        cursor.execute(
            "SELECT count(*) FROM privacy_heartbeat WHERE beat_at > clock_timestamp() - interval '2 minutes'"
        )
        if cursor.fetchone()[0]:
            return f"a site showed a sign of life in {name} less than two minutes ago: wait, if it is a fresh copy"
    full = [folder for folder in _folders() if folder.is_dir() and any(folder.iterdir())]
    if full:
        return f"there are files in {', '.join(map(str, full))}: the site's. A copy has folders of its own, empty ones"
    return ""


def _folders() -> list[Path]:
    return [
        Path(folder)
        for folder in (settings.PACKAGE_DIR, settings.EVIDENCE_DIR, settings.LEDGER_DIR, settings.OUTBOX_DIR)
    ]
