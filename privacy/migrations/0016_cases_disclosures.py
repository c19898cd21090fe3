"""Disclosures, whose data they were about, and their entries."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


FUNCTIONS = """
CREATE FUNCTION privacy_disclosure_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.told_at IS NULL AND OLD.withdrawn_at IS NULL THEN
        RAISE EXCEPTION 'a disclosure stays until the people were told' USING ERRCODE = 'restrict_violation';
    ELSIF TG_OP = 'DELETE' THEN
        RETURN OLD;
    ELSIF (OLD.id, OLD.slugs, OLD."group", OLD.to_name, OLD.to_kind, OLD.country, OLD.safeguard, OLD.happened_at,
            OLD.power, OLD.reference, OLD.why, OLD.recorded_at)
            IS DISTINCT FROM
          (NEW.id, NEW.slugs, NEW."group", NEW.to_name, NEW.to_kind, NEW.country, NEW.safeguard, NEW.happened_at,
            NEW.power, NEW.reference, NEW.why, NEW.recorded_at)
        OR (OLD.confirmed_at IS NOT NULL AND (OLD.confirmed_at, OLD.second_by_id)
            IS DISTINCT FROM (NEW.confirmed_at, NEW.second_by_id))
        OR (OLD.told_at IS NOT NULL AND (OLD.told_at, OLD.withheld_until, OLD.withheld_reason)
            IS DISTINCT FROM (NEW.told_at, NEW.withheld_until, NEW.withheld_reason))
        OR (OLD.withdrawn_at IS NOT NULL AND NEW.withdrawn_at IS DISTINCT FROM OLD.withdrawn_at)
    THEN
        RAISE EXCEPTION 'what was recorded of a disclosure stays as it is' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE OR REPLACE FUNCTION privacy_case_entry_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM privacy_legalhold WHERE id = OLD.hold_id AND ended_at IS NULL)
        OR EXISTS (SELECT FROM privacy_disclosure
                   WHERE id = OLD.disclosure_id AND told_at IS NULL AND withdrawn_at IS NULL)
    THEN
        RAISE EXCEPTION 'an open case keeps its entries' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END
$$;
CREATE TRIGGER privacy_disclosure_holds BEFORE UPDATE OR DELETE ON privacy_disclosure
    FOR EACH ROW EXECUTE FUNCTION privacy_disclosure_holds();
CREATE TRIGGER privacy_disclosure_whole BEFORE TRUNCATE ON privacy_disclosure
    FOR EACH STATEMENT EXECUTE FUNCTION privacy_refuse_change();
