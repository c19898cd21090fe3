"""Figures of the audience, and visits of those who agreed to be known again."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('visitors', '0002_drafts_and_form_keys'),
    ]

    operations = [
        migrations.CreateModel(
            name='AudienceBatch',
            fields=[
                ('key', models.CharField(max_length=80, primary_key=True, serialize=False)),
                ('counted_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), db_index=True)),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='AudienceDaily',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('closed', models.BooleanField(default=False)),
                ('route_name', models.CharField(max_length=100)),
                ('language', models.CharField(max_length=10)),
                ('device_class', models.CharField(max_length=10)),
                ('referrer', models.CharField(max_length=100)),
                ('views', models.PositiveIntegerField()),
                ('entries', models.PositiveIntegerField()),
            ],
            options={
                'verbose_name': 'audience',
                'verbose_name_plural': 'audience',
                'default_permissions': ('view',),
                'constraints': [models.UniqueConstraint(fields=('day', 'closed', 'route_name', 'language', 'device_class', 'referrer'), name='audience_once'), models.CheckConstraint(condition=models.Q(('entries__lte', models.F('views')), ('views__gt', 0)), name='audience_counts'), models.CheckConstraint(condition=models.Q(('closed', False), models.Q(models.Q(('views', 0), ('views__gte', 5), _connector='OR'), models.Q(('entries', 0), ('entries__gte', 5), _connector='OR')), _connector='OR'), name='audience_none_small')],
            },
        ),
        migrations.CreateModel(
            name='AudienceDepth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('kind', models.CharField(max_length=10)),
                ('depth', models.CharField(max_length=10)),
                ('visits', models.PositiveIntegerField()),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('day', 'kind', 'depth'), name='depth_once'), models.CheckConstraint(condition=models.Q(('visits__gte', 5)), name='depth_none_small')],
            },
        ),
        migrations.CreateModel(
            name='AudiencePath',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('path', models.CharField(max_length=500)),
                ('visits', models.PositiveIntegerField()),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('day', 'path'), name='path_once'), models.CheckConstraint(condition=models.Q(('visits__gte', 5)), name='path_none_small')],
            },
        ),
        migrations.CreateModel(
            name='AudienceTransition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('closed', models.BooleanField(default=False)),
                ('from_route', models.CharField(max_length=100)),
                ('to_route', models.CharField(max_length=100)),
                ('count', models.PositiveIntegerField()),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('day', 'closed', 'from_route', 'to_route'), name='transition_once'), models.CheckConstraint(condition=models.Q(('count__gt', 0)), name='transition_counts'), models.CheckConstraint(condition=models.Q(('closed', False), ('count', 0), ('count__gte', 5), _connector='OR'), name='transition_none_small')],
            },
        ),
        migrations.CreateModel(
            name='AudienceVisit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.UUIDField(verbose_name='random number')),
                ('day', models.DateField(db_index=True, verbose_name='day')),
                ('came_back', models.BooleanField(verbose_name='not the first visit')),
                ('pages', models.PositiveSmallIntegerField(verbose_name='pages opened')),
                ('counted', models.BooleanField(default=False)),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('number', 'day'), name='visit_once_a_day')],
            },
        ),
        migrations.CreateModel(
            name='AudienceStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveSmallIntegerField(verbose_name='place in the visit')),
                ('route_name', models.CharField(max_length=100, verbose_name='page')),
                ('visit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='visitors.audiencevisit')),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('visit', 'place'), name='step_once')],
            },
        ),
    ]
