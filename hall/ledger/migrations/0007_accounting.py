"""Rows that matter are not changed without a word, whoever changes them: pages, commands, SQL by hand (U02).

`hall.ledger.guards.accounted` writes the triggers. They wait for the end of the transaction, since a room writes its
rows first and the event after them. An event of the same transaction settles the matter, found at one probe of the
primary key: the last number this session drew is usually its own. Where it is not (the session drew none, or drew one
in a savepoint that was taken back), every center's end of the sealing index is probed; only then an event is written.

The function belongs to the owner and runs as such: a role that may change a table but not write events leaves its
event all the same. No setting of the session is believed, for anybody can set one.
"""

from django.db import migrations

TOLD = """
CREATE FUNCTION ledger_told() RETURNS boolean LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    ours bigint := pg_current_xact_id()::text::bigint;
BEGIN
    BEGIN
        PERFORM FROM ledger_event WHERE id = currval('ledger_event_id_seq'::regclass) AND recorded_xid = ours;
        IF FOUND THEN
            RETURN true;
        END IF;
    EXCEPTION WHEN object_not_in_prerequisite_state THEN
        NULL;  -- this session has drawn no number yet
    END;
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
ACCOUNT = """
CREATE FUNCTION ledger_account_for() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    found jsonb;
    whole jsonb;
    place text := '';
BEGIN
    IF ledger_told() THEN
        RETURN NULL;
    END IF;
    found := CASE TG_OP WHEN 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
    whole := found;
    IF TG_NARGS > 1 THEN
        EXECUTE format('SELECT to_jsonb(up) FROM %I AS up WHERE up.id::text = $1', TG_ARGV[2])
        INTO whole USING found ->> TG_ARGV[1];
    END IF;
    -- What belongs to a center goes into its chain, where its auditor reads it.
    IF whole ->> 'center_id' IS NOT NULL THEN
        SELECT region6 || center_no INTO place FROM organisation_center
        WHERE id = (whole ->> 'center_id')::bigint;
    END IF;
    INSERT INTO ledger_event (docket, kind, center_code, actor_role, occurred_at, data) VALUES (
        left(coalesce(whole ->> 'docket', ''), 64), 'ledger.foreign', coalesce(place, ''),
        left('db:' || session_user, 20), clock_timestamp(),
        jsonb_build_object(
            'role', 'db:' || session_user, 'table', TG_TABLE_NAME, 'row', coalesce(found ->> TG_ARGV[0], ''),
            'deed', TG_OP, 'from', coalesce(host(inet_client_addr()), 'local')
        )
    );
    RETURN NULL;
END $$;
"""
BACK = "DROP FUNCTION ledger_account_for(); DROP FUNCTION ledger_told();"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0006_host_clocks")]

    operations = [migrations.RunSQL(TOLD + ACCOUNT, BACK)]
