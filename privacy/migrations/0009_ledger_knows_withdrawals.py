"""The ledger learns that a consent was withdrawn, so that no old backup brings it back."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('privacy', '0008_policy_versions'),
    ]

    operations = [
        migrations.AlterField(
            model_name='ledgerentry',
            name='kind',
            field=models.CharField(choices=[('erasure', "data deleted at the person's request"), ('restriction', 'processing restricted'), ('objection', 'objection to processing'), ('minor', 'processing stopped: the person was under 18'), ('stop_lifted', 'restriction, objection or protection lifted'), ('rectification', 'data corrected'), ('withdrawal', 'consent withdrawn'), ('restored', 'an older copy of our records was put back')], max_length=20),
        ),
    ]
