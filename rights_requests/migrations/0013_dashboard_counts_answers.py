"""Counts answers where they are written: whoever closes or opens a request again, and in whatever way, is counted."""

from django.db import migrations

# One line of a request as it is counted; `r` is the request, `times` how often it counts. What we file in a person's
# name ourselves is nothing that they asked.
COUNTED = """
    INSERT INTO rights_requests_answercount (month, "right", regime, state, late, days, count)
    SELECT date_trunc('month', r.closed_at AT TIME ZONE 'UTC')::date, r."right", r.regime, r.state,
        r.closed_at > r.due_at, greatest(0, floor(extract(epoch FROM r.closed_at - r.received_at) / 86400))::int,
        {times}
    FROM {source} r
    WHERE r.state IN ('completed', 'refused') AND r.closed_at IS NOT NULL AND r.requester_digest <> 'own_correction'
"""
FORWARD = f"""
CREATE FUNCTION rights_requests_count_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        {COUNTED.format(source="(SELECT OLD.*)", times="-1")};
    END IF;
    {COUNTED.format(source="(SELECT NEW.*)", times="1")};
    RETURN NULL;
END
$$;
CREATE TRIGGER rights_requests_answer_filed AFTER INSERT ON rights_requests_rightsrequest
    FOR EACH ROW WHEN (NEW.closed_at IS NOT NULL) EXECUTE FUNCTION rights_requests_count_answer();
CREATE TRIGGER rights_requests_answer_counted AFTER UPDATE ON rights_requests_rightsrequest
    FOR EACH ROW WHEN (
        (OLD.closed_at IS NOT NULL OR NEW.closed_at IS NOT NULL)
        AND (OLD.state, OLD.closed_at, OLD.received_at, OLD.due_at, OLD."right", OLD.regime)
            IS DISTINCT FROM (NEW.state, NEW.closed_at, NEW.received_at, NEW.due_at, NEW."right", NEW.regime)
    ) EXECUTE FUNCTION rights_requests_count_answer();
{COUNTED.format(source="rights_requests_rightsrequest", times="count(*)")} GROUP BY 1, 2, 3, 4, 5, 6
"""
BACKWARD = """
DROP TRIGGER rights_requests_answer_filed ON rights_requests_rightsrequest;
DROP TRIGGER rights_requests_answer_counted ON rights_requests_rightsrequest;
DROP FUNCTION rights_requests_count_answer()
"""


class Migration(migrations.Migration):
    """A trigger for whatever closes or opens, and the answers that were given before it."""

    dependencies = (
        ("rights_requests", "0012_dashboard"),
    )
    operations = (migrations.RunSQL(FORWARD, BACKWARD),)
