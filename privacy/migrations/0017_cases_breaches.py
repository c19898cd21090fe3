"""Breaches, whom they concern, and their entries."""

import datetime
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


FUNCTIONS = """
CREATE FUNCTION privacy_breach_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.closed_at IS NULL THEN
        RAISE EXCEPTION 'an open breach stays in the register' USING ERRCODE = 'restrict_violation';
    ELSIF TG_OP = 'DELETE' THEN
        RETURN OLD;
    ELSIF OLD.closed_at IS NOT NULL
        OR (OLD.id, OLD.discovered_at, OLD.opened_at) IS DISTINCT FROM (NEW.id, NEW.discovered_at, NEW.opened_at)
        OR (OLD.notified_at IS NOT NULL AND NEW.notified_at IS DISTINCT FROM OLD.notified_at)
        OR (OLD.released_at IS NOT NULL AND (OLD.released_at, OLD.released_by_id, OLD.letter_by_id, OLD.texts)
            IS DISTINCT FROM (NEW.released_at, NEW.released_by_id, NEW.letter_by_id, NEW.texts))
        OR (OLD.told_at IS NOT NULL AND NEW.told_at IS DISTINCT FROM OLD.told_at)
    THEN
        RAISE EXCEPTION 'what was done about a breach stays as it is' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE OR REPLACE FUNCTION privacy_case_entry_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM privacy_legalhold WHERE id = OLD.hold_id AND ended_at IS NULL)
        OR EXISTS (SELECT FROM privacy_disclosure
                   WHERE id = OLD.disclosure_id AND told_at IS NULL AND withdrawn_at IS NULL)
        OR EXISTS (SELECT FROM privacy_breach WHERE id = OLD.breach_id AND closed_at IS NULL)
    THEN
        RAISE EXCEPTION 'an open case keeps its entries' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END
$$;
CREATE TRIGGER privacy_breach_holds BEFORE UPDATE OR DELETE ON privacy_breach
    FOR EACH ROW EXECUTE FUNCTION privacy_breach_holds();
CREATE TRIGGER privacy_breach_whole BEFORE TRUNCATE ON privacy_breach
    FOR EACH STATEMENT EXECUTE FUNCTION privacy_refuse_change();
"""
# The function of the entries stays in its widest form: it is the first migration's to drop.
BACK = """
DROP TRIGGER privacy_breach_holds ON privacy_breach;
DROP TRIGGER privacy_breach_whole ON privacy_breach;
DROP FUNCTION privacy_breach_holds();
"""


