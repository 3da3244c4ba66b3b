"""One function each for what half the rooms ask of the database: columns written once, states on known ways.

`hall/ledger/guards.py` writes the triggers that call them.
"""

from django.db import migrations

HOLDS = r"""
CREATE FUNCTION ledger_holds(was jsonb, said text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    asked text[] := regexp_match(said, '^(\w+)(!?=)?(.*)$');
BEGIN
    IF said = '' THEN
        RETURN true;
    END IF;
    IF asked IS NULL OR NOT was ? asked[1] THEN
        RAISE EXCEPTION 'a guard asks for %, which is not there', said USING ERRCODE = 'undefined_column';
    END IF;
    RETURN CASE asked[2]
        WHEN '=' THEN coalesce(was ->> asked[1], '') = ANY (regexp_split_to_array(asked[3], '\|'))
        WHEN '!=' THEN coalesce(was ->> asked[1], '') <> ALL (regexp_split_to_array(asked[3], '\|'))
        ELSE coalesce(was ->> asked[1], '') <> ''
    END;
END $$;
"""

ONCE = """
CREATE FUNCTION ledger_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was jsonb := to_jsonb(OLD);
    is_now jsonb;
    part text;
    name text;
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF TG_ARGV[2] <> '' AND ledger_holds(was, TG_ARGV[2]) THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION '%', TG_ARGV[1] USING ERRCODE = 'check_violation';
    END IF;
    is_now := to_jsonb(NEW);
    FOR number IN 3 .. TG_NARGS - 1 LOOP
        part := split_part(TG_ARGV[number], ': ', 1);
        CONTINUE WHEN NOT ledger_holds(was, part);
        IF TG_ARGV[number] = part || ': *' THEN
            RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'check_violation';
        END IF;
        FOREACH name IN ARRAY string_to_array(split_part(TG_ARGV[number], ': ', 2), ' ') LOOP
            IF NOT was ? name THEN
                RAISE EXCEPTION 'a guard keeps %, which is not there', name USING ERRCODE = 'undefined_column';
            END IF;
            IF is_now -> name IS DISTINCT FROM was -> name THEN
                RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'check_violation', COLUMN = name;
            END IF;
        END LOOP;
    END LOOP;
    RETURN NEW;
END $$;
"""

WAYS = """
CREATE FUNCTION ledger_known_ways() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    source text;
    target text := to_jsonb(NEW) ->> TG_ARGV[0];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF target IS NULL OR target <> ALL (string_to_array(TG_ARGV[1], ' ')) THEN
            RAISE EXCEPTION '% begins as %, not as %', TG_TABLE_NAME, replace(TG_ARGV[1], ' ', ' or '), target
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    source := to_jsonb(OLD) ->> TG_ARGV[0];
    IF target IS NULL THEN
        RAISE EXCEPTION 'a guard watches %, which is not there', TG_ARGV[0] USING ERRCODE = 'undefined_column';
    END IF;
    IF target <> source THEN
        FOR number IN 2 .. TG_NARGS - 1 LOOP
            IF TG_ARGV[number] = source || '>' || target THEN
                RETURN NEW;
            END IF;
        END LOOP;
        RAISE EXCEPTION 'no way from % to %', source, target USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""

BACK = "DROP FUNCTION ledger_known_ways(); DROP FUNCTION ledger_written_once(); DROP FUNCTION ledger_holds(jsonb, text);"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_written_late")]

    operations = [migrations.RunSQL(HOLDS + ONCE + WAYS, BACK)]
