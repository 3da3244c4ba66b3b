"""One function for days that move with the calendar: while a condition holds of the row, and only to a later one.

`hall.ledger.guards.only_later` writes the triggers that call it.
"""

from django.db import migrations

LATER = """
CREATE FUNCTION ledger_only_later() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was jsonb := to_jsonb(OLD);
    is_now jsonb := to_jsonb(NEW);
    part text;
    name text;
BEGIN
    FOR number IN 1 .. TG_NARGS - 1 LOOP
        part := split_part(TG_ARGV[number], ': ', 1);
        FOREACH name IN ARRAY string_to_array(split_part(TG_ARGV[number], ': ', 2), ' ') LOOP
            IF NOT was ? name THEN
                RAISE EXCEPTION 'a guard watches %, which is not there', name USING ERRCODE = 'undefined_column';
            END IF;
            CONTINUE WHEN is_now -> name IS NOT DISTINCT FROM was -> name;
            IF NOT ledger_holds(was, part) OR is_now ->> name IS NULL
            OR CAST(is_now ->> name AS timestamptz) < CAST(was ->> name AS timestamptz)
            THEN
                RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'check_violation', COLUMN = name;
            END IF;
        END LOOP;
    END LOOP;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0007_accounting")]

    operations = [migrations.RunSQL(LATER, "DROP FUNCTION ledger_only_later();")]
