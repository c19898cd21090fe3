"""The benchmarks' own database: made new, filled with people of known size, and dropped at the end."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from uuid import UUID, uuid5

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.models import Model

from benchmarks.app.models import MODELS

SPACE = UUID("6f2f1f3c-0d6b-4c58-9a77-2c6a1e6f0b11")

FILL = """
INSERT INTO {table} (subject_id, created_at, name, email, note, place, amount, number, agreed, extra)
SELECT (ARRAY[{subjects}]::uuid[])[who], timestamptz '2026-01-01 00:00Z' + n * interval '1 second',
       'Person ' || n, 'person' || n || '@example.org',
       CASE n % 4
           WHEN 0 THEN '=1+' || n || ' is how this note begins, and it goes on for a while'
           WHEN 1 THEN 'She said "yes, the shelf on the left", then left; seen again on day ' || n % 365
           ELSE 'Called about the order of ' || n || E'\nand asked for a new date. ' || md5(n::text) || md5((-n)::text)
       END,
       'Rue ' || (n % 500) || ', 75001 Paris', n % 100000 / 100.0, n, n % 2 = 0,
       jsonb_build_object('seen', n % 7, 'by', md5((n % 1000)::text))
FROM (SELECT g AS n, {who} AS who FROM generate_series(1, {total}) g) numbered
"""


def person(size: int) -> UUID:
    """The id of the person who has `size` rows in all."""
    return uuid5(SPACE, str(size))


@contextmanager
def template() -> Iterator[None]:
    """A database with every table and no row, of which fresh ones are copies; dropped at the end."""
    name, copied = _names()
    _maintain(f'DROP DATABASE IF EXISTS "{copied}" WITH (FORCE)')
    try:
        with fresh_database(copied=False):
            call_command("migrate", run_syncdb=True, verbosity=0, skip_checks=True)
            connections.close_all()
            _maintain(f'CREATE DATABASE "{copied}" TEMPLATE "{name}"')
        yield
    finally:
        _maintain(f'DROP DATABASE IF EXISTS "{copied}" WITH (FORCE)')


@contextmanager
def fresh_database(*, copied: bool = True) -> Iterator[None]:
    """The benchmarks' database, new, with an empty ledger: a copy of the template, or without any table."""
    name, known = _names()
    shutil.rmtree(settings.LEDGER_DIR, ignore_errors=True)
    source = f' TEMPLATE "{known}"' if copied else ""
    _maintain(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}"{source}')
    try:
        yield
    finally:
        connections.close_all()
        _maintain(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _names() -> tuple[str, str]:
    """The benchmarks' database, and its template."""
    name = settings.DATABASES["default"]["NAME"]
    return name, f"{name}_empty"


def fill(sizes: Mapping[int, int] | list[int], others: int = 20_000) -> None:
    """Give each person of these sizes their rows, spread over the tables and mixed with `others` per table."""
    wanted = sorted(sizes)
    shares = [size // len(MODELS) for size in wanted]
    total = sum(shares) + others
    subjects = ", ".join(f"'{person(size)}'" for size in [*wanted, 0])
    # Numbers are dealt out as if shuffled, so that everybody's rows lie all over the table.
    dealt = f"(g::bigint * 7919 % {total})"
    bounds = [sum(shares[: index + 1]) for index in range(len(shares))]
    cases = " ".join(f"WHEN {dealt} < {bound} THEN {index + 1}" for index, bound in enumerate(bounds))
    with connection.cursor() as cursor:
        for model in MODELS:
            table = model._meta.db_table
            who = f"CASE {cases} ELSE {len(wanted) + 1} END"
            cursor.execute(FILL.format(table=table, subjects=subjects, who=who, total=total))
            cursor.execute(f"VACUUM ANALYZE {table}")


def fill_spread(model: type[Model], total: int, subject: UUID, share: int) -> None:
    """Fill one table anew with `total` rows, of which `share` are the subject's, at even distances."""
    table, step = model._meta.db_table, total // share
    who = f"CASE WHEN g % {step} = 0 THEN 1 ELSE 2 END"
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table}")
        subjects = f"'{subject}', '{person(0)}'"
        cursor.execute(FILL.format(table=table, subjects=subjects, who=who, total=total))
        cursor.execute(f"VACUUM ANALYZE {table}")


def _maintain(*statements: str) -> None:
    """Run statements on the database that every server has."""
    values = {**connection.settings_dict, "NAME": "postgres"}
    maintenance = DatabaseWrapper(values, alias="maintenance")
    try:
        with maintenance.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
    finally:
        maintenance.close()
