from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0011_retention_unused_accounts"),
    ]

    operations = [
        migrations.AddField(
            model_name='customer',
            name='language',
            field=models.CharField(db_default='en', default='en', max_length=10, verbose_name='language of its people'),
        ),
    ]
