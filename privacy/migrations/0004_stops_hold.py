"""What the models cannot say of stops: a stop stays what it is until it is lifted, and nothing in force can be removed."""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION privacy_stop_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.lifted_at IS NULL AND TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a stop in force is lifted, never removed' USING ERRCODE = 'restrict_violation';
    ELSIF TG_OP = 'DELETE' THEN
        RETURN OLD;
    ELSIF OLD.lifted_at IS NOT NULL
        OR (OLD.id, OLD.subject_digest, OLD.kind, OLD.ground, OLD.purpose, OLD.request_id, OLD.since)
            IS DISTINCT FROM
           (NEW.id, NEW.subject_digest, NEW.kind, NEW.ground, NEW.purpose, NEW.request_id, NEW.since)
        OR (OLD.notice_at IS NOT NULL AND NEW.notice_at IS DISTINCT FROM OLD.notice_at)
    THEN
        RAISE EXCEPTION 'of a stop only its notice and its lifting are written, each once'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE FUNCTION privacy_stopped_digest_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM privacy_processingstop WHERE id = OLD.stop_id AND lifted_at IS NULL) THEN
        RAISE EXCEPTION 'a stop in force keeps its digests' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END
$$;
CREATE TRIGGER privacy_processingstop_holds BEFORE UPDATE OR DELETE ON privacy_processingstop
    FOR EACH ROW EXECUTE FUNCTION privacy_stop_holds();
CREATE TRIGGER privacy_stoppeddigest_holds BEFORE DELETE ON privacy_stoppeddigest
    FOR EACH ROW EXECUTE FUNCTION privacy_stopped_digest_holds();
CREATE TRIGGER privacy_stoppeddigest_fixed BEFORE UPDATE ON privacy_stoppeddigest
    FOR EACH STATEMENT EXECUTE FUNCTION privacy_refuse_change();
CREATE TRIGGER privacy_processingstop_whole BEFORE TRUNCATE ON privacy_processingstop
    FOR EACH STATEMENT EXECUTE FUNCTION privacy_refuse_change();
CREATE TRIGGER privacy_stoppeddigest_whole BEFORE TRUNCATE ON privacy_stoppeddigest
    FOR EACH STATEMENT EXECUTE FUNCTION privacy_refuse_change();
"""
BACK = """
DROP TRIGGER privacy_processingstop_holds ON privacy_processingstop;
DROP TRIGGER privacy_processingstop_whole ON privacy_processingstop;
DROP TRIGGER privacy_stoppeddigest_holds ON privacy_stoppeddigest;
DROP TRIGGER privacy_stoppeddigest_fixed ON privacy_stoppeddigest;
DROP TRIGGER privacy_stoppeddigest_whole ON privacy_stoppeddigest;
DROP FUNCTION privacy_stop_holds();
DROP FUNCTION privacy_stopped_digest_holds();
"""


class Migration(migrations.Migration):
    """Triggers on the two tables; the sweep can still remove what was lifted long ago."""

    dependencies = [
        ("privacy", "0003_processing_stops"),
    ]

    operations = [
        migrations.RunSQL(FUNCTIONS, BACK),
    ]
