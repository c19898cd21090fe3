"""One migrated database for all processes of the suite: the first that needs it makes it, and each has a copy of it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db.backends.base.base import BaseDatabaseWrapper

NAME = "test_migrated"
# Whoever holds this lock of the server makes the database, or looks whether another has made it.
LOCK = 0x0CC1C0


@contextmanager
def migrated(connection: BaseDatabaseWrapper, run: str) -> Iterator[str]:
    """The name of a database as the migrations leave it, made once in a run of the suite; gone at the end.

    To migrate takes nine seconds of the processor, and a copy a half. What an earlier run left is made anew.
    """
    creation = connection.creation
    with creation._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [NAME])
        if cursor.fetchone() != (run,):
            cursor.execute(f"DROP DATABASE IF EXISTS {NAME}")
            cursor.execute(f"CREATE DATABASE {NAME} {creation.sql_table_creation_suffix()}")
            _migrate(connection)
            cursor.execute(f"COMMENT ON DATABASE {NAME} IS %s", [run])
    yield NAME
    with creation._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {NAME}")


def _migrate(connection: BaseDatabaseWrapper) -> None:
    """Bring the new database to the present schema; the connection is closed at the end, as a copy wants it."""
    own = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = NAME
    try:
        call_command("migrate", interactive=False, verbosity=0, run_syncdb=True)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own
