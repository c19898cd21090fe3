"""The published policy: versions and texts that are never changed, and which of them people have seen."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from privacy.append_only import AppendOnly


class Migration(migrations.Migration):

    dependencies = [
        ('privacy', '0007_scope_of_several_words'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PolicyVersion',
            fields=[
                ('number', models.PositiveIntegerField(primary_key=True, serialize=False, verbose_name='version')),
                ('published_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='published')),
                ('effective_on', models.DateField(verbose_name='in force from')),
                ('material', models.BooleanField(verbose_name='material change')),
                ('hash', models.CharField(max_length=64, verbose_name='content hash')),
            ],
            options={
                'verbose_name': 'version of the policy',
                'verbose_name_plural': 'versions of the policy',
                'ordering': ('-number',),
            },
        ),
        migrations.CreateModel(
            name='PolicyText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=10, verbose_name='language')),
                ('changed', models.TextField(blank=True, verbose_name='what changed and why')),
                ('clauses', models.JSONField(verbose_name='clauses')),
                ('tables', models.JSONField(verbose_name='tables')),
                ('hash', models.CharField(max_length=64, verbose_name='content hash')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='texts', to='privacy.policyversion')),
            ],
            options={
                'verbose_name': 'text of the policy',
                'verbose_name_plural': 'texts of the policy',
                'constraints': [models.UniqueConstraint(fields=('version', 'language'), name='policy_text_once')],
            },
        ),
        migrations.CreateModel(
            name='PolicySeen',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('how', models.CharField(choices=[('sign_up', 'when the account was opened'), ('said_so', 'the person said that they have seen it')], max_length=10, verbose_name='how')),
                ('language', models.CharField(max_length=35, verbose_name='language')),
                ('seen_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='when')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='privacy.policyversion')),
            ],
            options={
                'verbose_name': 'version of the policy that was seen',
                'verbose_name_plural': 'versions of the policy that were seen',
                'constraints': [models.UniqueConstraint(fields=('user', 'version'), name='policy_seen_once')],
            },
        ),
        AppendOnly("privacy_policyversion"),
        AppendOnly("privacy_policytext"),
    ]
