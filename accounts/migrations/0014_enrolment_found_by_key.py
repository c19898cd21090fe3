from django.db import migrations, models

from privacy.online_indexes import AddIndexAgain


class Migration(migrations.Migration):
    # An index that is made while the table is used.
    atomic = False

    dependencies = [
        ("accounts", "0013_enrolment_asked_as"),
    ]

    operations = [
        AddIndexAgain(
            model_name='enrolment',
            index=models.Index(condition=models.Q(('asked_as', ''), _negated=True), fields=['asked_as'], name='enrolment_asked_as'),
        ),
    ]
