"""An index that is made while its table is used is made whole by whoever tries again."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import ProgrammingError, connection, models
from django.db.migrations.state import ProjectState

from privacy.online_indexes import AddIndexAgain

INDEX = models.Index(fields=["kind"], name="made_by_a_test")


def make(operation: Any) -> None:
    before = ProjectState.from_apps(apps)
    after = before.clone()
    operation.state_forwards("privacy", after)
    with connection.schema_editor(atomic=False) as editor:
        operation.database_forwards("privacy", editor, before, after)


@pytest.mark.django_db(transaction=True)
def test_what_an_attempt_left_behind_is_in_nobodys_way() -> None:
    try:
        make(AddIndexConcurrently("job", INDEX))
        with connection.cursor() as cursor:
            # As PostgreSQL leaves it where the making broke off.
            cursor.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'made_by_a_test'::regclass")
        with pytest.raises(ProgrammingError, match="already exists"):
            make(AddIndexConcurrently("job", INDEX))
        make(AddIndexAgain("job", INDEX))
        with connection.cursor() as cursor:
            cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = 'made_by_a_test'::regclass")
            assert cursor.fetchall() == [(True,)]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP INDEX IF EXISTS made_by_a_test")
