"""The catalogue of trackers, and the proof of each choice: rows that can be added, and never changed."""

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid
from django.conf import settings
from django.db import migrations, models
from privacy.append_only import AppendOnly

# A choice is never changed, and deleted only when its proof is no longer needed.
KEPT_SQL = """
CREATE TRIGGER consent_consentevent_never_changed BEFORE UPDATE OR TRUNCATE ON consent_consentevent
    FOR EACH STATEMENT EXECUTE FUNCTION privacy_refuse_change();
CREATE TRIGGER consent_consentevent_kept BEFORE DELETE ON consent_consentevent
    FOR EACH ROW WHEN (OLD.keep_until > clock_timestamp()) EXECUTE FUNCTION privacy_refuse_change()
"""
NOT_KEPT_SQL = """
DROP TRIGGER consent_consentevent_never_changed ON consent_consentevent;
DROP TRIGGER consent_consentevent_kept ON consent_consentevent
"""


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('privacy', '0002_append_only_and_indexes'),
        ('consent', '0001_subscriptions'),
        ('cookie_consent', '0004_cookie_natural_key'),
    ]

    operations = [
        migrations.CreateModel(
            name='AccountConsent',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to=settings.AUTH_USER_MODEL)),
                ('notice_number', models.PositiveIntegerField(verbose_name='version of the text')),
                ('states', models.JSONField(verbose_name='choices')),
                ('gpc', models.BooleanField(default=False, verbose_name='under Global Privacy Control')),
                ('decided_at', models.DateTimeField(verbose_name='decided at')),
            ],
            options={
                'verbose_name': 'choice of an account',
                'verbose_name_plural': 'choices of accounts',
            },
        ),
        migrations.CreateModel(
            name='Party',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, unique=True, verbose_name='name')),
                ('kind', models.CharField(choices=[('ourselves', 'ourselves'), ('controller', 'controller of its own'), ('processor', 'processor for us'), ('recipient', 'recipient')], default='controller', max_length=20, verbose_name='role')),
                ('address', models.TextField(blank=True, verbose_name='postal address')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail address')),
                ('url', models.URLField(blank=True, verbose_name='its privacy policy')),
                ('country', models.CharField(blank=True, max_length=2, verbose_name='country, as a code of two letters')),
                ('from_code', models.BooleanField(default=False, verbose_name="named by this site's settings")),
            ],
            options={
                'verbose_name': 'party',
                'verbose_name_plural': 'parties',
                'ordering': ('name',),
            },
        ),
        migrations.CreateModel(
            name='ProofSeal',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False, verbose_name='day')),
                ('events', models.PositiveIntegerField(verbose_name='choices')),
                ('counts', models.JSONField(default=dict, verbose_name='how often')),
                ('keep_until', models.DateTimeField(verbose_name='its choices kept until')),
                ('previous', models.CharField(max_length=64, verbose_name='hash of the seal before')),
                ('hash', models.CharField(max_length=64, verbose_name='hash')),
                ('signature', models.CharField(max_length=128, verbose_name='signature')),
                ('key_id', models.CharField(max_length=32, verbose_name='key')),
                ('sealed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='sealed')),
            ],
            options={
                'verbose_name': 'seal of a day',
                'verbose_name_plural': 'seals of days',
                'ordering': ('-day',),
            },
        ),
        migrations.CreateModel(
            name='NoticeVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='number')),
                ('language', models.CharField(max_length=10, verbose_name='language')),
                ('content', models.JSONField(verbose_name='content')),
                ('sha256', models.CharField(max_length=64, verbose_name='SHA-256 of the content')),
                ('template_sha256', models.CharField(max_length=64, verbose_name='SHA-256 of the templates and style')),
                ('material', models.BooleanField(default=False, verbose_name='asks everybody again')),
                ('change', models.TextField(blank=True, verbose_name='what changed, and why')),
                ('published_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='published')),
            ],
            options={
                'verbose_name': 'version of the notice',
                'verbose_name_plural': 'versions of the notice',
                'ordering': ('-number', 'language'),
                'constraints': [models.UniqueConstraint(fields=('number', 'language'), name='notice_version_once')],
            },
        ),
        migrations.CreateModel(
            name='Purpose',
            fields=[
                ('group', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, serialize=False, to='cookie_consent.cookiegroup', verbose_name='group')),
                ('basis', models.CharField(choices=[('needed', 'needed for what you asked for; no consent is needed'), ('consent', 'your consent')], max_length=20, verbose_name='what allows it')),
                ('dpv', models.CharField(max_length=100, verbose_name='purpose in the Data Privacy Vocabulary')),
                ('gpc_denies', models.BooleanField(default=False, verbose_name='refused by Global Privacy Control')),
                ('texts', models.JSONField(default=dict, verbose_name='texts')),
                ('written_by_staff', models.BooleanField(default=False, verbose_name='texts written by staff')),
                ('recipients', models.ManyToManyField(blank=True, to='consent.party', verbose_name='recipients')),
            ],
            options={
                'verbose_name': 'purpose',
                'verbose_name_plural': 'purposes',
                'ordering': ('group__ordering',),
            },
        ),
        migrations.CreateModel(
            name='Tracker',
            fields=[
                ('cookie', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to='cookie_consent.cookie', verbose_name='name')),
                ('matching', models.CharField(choices=[('exact', 'the whole name'), ('prefix', 'how the name begins')], default='exact', max_length=10, verbose_name='the name is')),
                ('kind', models.CharField(choices=[('cookie', 'cookie'), ('local_storage', 'storage of the browser'), ('pixel', 'invisible picture'), ('frame', 'frame of another site')], default='cookie', max_length=20, verbose_name='kind')),
                ('texts', models.JSONField(default=dict, verbose_name='texts')),
                ('from_code', models.BooleanField(default=False, verbose_name="set by this site's own code")),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='consent.party', verbose_name='set by')),
            ],
            options={
                'verbose_name': 'tracker',
                'verbose_name_plural': 'trackers',
                'ordering': ('cookie__name',),
            },
        ),
        migrations.CreateModel(
            name='NoticePicture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('width', models.PositiveIntegerField(verbose_name='width in pixels')),
                ('theme', models.CharField(max_length=10, verbose_name='theme')),
                ('png', models.BinaryField(verbose_name='picture')),
                ('sha256', models.CharField(max_length=64, verbose_name='SHA-256 of the picture')),
                ('added_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='added')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='consent.noticeversion', verbose_name='notice')),
            ],
            options={
                'verbose_name': 'picture of the notice',
                'verbose_name_plural': 'pictures of the notice',
                'ordering': ('notice', 'width', 'theme'),
                'constraints': [models.UniqueConstraint(fields=('notice', 'width', 'theme'), name='notice_picture_once')],
            },
        ),
        migrations.CreateModel(
            name='ConsentEvent',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='number')),
                ('occurred_at', models.DateTimeField(verbose_name='when')),
                ('valid_until', models.DateTimeField(verbose_name='asked again from')),
                ('keep_until', models.DateTimeField(verbose_name='proof kept until')),
                ('states', models.JSONField(verbose_name='choices')),
                ('method', models.CharField(choices=[('accept_all', '“Accept all” in the notice'), ('refuse_all', '“Refuse all” in the notice'), ('save', 'saved on the page of choices'), ('withdraw', '“Withdraw everything”'), ('embed', '“Always show” beside something of another site'), ('adopt', 'taken from the browser into the account'), ('api', 'in the App')], max_length=30, verbose_name='how')),
                ('surface', models.CharField(blank=True, max_length=100, verbose_name='on which page')),
                ('gpc', models.BooleanField(default=False, verbose_name='the browser sent Global Privacy Control')),
                ('digest', models.CharField(blank=True, max_length=64, verbose_name='code for the browser or account')),
                ('mac', models.CharField(max_length=64, verbose_name='authentication code')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='consent.noticeversion', verbose_name='what was shown')),
            ],
            options={
                'verbose_name': 'choice on record',
                'verbose_name_plural': 'choices on record',
                'ordering': ('id',),
                'indexes': [models.Index(fields=['digest', 'id'], name='consent_event_who'), models.Index(fields=['occurred_at'], name='consent_event_when')],
            },
        ),
        AppendOnly("consent_noticeversion"),
        AppendOnly("consent_noticepicture"),
        AppendOnly("consent_proofseal"),
        migrations.RunSQL(KEPT_SQL, NOT_KEPT_SQL),
    ]
