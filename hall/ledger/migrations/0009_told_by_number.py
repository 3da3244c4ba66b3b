"""Whether a transaction has told of itself is found by the primary key, however many events it wrote.

In 0007 the last number stood in the condition as `currval(...)`. A volatile function is no bound for an index, so
PostgreSQL walked through all events of the transaction instead, once for each row: two thousand deadlines that moved at
once took a second to commit instead of twelve milliseconds.
"""

from django.db import migrations

_REST = """
    RETURN EXISTS (
        WITH RECURSIVE codes(code) AS (
            (SELECT center_code FROM ledger_event ORDER BY center_code LIMIT 1)
            UNION ALL
            SELECT (SELECT later.center_code FROM ledger_event later WHERE later.center_code > codes.code
                ORDER BY later.center_code LIMIT 1)
            FROM codes WHERE codes.code IS NOT NULL
        )
        SELECT FROM codes CROSS JOIN LATERAL (
            -- A restored database may count its transactions anew: an old event of the same number is not ours.
            SELECT FROM ledger_event one WHERE one.center_code = codes.code AND one.recorded_xid = ours
                AND one.recorded_at > transaction_timestamp() - interval '1 hour' LIMIT 1
        ) AS found
    );
END $$;
"""
_HEAD = """
CREATE OR REPLACE FUNCTION ledger_told() RETURNS boolean LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    ours bigint := pg_current_xact_id()::text::bigint;
"""
BY_NUMBER = (
    _HEAD
    + """    last bigint;
BEGIN
    BEGIN
        last := currval('ledger_event_id_seq'::regclass);
    EXCEPTION WHEN object_not_in_prerequisite_state THEN
        NULL;  -- this session has drawn no number yet
    END;
    PERFORM FROM ledger_event WHERE id = last AND recorded_xid = ours;
    IF FOUND THEN
        RETURN true;
    END IF;"""
    + _REST
)
BY_WALKING = (
    _HEAD
    + """BEGIN
    BEGIN
        PERFORM FROM ledger_event WHERE id = currval('ledger_event_id_seq'::regclass) AND recorded_xid = ours;
        IF FOUND THEN
            RETURN true;
        END IF;
    EXCEPTION WHEN object_not_in_prerequisite_state THEN
        NULL;  -- this session has drawn no number yet
    END;"""
    + _REST
)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0008_only_later")]

    operations = [migrations.RunSQL(BY_NUMBER, BY_WALKING)]
