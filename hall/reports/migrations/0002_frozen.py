"""A finished report never changes and is never deleted: what was said then stays said."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION reports_report_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'writing' THEN
        RAISE EXCEPTION '写成的报告不能修改或删除。' USING ERRCODE = '23001';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER reports_report_is_frozen BEFORE UPDATE OR DELETE ON reports_report
    FOR EACH ROW EXECUTE FUNCTION reports_report_is_frozen();
"""
BACKWARDS = """
DROP TRIGGER reports_report_is_frozen ON reports_report;
DROP FUNCTION reports_report_is_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
