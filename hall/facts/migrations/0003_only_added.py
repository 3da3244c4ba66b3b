"""Rows of settings are added, never edited and never taken away: what was in force on a past day stays readable."""

from django.db import migrations

GUARD = """
CREATE FUNCTION facts_refuse_changed_setting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a setting is added, never edited or deleted' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER facts_settings BEFORE UPDATE OR DELETE ON facts_setting
    FOR EACH ROW EXECUTE FUNCTION facts_refuse_changed_setting();
"""
GUARD_BACK = "DROP TRIGGER facts_settings ON facts_setting; DROP FUNCTION facts_refuse_changed_setting();"


class Migration(migrations.Migration):
    dependencies = [("facts", "0002_added_paired")]

    operations = [migrations.RunSQL(GUARD, GUARD_BACK)]
