from django.db import migrations

# How rows of one table go by their instant, from the oldest on; privacy/retention/spans.py tells of it and calls it.
# `deletes` takes a span's two ends as $1 and $2; `finds` and `counts` give the instant of the first row since $1, and of
# the one $3 rows behind it, before $2. `first` must find a row, else the work is no longer the caller's; `last` writes
# down how many rows went ($1). These two may be ''.
WALK = """
CREATE PROCEDURE privacy_retention_walk(
    finds text, counts text, deletes text, first text, last text, commits boolean,
    upto timestamptz, least_rows integer, lock_ms integer, aim interval, slice interval,
    INOUT low timestamptz, INOUT length interval, INOUT deleted bigint, INOUT ended text
) LANGUAGE plpgsql AS $$
DECLARE
    since timestamptz := clock_timestamp();
    began timestamptz;
    took interval;
    high timestamptz;
    gone bigint;
    looks boolean := true;
BEGIN
    deleted := 0;
    LOOP
        IF looks THEN
            EXECUTE finds INTO low USING low, upto;
            IF low IS NULL THEN
                ended := 'done';
                RETURN;
            END IF;
        END IF;
        IF length IS NULL THEN
            EXECUTE counts INTO high USING low, upto, least_rows;
            high := coalesce(high, upto);
            IF high <= low THEN
                ended := 'crowded';
                RETURN;
            END IF;
        ELSE
            high := least(low + greatest(length, interval '1 microsecond'), upto);
        END IF;
        IF first <> '' THEN
            EXECUTE first;
            GET DIAGNOSTICS gone = ROW_COUNT;
            IF gone = 0 THEN
                ended := 'lost';
                RETURN;
            END IF;
        END IF;
        -- Nobody waits for the disk: what a power cut takes back goes with its count, is over still and goes again.
        PERFORM set_config('lock_timeout', lock_ms::text, true), set_config('synchronous_commit', 'off', true);
        began := clock_timestamp();
        BEGIN
            EXECUTE deletes USING low, high;
            GET DIAGNOSTICS gone = ROW_COUNT;
        EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
            gone := 0;
        END;
        took := clock_timestamp() - began;
        IF gone = 0 THEN
            length := high - low;
            ended := 'untaken';
            RETURN;
        END IF;
        IF last <> '' THEN
            EXECUTE last USING gone;
        END IF;
        IF commits THEN
            COMMIT;
        END IF;
        deleted := deleted + gone;
        IF high >= upto THEN
            ended := 'done';
            RETURN;
        END IF;
        length := (high - low) * least(2, greatest(
            extract(epoch FROM aim) / greatest(extract(epoch FROM took), 0.000001), least_rows / gone::float));
        looks := gone < least_rows / 2;
        low := high;
        IF clock_timestamp() - since >= slice THEN
            ended := 'slice';
            RETURN;
        END IF;
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("privacy", "0021_ledger_knows_holds"),
    ]
    old_code_runs = {"RunSQL 1": "old code obeys it; in batches"}

    operations = [
        migrations.RunSQL(
            WALK,
            "DROP PROCEDURE privacy_retention_walk(text, text, text, text, text, boolean, timestamptz, integer, integer,"
            " interval, interval, timestamptz, interval, bigint, text)",
        ),
    ]
