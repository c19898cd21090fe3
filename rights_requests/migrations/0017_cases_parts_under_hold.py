"""Which legal hold keeps a part of an erasure."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("rights_requests", "0016_redaction"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='decision',
            name='hold_id',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(condition=models.Q(('hold_id__isnull', False), ('lifted_at__isnull', True)), fields=['hold_id'], name='part_under_hold'),
        ),
    ]
