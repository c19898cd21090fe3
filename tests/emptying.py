"""The database between two tests: what a test committed goes, and what the migrations wrote is there again."""

from io import StringIO

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper


class AsMigrated:
    """Remembers a database as its migrations left it, and brings it back to that.

    Django's own way empties every table, filled or not, and then makes its rows anew: that takes thirty times as long.
    """

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection
        self.tables = sorted(connection.introspection.django_table_names(only_existing=True, include_views=False))
        with connection.cursor() as cursor:
            self.rows = {table: self._copied(cursor, table) for table in self._filled(cursor)}

    def restore(self) -> None:
        """Take back what was committed since; safe to repeat.

        For these statements alone no trigger fires, neither those that keep tables append-only nor those of foreign
        keys: only the superuser of a private server may say so.
        """
        with transaction.atomic(), self.connection.cursor() as cursor:
            filled = set(self._filled(cursor)) - set(self.rows)
            changed = [table for table, rows in self.rows.items() if self._copied(cursor, table) != rows]
            cursor.execute("SET LOCAL session_replication_role = replica")
            for table in [*filled, *changed]:
                cursor.execute(f"DELETE FROM {self._quoted(table)}")
            for table in changed:
                cursor.copy_expert(f"COPY {self._quoted(table)} FROM STDIN", StringIO(self.rows[table]))

    def _quoted(self, table: str) -> str:
        return self.connection.ops.quote_name(table)

    def _filled(self, cursor: CursorWrapper) -> list[str]:
        asked = (f"SELECT '{table}' WHERE EXISTS (SELECT FROM {self._quoted(table)})" for table in self.tables)
        cursor.execute(" UNION ALL ".join(asked))
        return [table for (table,) in cursor.fetchall()]

    def _copied(self, cursor: CursorWrapper, table: str) -> str:
        rows = StringIO()
        cursor.copy_expert(f"COPY {self._quoted(table)} TO STDOUT", rows)
        return rows.getvalue()
