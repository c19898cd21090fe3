"""What staff call these in three languages; no column changes."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("rights_requests", "0009_parts_that_go_after_all"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='download',
            options={'verbose_name': 'download', 'verbose_name_plural': 'downloads'},
        ),
        migrations.AlterModelOptions(
            name='package',
            options={'verbose_name': 'package', 'verbose_name_plural': 'packages'},
        ),
        migrations.AlterModelOptions(
            name='receipt',
            options={'verbose_name': 'receipt of an erasure', 'verbose_name_plural': 'receipts of erasures'},
        ),
    ]
