"""Legal holds, who is under one, and what happened to cases."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


FUNCTIONS = """
CREATE FUNCTION privacy_hold_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.ended_at IS NULL AND TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a legal hold in force is ended, never removed' USING ERRCODE = 'restrict_violation';
    ELSIF TG_OP = 'DELETE' THEN
        RETURN OLD;
    ELSIF OLD.ended_at IS NOT NULL
        OR (OLD.id, OLD.scope, OLD.subject_digest, OLD."group", OLD.slugs, OLD.reason, OLD.text, OLD.power,
            OLD.opened_at)
            IS DISTINCT FROM
           (NEW.id, NEW.scope, NEW.subject_digest, NEW."group", NEW.slugs, NEW.reason, NEW.text, NEW.power,
            NEW.opened_at)
        OR (NEW.telling_forbidden AND NOT OLD.telling_forbidden)
    THEN
        RAISE EXCEPTION 'of a legal hold only its reviews, its end, and that people may be told are written'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE FUNCTION privacy_held_digest_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM privacy_legalhold WHERE id = OLD.hold_id AND ended_at IS NULL) THEN
        RAISE EXCEPTION 'a legal hold in force keeps its digests' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END
$$;
CREATE FUNCTION privacy_case_entry_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM privacy_legalhold WHERE id = OLD.hold_id AND ended_at IS NULL) THEN
        RAISE EXCEPTION 'an open case keeps its entries' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END
$$;
CREATE TRIGGER privacy_legalhold_holds BEFORE UPDATE OR DELETE ON privacy_legalhold
    FOR EACH ROW EXECUTE FUNCTION privacy_hold_holds();
CREATE TRIGGER privacy_helddigest_holds BEFORE DELETE ON privacy_helddigest
    FOR EACH ROW EXECUTE FUNCTION privacy_held_digest_holds();
CREATE TRIGGER privacy_caseentry_holds BEFORE DELETE ON privacy_caseentry
    FOR EACH ROW EXECUTE FUNCTION privacy_case_entry_holds();
CREATE TRIGGER privacy_caseentry_fixed BEFORE UPDATE OR TRUNCATE ON privacy_caseentry
    FOR EACH STATEMENT EXECUTE FUNCTION privacy_refuse_change();
CREATE TRIGGER privacy_legalhold_whole BEFORE TRUNCATE ON privacy_legalhold
    FOR EACH STATEMENT EXECUTE FUNCTION privacy_refuse_change();
CREATE TRIGGER privacy_helddigest_whole BEFORE TRUNCATE ON privacy_helddigest
    FOR EACH STATEMENT EXECUTE FUNCTION privacy_refuse_change();
