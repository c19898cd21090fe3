"""What one test commits no other finds, in whatever order they run."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from privacy import audit
from privacy.actors import SYSTEM
from privacy.models import AuditEntry
from tests.emptying import AsMigrated
from tests.factories import make_request, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def content() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    found = {}
    with connection.cursor() as cursor:
        for table in AsMigrated(connection).tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            found[table] = sorted(cursor.fetchall(), key=repr)
    return found


def test_what_was_committed_is_gone_and_what_the_migrations_wrote_is_there_again() -> None:
    before, migrated = content(), AsMigrated(connection)
    make_request(make_user())
    ContentType.objects.filter(app_label="accounts").delete()
    ContentType.objects.filter(app_label="privacy").update(app_label="other")
    ContentType.objects.create(app_label="planted", model="thing")
    assert User.objects.exists()
    assert content() != before

    migrated.restore()

    assert content() == before
    assert ContentType.objects.get_for_model(User).model == "user"


def test_what_nobody_may_delete_goes_too_and_stays_closed_to_everybody_else() -> None:
    migrated = AsMigrated(connection)
    for _time in range(2):
        with transaction.atomic():
            audit.record(event="test.happened", actor=SYSTEM)
        with pytest.raises(IntegrityError, match="go when their term is over, not before"), transaction.atomic():
            AuditEntry.objects.all().delete()
        migrated.restore()
        assert not AuditEntry.objects.exists()