"""
# The function of the entries stays in its wider form: it is the first migration's to drop.
BACK = """
DROP TRIGGER privacy_disclosure_holds ON privacy_disclosure;
DROP TRIGGER privacy_disclosure_whole ON privacy_disclosure;
DROP FUNCTION privacy_disclosure_holds();
"""


class Migration(migrations.Migration):
    """The tables of disclosures, and a trigger by which what was recorded stays as it is."""

    dependencies = [
        ("privacy", "0015_cases_holds"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DisclosedPerson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64)),
                ('sealed', models.BinaryField(null=True)),
                ('language', models.CharField(blank=True, max_length=35, verbose_name='language')),
                ('state', models.CharField(choices=[('waiting', 'waits'), ('told', 'written to'), ('unreachable', 'without an address'), ('stopped', 'may not be written to')], default='waiting', max_length=12, verbose_name='message')),
                ('told_at', models.DateTimeField(null=True, verbose_name='told')),
            ],
        ),
        migrations.AlterField(
            model_name='caseentry',
            name='kind',
            field=models.CharField(choices=[('opened', 'Opened'), ('reviewed', 'Reviewed'), ('telling_allowed', 'The person may be told from now on'), ('ended', 'Ended'), ('recorded', 'Put on record'), ('confirmed', 'Confirmed by a second person'), ('withdrawn', 'Withdrawn: it did not happen'), ('secrecy_extended', 'Kept from the people concerned for longer'), ('secrecy_ended', 'No longer kept from the people concerned'), ('told', 'The people concerned were told')], max_length=20, verbose_name='what happened'),
        ),
        migrations.CreateModel(
            name='DisclosedDigest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64)),
                ('shown_to', models.CharField(db_index=True, max_length=64, null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='digests', to='privacy.disclosedperson')),
            ],
        ),
        migrations.CreateModel(
            name='Disclosure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slugs', models.JSONField(verbose_name='what')),
                ('group', models.CharField(blank=True, max_length=60, verbose_name='of whom')),
                ('to_name', models.CharField(max_length=120, verbose_name='to whom')),
                ('to_kind', models.CharField(choices=[('merger_partner', 'company in a merger or a sale'), ('adviser', 'adviser, such as a lawyer or an auditor'), ('insurer', 'insurer'), ('court', 'court'), ('authority', 'public authority'), ('police', 'police'), ('other', 'somebody else')], max_length=20, verbose_name='kind of recipient')),
                ('country', models.CharField(max_length=2, verbose_name='country')),
                ('safeguard', models.CharField(blank=True, max_length=300, verbose_name='what protects the data there')),
                ('happened_at', models.DateTimeField(verbose_name='when')),
                ('power', models.CharField(blank=True, max_length=200, verbose_name='law')),
                ('reference', models.CharField(blank=True, max_length=120, verbose_name='number of the demand')),
                ('why', models.TextField(max_length=1000, verbose_name='why')),
                ('withheld_until', models.DateField(null=True, verbose_name='kept from the people until')),
                ('withheld_reason', models.CharField(blank=True, max_length=300, verbose_name='which law forbids to tell them')),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='recorded')),
                ('confirmed_at', models.DateTimeField(null=True, verbose_name='confirmed')),
                ('withdrawn_at', models.DateTimeField(null=True, verbose_name='withdrawn')),
                ('named_at', models.DateTimeField(null=True)),
                ('told_at', models.DateTimeField(null=True, verbose_name='people told')),
                ('decided_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('second_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('withheld_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'disclosure',
                'verbose_name_plural': 'disclosures',
                'ordering': ('-happened_at', '-pk'),
            },
        ),
        migrations.AddField(
            model_name='disclosedperson',
            name='disclosure',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='people', to='privacy.disclosure'),
        ),
        migrations.AddField(
            model_name='caseentry',
            name='disclosure',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='privacy.disclosure'),
        ),
        migrations.AddConstraint(
            model_name='caseentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('disclosure__isnull', True), ('hold__isnull', False)), models.Q(('disclosure__isnull', False), ('hold__isnull', True)), _connector='OR'), name='entry_of_one_case'),
        ),
        migrations.AddConstraint(
            model_name='discloseddigest',
            constraint=models.UniqueConstraint(fields=('person', 'digest'), name='disclosed_digest_once'),
        ),
        migrations.AddConstraint(
            model_name='discloseddigest',
            constraint=models.CheckConstraint(condition=models.Q(('shown_to__isnull', True), ('shown_to', models.F('digest')), _connector='OR'), name='disclosed_digest_shown_to_itself'),
        ),
        migrations.AddIndex(
            model_name='disclosure',
            index=models.Index(condition=models.Q(('confirmed_at__isnull', False), ('told_at__isnull', True)), fields=['confirmed_at'], name='disclosure_to_tell'),
        ),
        migrations.AddConstraint(
            model_name='disclosure',
            constraint=models.CheckConstraint(condition=models.Q(('slugs', []), _negated=True), name='disclosure_says_what'),
        ),
        migrations.AddConstraint(
            model_name='disclosure',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('to_kind__in', ('authority', 'court', 'police')), _negated=True), models.Q(models.Q(('power', ''), _negated=True), models.Q(('reference', ''), _negated=True)), _connector='OR'), name='disclosure_cites_its_power'),
        ),
        migrations.AddConstraint(
            model_name='disclosure',
            constraint=models.CheckConstraint(condition=models.Q(('country__in', ('AD', 'AR', 'AT', 'BE', 'BG', 'CH', 'CY', 'CZ', 'DE', 'DK', 'EE', 'ES', 'FI', 'FO', 'FR', 'GB', 'GG', 'GR', 'HR', 'HU', 'IE', 'IL', 'IM', 'IS', 'IT', 'JE', 'JP', 'KR', 'LI', 'LT', 'LU', 'LV', 'MT', 'NL', 'NO', 'NZ', 'PL', 'PT', 'RO', 'SE', 'SI', 'SK', 'UY')), models.Q(('safeguard', ''), _negated=True), _connector='OR'), name='disclosure_abroad_has_a_safeguard'),
        ),
        migrations.AddConstraint(
            model_name='disclosure',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withheld_reason', ''), ('withheld_until__isnull', True)), models.Q(('withheld_until__isnull', False), models.Q(('withheld_reason', ''), _negated=True), models.Q(('power', ''), _negated=True)), _connector='OR'), name='disclosure_secret_with_reason_and_day'),
        ),
        migrations.AddConstraint(
            model_name='disclosure',
            constraint=models.CheckConstraint(condition=models.Q(('second_by__isnull', True), models.Q(('second_by', models.F('decided_by')), _negated=True), _connector='OR'), name='disclosure_by_two'),
        ),
        migrations.AddConstraint(
            model_name='disclosure',
            constraint=models.CheckConstraint(condition=models.Q(('confirmed_at__isnull', True), ('second_by__isnull', False), _connector='OR'), name='disclosure_confirmed_by_one'),
        ),
        migrations.AddConstraint(
            model_name='disclosure',
            constraint=models.CheckConstraint(condition=models.Q(('told_at__isnull', True), ('confirmed_at__isnull', False), _connector='OR'), name='disclosure_told_when_confirmed'),
        ),
        migrations.AddConstraint(
            model_name='disclosure',
            constraint=models.CheckConstraint(condition=models.Q(('withdrawn_at__isnull', True), ('confirmed_at__isnull', True), _connector='OR'), name='disclosure_stands_or_not'),
        ),
        migrations.AddIndex(
            model_name='disclosedperson',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['disclosure', 'id'], name='disclosed_waiting'),
        ),
        migrations.AddConstraint(
            model_name='disclosedperson',
            constraint=models.UniqueConstraint(fields=('disclosure', 'digest'), name='disclosed_person_once'),
        ),
        migrations.RunSQL(FUNCTIONS, BACK),
    ]
