"""What the models cannot say: the steps of a request are kept as they happened."""

from django.db import migrations

from privacy.append_only import AppendOnly


class Migration(migrations.Migration):
    """A trigger refuses UPDATE, DELETE and TRUNCATE of transitions."""

    dependencies = [
        ("rights_requests", "0001_initial"),
        ("privacy", "0002_append_only_and_indexes"),
    ]

    operations = [
        AppendOnly("rights_requests_transition"),
    ]
