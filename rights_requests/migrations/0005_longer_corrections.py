"""Corrections as long as the longest text that can be corrected; a rule of forms, the column stays as it is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rights_requests", "0004_transfer_target")]

    operations = [
        migrations.AlterField(
            model_name="proposal", name="new", field=models.TextField(blank=True, max_length=5000)
        ),
    ]