"""
BACK = """
DROP TRIGGER privacy_legalhold_holds ON privacy_legalhold;
DROP TRIGGER privacy_helddigest_holds ON privacy_helddigest;
DROP TRIGGER privacy_caseentry_holds ON privacy_caseentry;
DROP TRIGGER privacy_caseentry_fixed ON privacy_caseentry;
DROP TRIGGER privacy_legalhold_whole ON privacy_legalhold;
DROP TRIGGER privacy_helddigest_whole ON privacy_helddigest;
DROP FUNCTION privacy_hold_holds();
DROP FUNCTION privacy_held_digest_holds();
DROP FUNCTION privacy_case_entry_holds();
"""


class Migration(migrations.Migration):
    """The tables of legal holds, and triggers by which a hold stays what it is until it is ended."""


    dependencies = [
        ("privacy", "0014_registers_impact_assessments"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='ledgerentry',
            name='scope',
            field=models.CharField(blank=True, max_length=2000),
        ),
        migrations.CreateModel(
            name='LegalHold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scope', models.CharField(choices=[('person', 'one person'), ('group', 'everybody of a Customer'), ('everybody', 'everybody')], max_length=10, verbose_name='whose data')),
                ('subject_digest', models.CharField(blank=True, max_length=64)),
                ('group', models.CharField(blank=True, max_length=60, verbose_name='of which Customer')),
                ('slugs', models.JSONField(default=list, verbose_name='what stays')),
                ('reason', models.CharField(choices=[('claim_against_us', 'a claim against us'), ('claim_of_ours', 'a claim of ours'), ('dispute_ahead', 'a dispute that is to be expected'), ('order', 'an order of a court or an authority to preserve it'), ('inquiry', 'an inquiry of a supervisory authority'), ('duty_to_keep', 'a duty by law to keep it')], max_length=20, verbose_name='reason')),
                ('text', models.TextField(max_length=2000, verbose_name='what it is about')),
                ('power', models.CharField(blank=True, max_length=200, verbose_name='law, order or number of the case')),
                ('telling_forbidden', models.BooleanField(default=False, verbose_name='the person must not be told')),
                ('opened_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='since')),
                ('review_on', models.DateField(verbose_name='looked at again on')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='ended')),
                ('ended_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opened_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reviewer', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who looks at it again')),
            ],
            options={
                'verbose_name': 'legal hold',
                'verbose_name_plural': 'legal holds',
                'ordering': ('-opened_at', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='HeldDigest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64)),
                ('shown_to', models.CharField(db_index=True, max_length=64, null=True)),
                ('hold', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='digests', to='privacy.legalhold')),
            ],
        ),
        migrations.CreateModel(
            name='CaseEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('opened', 'Opened'), ('reviewed', 'Reviewed'), ('telling_allowed', 'The person may be told from now on'), ('ended', 'Ended')], max_length=20, verbose_name='what happened')),
                ('text', models.TextField(blank=True, verbose_name='in words')),
                ('data', models.JSONField(default=dict)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='when')),
                ('by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('hold', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='privacy.legalhold')),
            ],
            options={
                'ordering': ('at', 'pk'),
            },
        ),
        migrations.AddIndex(
            model_name='legalhold',
            index=models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['review_on'], name='hold_in_force'),
        ),
        migrations.AddConstraint(
            model_name='legalhold',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('group', ''), ('scope', 'person'), models.Q(('subject_digest', ''), _negated=True)), models.Q(('scope', 'group'), ('subject_digest', ''), models.Q(('group', ''), _negated=True)), models.Q(('group', ''), ('scope', 'everybody'), ('subject_digest', ''), models.Q(('slugs', []), _negated=True)), _connector='OR'), name='hold_says_whose'),
        ),
        migrations.AddConstraint(
            model_name='legalhold',
            constraint=models.CheckConstraint(condition=models.Q(('reviewer', models.F('opened_by')), _negated=True), name='hold_reviewed_by_another'),
        ),
        migrations.AddConstraint(
            model_name='legalhold',
            constraint=models.CheckConstraint(condition=models.Q(('ended_by__isnull', True), models.Q(('ended_by', models.F('opened_by')), _negated=True), _connector='OR'), name='hold_ended_by_another'),
        ),
        migrations.AddConstraint(
            model_name='legalhold',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_by__isnull', True)), ('ended_at__isnull', False), _connector='OR'), name='hold_ended_whole'),
        ),
        migrations.AddConstraint(
            model_name='legalhold',
            constraint=models.CheckConstraint(condition=models.Q(('telling_forbidden', False), models.Q(('power', ''), _negated=True), _connector='OR'), name='hold_cites_what_forbids_telling'),
        ),
        migrations.AddConstraint(
            model_name='helddigest',
            constraint=models.UniqueConstraint(fields=('digest', 'hold'), name='held_digest_once'),
        ),
        migrations.AddConstraint(
            model_name='helddigest',
            constraint=models.CheckConstraint(condition=models.Q(('shown_to__isnull', True), ('shown_to', models.F('digest')), _connector='OR'), name='held_digest_shown_to_itself'),
        ),
        migrations.RunSQL(FUNCTIONS, BACK),
    ]
