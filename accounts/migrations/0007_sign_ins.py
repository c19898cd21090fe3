"""Sign-ins with their country and family of devices (accounts.sign_ins)."""

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0006_account_changes"),
    ]

    operations = [
        migrations.CreateModel(
            name='SignIn',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='when')),
                ('country', models.CharField(blank=True, max_length=2, verbose_name='country')),
                ('network', models.CharField(blank=True, max_length=43, verbose_name='shortened internet address')),
                ('browser', models.CharField(blank=True, choices=[('edge', 'Edge'), ('opera', 'Opera'), ('samsung', 'Samsung Internet'), ('firefox', 'Firefox'), ('chrome', 'Chrome'), ('safari', 'Safari')], max_length=10, null=True, verbose_name='browser')),
                ('platform', models.CharField(blank=True, choices=[('iphone', 'iPhone'), ('ipad', 'iPad'), ('android', 'Android'), ('windows', 'Windows'), ('chrome_os', 'ChromeOS'), ('mac', 'Mac'), ('linux', 'Linux')], max_length=10, null=True, verbose_name='system')),
                ('how', models.CharField(choices=[('sign_up', 'new account'), ('password', 'password'), ('app', 'password and app'), ('passkey', 'password and passkey'), ('recovery_code', 'password and recovery code')], max_length=13, verbose_name='how')),
                ('alerted', models.BooleanField(default=False, verbose_name='told by e-mail')),
                ('disowned_at', models.DateTimeField(blank=True, null=True, verbose_name='you said it was not you')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sign_ins', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'sign-in',
                'verbose_name_plural': 'sign-ins',
                'indexes': [models.Index(fields=['user', '-at'], name='sign_in_of_user'), models.Index(fields=['at'], name='sign_in_at')],
                'constraints': [models.CheckConstraint(condition=models.Q(('country__regex', '^([A-Z]{2})?$')), name='sign_in_country'), models.CheckConstraint(condition=models.Q(('network__regex', '^(([0-9]{1,3}\\.){3}0/24|[0-9a-f:]*::/48)?$')), name='sign_in_shortened'), models.CheckConstraint(condition=models.Q(('browser__in', ['edge', 'opera', 'samsung', 'firefox', 'chrome', 'safari'])), name='sign_in_browser'), models.CheckConstraint(condition=models.Q(('platform__in', ['iphone', 'ipad', 'android', 'windows', 'chrome_os', 'mac', 'linux'])), name='sign_in_platform'), models.CheckConstraint(condition=models.Q(('how__in', ['sign_up', 'password', 'app', 'passkey', 'recovery_code'])), name='sign_in_how')],
            },
        ),
    ]
