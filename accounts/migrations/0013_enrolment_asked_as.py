from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0012_customer_language"),
    ]

    operations = [
        migrations.AddField(
            model_name='enrolment',
            name='asked_as',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name='enrolment',
            name='asked_what',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=64),
        ),
    ]
