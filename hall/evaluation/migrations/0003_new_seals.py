"""What somebody said may be sealed anew by a change of keys, and emptied when its time is over (ledger 0005)."""

from importlib import import_module

from django.db import migrations

FORWARD = """
CREATE OR REPLACE FUNCTION evaluation_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.struck_at IS NULL
       AND to_jsonb(NEW) - 'struck_at' - 'struck_reason' = to_jsonb(OLD) - 'struck_at' - 'struck_reason' THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'text' - 'phone' = to_jsonb(OLD) - 'text' - 'phone'
       AND (NEW.text = OLD.text OR ledger_new_seal(OLD.text, NEW.text))
       AND (NEW.phone IS NOT DISTINCT FROM OLD.phone OR ledger_new_seal(OLD.phone, NEW.phone)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is given once: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
"""
first = import_module("hall.evaluation.migrations.0001_initial").FORWARD
BACKWARD = first[: first.index("CREATE TRIGGER")].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0002_settings"), ("ledger", "0005_new_seals")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
