from django.db import migrations, models

from privacy.online_indexes import AddIndexAgain


class Migration(migrations.Migration):
    # An index that is made while the table is used.
    atomic = False

    dependencies = [
        ('privacy', '0019_looking_reading'),
    ]

    operations = [
        AddIndexAgain(
            model_name='job',
            index=models.Index(condition=models.Q(('state', 'needs_staff')), fields=['kind'], name='job_needing_staff'),
        ),
    ]
