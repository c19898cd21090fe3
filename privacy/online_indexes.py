"""Indexes that are made while the table is used, by a migration that may be run again after it broke off."""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently


class AddIndexAgain(AddIndexConcurrently):
    """AddIndexConcurrently that first drops what an attempt left behind, which PostgreSQL keeps and never uses.

    Such a migration has no transaction: after a death, or when the wait for somebody else's transaction was too long
    (deploy/prepare.sh then tries again), the same index would be there already. Reversible; safe to repeat.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Drop the index of this name, if there is one, and make it."""
        self._ensure_not_in_transaction(schema_editor)
        schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {schema_editor.quote_name(self.index.name)}")
        super().database_forwards(app_label, schema_editor, from_state, to_state)
