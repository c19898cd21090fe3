"""Promotional messages and their readers; what was sent stays as it was."""

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid
from django.db import migrations, models

# A draft is anybody's to change. Once it is sent, its words, its topic and its beginning stay, whoever tries; only its end
# is still written down, and what was counted. Django, a shell and a careless statement are refused alike.
STAYS_SQL = """
CREATE FUNCTION consent_mailing_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state = 'draft' AND NEW.state IN ('draft', 'sending') THEN
        RETURN NEW;
    ELSIF TG_OP = 'DELETE' AND OLD.state = 'draft' THEN
        RETURN OLD;
    ELSIF TG_OP = 'UPDATE'
        AND (NEW.id, NEW.topic, NEW.texts, NEW.written_at, NEW.started_at)
            IS NOT DISTINCT FROM (OLD.id, OLD.topic, OLD.texts, OLD.written_at, OLD.started_at)
        AND (OLD.state = 'sending' AND NEW.state IN ('sent', 'stopped')
            OR (NEW.state, NEW.ended_at) IS NOT DISTINCT FROM (OLD.state, OLD.ended_at))
        AND (OLD.counted IS NULL OR NEW.counted IS NOT DISTINCT FROM OLD.counted)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a message that was sent is never changed (% refused)', TG_OP USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER consent_mailing_stays BEFORE UPDATE OR DELETE ON consent_mailing
    FOR EACH ROW EXECUTE FUNCTION consent_mailing_stays();
CREATE TRIGGER consent_mailing_whole BEFORE TRUNCATE ON consent_mailing
    FOR EACH STATEMENT EXECUTE FUNCTION privacy_refuse_change()
"""
CHANGES_SQL = """
DROP TRIGGER consent_mailing_whole ON consent_mailing;
DROP TRIGGER consent_mailing_stays ON consent_mailing;
DROP FUNCTION consent_mailing_stays()
"""


class Migration(migrations.Migration):

    dependencies = [
        ('consent', '0002_choices'),
    ]

    operations = [
        migrations.CreateModel(
            name='Mailing',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('topic', models.CharField(choices=[('newsletter', 'Newsletter'), ('webinars', 'Webinars'), ('product_news', 'Product news')], max_length=20, verbose_name='about')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('sending', 'being sent'), ('sent', 'sent'), ('stopped', 'stopped by us')], default='draft', max_length=10, verbose_name='state')),
                ('texts', models.JSONField(verbose_name='texts')),
                ('written_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='written')),
                ('started_at', models.DateTimeField(null=True, verbose_name='sent from')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='sent until')),
                ('counted', models.JSONField(null=True)),
            ],
            options={
                'verbose_name': 'promotional message',
                'verbose_name_plural': 'promotional messages',
                'ordering': ('-written_at', 'pk'),
                'permissions': (('send_mailing', 'Can send promotional messages'),),
                'constraints': [models.CheckConstraint(condition=models.Q(('topic__in', ('newsletter', 'webinars', 'product_news'))), name='mailing_promotes'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('started_at__isnull', True), ('state', 'draft')), models.Q(('ended_at__isnull', True), ('started_at__isnull', False), ('state', 'sending')), models.Q(('ended_at__isnull', False), ('started_at__isnull', False), ('state__in', ('sent', 'stopped'))), _connector='OR'), name='mailing_as_its_state_says'), models.CheckConstraint(condition=models.Q(('texts__has_key', 'en')), name='mailing_in_our_language')],
            },
        ),
        migrations.CreateModel(
            name='MailingCopy',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('queued', 'waiting to leave'), ('left', 'left for the mailbox'), ('stopped', 'not sent: this use of the data is stopped'), ('ended', 'not sent: the subscription had ended'), ('taken_back', 'taken back before it left'), ('failed', 'not taken by the mail server'), ('bounced', 'came back: there is no such address')], max_length=10, verbose_name='what became of it')),
                ('delayed', models.PositiveSmallIntegerField(default=0, verbose_name='notices of a delay')),
                ('changed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='since')),
                ('subscription', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='consent.subscription')),
                ('mailing', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='copies', to='consent.mailing')),
            ],
            options={
                'verbose_name': 'copy of a promotional message',
                'verbose_name_plural': 'copies of promotional messages',
                'indexes': [models.Index(fields=['mailing', 'state'], name='mailing_copy_state'), models.Index(condition=models.Q(('state', 'bounced')), fields=['changed_at'], name='mailing_copy_bounced')],
                'constraints': [models.UniqueConstraint(fields=('mailing', 'subscription'), name='mailing_copy_once')],
            },
        ),
        migrations.RunSQL(STAYS_SQL, CHANGES_SQL),
    ]
