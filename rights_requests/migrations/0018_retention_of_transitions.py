"""The course of a request goes with the request, five years after it was answered, and not before."""

from django.db import migrations

from privacy.append_only import AppendOnlyForItsTerm


class Migration(migrations.Migration):
    """The trigger that refused every deletion asks for the term from now on."""

    dependencies = [
        ("rights_requests", "0017_cases_parts_under_hold"),
        ("privacy", "0018_retention_runs"),
    ]

    operations = [
        AppendOnlyForItsTerm(
            "rights_requests_transition",
            "EXISTS (SELECT FROM rights_requests_rightsrequest request WHERE request.id = OLD.request_id"
            " AND request.closed_at < now() - interval '1825 days')",
        ),
    ]
