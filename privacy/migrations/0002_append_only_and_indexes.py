"""What the models cannot say: the audit is append-only, and mails are found by their address through an index."""

from django.db import migrations

from privacy.append_only import AppendOnly, RefuseChangeFunction


class Migration(migrations.Migration):
    """Triggers on the audit's two tables; a hash index, since a list of addresses may be longer than a btree takes."""

    dependencies = [
        ("privacy", "0001_initial"),
        ("post_office", "0014_alter_email_recipient_delivery_status_and_more"),
    ]

    operations = [
        RefuseChangeFunction(),
        AppendOnly("privacy_auditentry"),
        AppendOnly("privacy_auditseal"),
        migrations.RunSQL(
            'CREATE INDEX privacy_email_to ON post_office_email USING hash ("to")',
            "DROP INDEX privacy_email_to",
        ),
    ]
