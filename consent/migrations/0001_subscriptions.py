"""Subscriptions, and the words with which people were asked for them."""

import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import uuid
from django.db import migrations, models
from privacy.append_only import AppendOnly

# Whoever ends a subscription, an erasure included, leaves the code, the topic and the day, and nothing else.
ENDED_SQL = """
CREATE FUNCTION consent_blank_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.email := NULL;
    NEW.language := '';
    NEW.wording_id := NULL;
    NEW.asked_at := NULL;
    NEW.confirmed_at := NULL;
    NEW.ended_at := coalesce(NEW.ended_at, clock_timestamp());
    RETURN NEW;
END
$$;
CREATE TRIGGER consent_subscription_ended BEFORE INSERT OR UPDATE ON consent_subscription
    FOR EACH ROW WHEN (NEW.state = 'ended') EXECUTE FUNCTION consent_blank_ended()
"""
NOT_ENDED_SQL = "DROP TRIGGER consent_subscription_ended ON consent_subscription; DROP FUNCTION consent_blank_ended()"


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("privacy", "0002_append_only_and_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name='Wording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=10, verbose_name='language')),
                ('text', models.TextField(verbose_name='text')),
                ('sha256', models.CharField(max_length=64, unique=True, verbose_name='SHA-256 of the text')),
                ('since', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='in use since')),
            ],
            options={
                'verbose_name': 'wording of the consent',
                'verbose_name_plural': 'wordings of the consent',
                'ordering': ('-pk',),
            },
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('digest', models.CharField(max_length=64)),
                ('topic', models.CharField(choices=[('policy_changes', 'Changes to our privacy policy'), ('newsletter', 'Newsletter'), ('webinars', 'Webinars'), ('product_news', 'Product news')], max_length=20, verbose_name='about')),
                ('state', models.CharField(choices=[('pending', 'not confirmed yet'), ('confirmed', 'confirmed'), ('ended', 'ended')], default='pending', max_length=10, verbose_name='state')),
                ('email', models.EmailField(max_length=254, null=True, verbose_name='e-mail address')),
                ('language', models.CharField(blank=True, max_length=10, verbose_name='language')),
                ('asked_at', models.DateTimeField(null=True, verbose_name='asked for')),
                ('confirmed_at', models.DateTimeField(null=True, verbose_name='confirmed')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='ended')),
                ('wording', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='consent.wording', verbose_name='wording of the consent')),
            ],
            options={
                'verbose_name': 'subscription',
                'verbose_name_plural': 'subscriptions',
                'indexes': [models.Index(fields=['email'], name='subscription_email'), models.Index(condition=models.Q(('state', 'confirmed')), fields=['topic', 'id'], name='subscription_confirmed')],
                'constraints': [models.UniqueConstraint(fields=('digest', 'topic'), name='subscription_once'), models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='subscription_lower_case'), models.CheckConstraint(condition=models.Q(models.Q(('asked_at__isnull', False), ('confirmed_at__isnull', True), ('email__isnull', False), ('state', 'pending')), models.Q(('confirmed_at__isnull', False), ('email__isnull', False), ('ended_at__isnull', True), ('state', 'confirmed')), models.Q(('email__isnull', True), ('ended_at__isnull', False), ('state', 'ended'), ('asked_at__isnull', True), ('confirmed_at__isnull', True), ('wording__isnull', True)), _connector='OR'), name='subscription_as_its_state_says')],
            },
        ),
        AppendOnly("consent_wording"),
        migrations.RunSQL(ENDED_SQL, NOT_ENDED_SQL),
    ]