class Migration(migrations.Migration):
    """The tables of breaches, and a trigger by which what was done about one stays as it is."""

    dependencies = [
        ("privacy", "0016_cases_disclosures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Breach',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=120, verbose_name='what happened')),
                ('discovered_at', models.DateTimeField(verbose_name='we became aware')),
                ('happened_from', models.DateTimeField(null=True, verbose_name='it began')),
                ('happened_until', models.DateTimeField(null=True, verbose_name='it ended')),
                ('natures', models.JSONField(verbose_name='nature')),
                ('nature_text', models.TextField(max_length=4000, verbose_name='nature, in words')),
                ('slugs', models.JSONField(verbose_name='data concerned')),
                ('group', models.CharField(blank=True, max_length=60, verbose_name='of whom')),
                ('counts', models.JSONField(default=dict)),
                ('people_count', models.PositiveIntegerField(default=0, verbose_name='people')),
                ('records_count', models.PositiveIntegerField(default=0, verbose_name='records')),
                ('counted_at', models.DateTimeField(null=True, verbose_name='counted')),
                ('consequences', models.TextField(blank=True, max_length=4000, verbose_name='what may follow')),
                ('measures', models.TextField(blank=True, max_length=4000, verbose_name='what we did')),
                ('risk', models.CharField(blank=True, choices=[('none', 'no risk is likely: it stays in the register'), ('risk', 'a risk: the authority is notified'), ('high', 'a high risk: the people concerned are told too')], max_length=10, verbose_name='risk')),
                ('risk_reason', models.TextField(blank=True, max_length=2000, verbose_name='why')),
                ('notified_at', models.DateTimeField(null=True, verbose_name='authority notified')),
                ('notified_number', models.CharField(blank=True, max_length=80, verbose_name='number at the authority')),
                ('delay_reason', models.TextField(blank=True, max_length=2000, verbose_name='why later than 72 hours')),
                ('texts', models.JSONField(default=dict, verbose_name='letter')),
                ('released_at', models.DateTimeField(null=True, verbose_name='letter released')),
                ('told_at', models.DateTimeField(null=True, verbose_name='people told')),
                ('not_told_reason', models.TextField(blank=True, max_length=2000, verbose_name='why the people are not written to')),
                ('opened_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='opened')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='closed')),
            ],
            options={
                'verbose_name': 'breach',
                'verbose_name_plural': 'breaches',
                'ordering': ('-discovered_at', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='BreachPerson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(db_index=True, max_length=64)),
                ('user_id', models.UUIDField(db_index=True, null=True)),
                ('email', models.CharField(blank=True, db_index=True, max_length=254, verbose_name='address')),
                ('slugs', models.JSONField(default=list, verbose_name='data concerned')),
                ('state', models.CharField(choices=[('waiting', 'waits'), ('told', 'written to'), ('unreachable', 'without an address'), ('stopped', 'may not be written to')], default='waiting', max_length=12, verbose_name='message')),
                ('told_at', models.DateTimeField(null=True, verbose_name='told')),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='caseentry',
            name='entry_of_one_case',
        ),
        migrations.AlterField(
            model_name='caseentry',
            name='kind',
            field=models.CharField(choices=[('opened', 'Opened'), ('reviewed', 'Reviewed'), ('telling_allowed', 'The person may be told from now on'), ('ended', 'Ended'), ('recorded', 'Put on record'), ('confirmed', 'Confirmed by a second person'), ('withdrawn', 'Withdrawn: it did not happen'), ('secrecy_extended', 'Kept from the people concerned for longer'), ('secrecy_ended', 'No longer kept from the people concerned'), ('told', 'The people concerned were told'), ('described', 'Described'), ('risk', 'Risk decided'), ('notified', 'Authority notified'), ('phase', 'Authority told more'), ('drafted', 'Letter written'), ('released', 'Letter released'), ('not_told', 'Decided that the people concerned are not written to'), ('noted', 'Noted'), ('closed', 'Closed')], max_length=20, verbose_name='what happened'),
        ),
        migrations.AddField(
            model_name='breach',
            name='letter_by',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='breach',
            name='released_by',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='caseentry',
            name='breach',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='privacy.breach'),
        ),
        migrations.AddConstraint(
            model_name='caseentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('breach__isnull', True), ('disclosure__isnull', True), ('hold__isnull', False)), models.Q(('breach__isnull', True), ('disclosure__isnull', False), ('hold__isnull', True)), models.Q(('breach__isnull', False), ('disclosure__isnull', True), ('hold__isnull', True)), _connector='OR'), name='entry_of_one_case'),
        ),
        migrations.AddField(
            model_name='breachperson',
            name='breach',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='people', to='privacy.breach'),
        ),
        migrations.AddIndex(
            model_name='breach',
            index=models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['discovered_at'], name='breach_open'),
        ),
        migrations.AddConstraint(
            model_name='breach',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('slugs', []), _negated=True), models.Q(('natures', []), _negated=True)), name='breach_says_what'),
        ),
        migrations.AddConstraint(
            model_name='breach',
            constraint=models.CheckConstraint(condition=models.Q(('risk', ''), models.Q(('risk_reason', ''), _negated=True), _connector='OR'), name='breach_risk_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='breach',
            constraint=models.CheckConstraint(condition=models.Q(('notified_at__isnull', True), ('notified_at__lte', django.db.models.expressions.CombinedExpression(models.F('discovered_at'), '+', models.Value(datetime.timedelta(days=3)))), models.Q(('delay_reason', ''), _negated=True), _connector='OR'), name='breach_late_notice_says_why'),
        ),
        migrations.AddConstraint(
            model_name='breach',
            constraint=models.CheckConstraint(condition=models.Q(('released_by__isnull', True), models.Q(('released_by', models.F('letter_by')), _negated=True), _connector='OR'), name='breach_letter_by_two'),
        ),
        migrations.AddConstraint(
            model_name='breach',
            constraint=models.CheckConstraint(condition=models.Q(('released_at__isnull', True), models.Q(('released_by__isnull', False), models.Q(('texts', {}), _negated=True)), _connector='OR'), name='breach_released_whole'),
        ),
        migrations.AddConstraint(
            model_name='breach',
            constraint=models.CheckConstraint(condition=models.Q(('told_at__isnull', True), ('released_at__isnull', False), _connector='OR'), name='breach_told_when_released'),
        ),
        migrations.AddConstraint(
            model_name='breach',
            constraint=models.CheckConstraint(condition=models.Q(('closed_at__isnull', True), models.Q(models.Q(('risk', ''), _negated=True), models.Q(('risk', 'none'), ('notified_at__isnull', False), _connector='OR'), models.Q(models.Q(('risk', 'high'), _negated=True), ('told_at__isnull', False), models.Q(('not_told_reason', ''), _negated=True), _connector='OR')), _connector='OR'), name='breach_closed_when_answered'),
        ),
        migrations.AddIndex(
            model_name='breachperson',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['breach', 'id'], name='breach_person_waiting'),
        ),
        migrations.AddConstraint(
            model_name='breachperson',
            constraint=models.UniqueConstraint(fields=('breach', 'digest'), name='breach_person_once'),
        ),
        migrations.RunSQL(FUNCTIONS, BACK),
    ]
