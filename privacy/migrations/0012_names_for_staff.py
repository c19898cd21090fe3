"""What staff call these in three languages; no column changes."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("privacy", "0011_kept_answers"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='auditseal',
            options={'verbose_name': 'seal of the audit', 'verbose_name_plural': 'seals of the audit'},
        ),
        migrations.AlterModelOptions(
            name='heartbeat',
            options={'verbose_name': 'sign of life', 'verbose_name_plural': 'signs of life'},
        ),
        migrations.AlterModelOptions(
            name='job',
            options={'verbose_name': 'job', 'verbose_name_plural': 'jobs'},
        ),
    ]
