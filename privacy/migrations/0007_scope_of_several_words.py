"""An erasure that spares holdings names them in its scope."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("privacy", "0006_ledger_kinds_of_stops")]

    operations = [
        migrations.AlterField("ledgerentry", "scope", models.CharField(blank=True, max_length=255)),
    ]
