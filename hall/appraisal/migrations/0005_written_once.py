"""What was decided, corrected, logged or read is written once: the database refuses to write it a second time."""

from django.db import migrations

from hall.ledger.guards import ALWAYS, WHOLE, together, ways, written_once

LOG = "appraisal_dutylog"
GUARDS = together(
    (
        written_once(
            "appraisal_award_once",
            "appraisal_award",
            {
                ALWAYS: "kind center_id period_code first last staff_id window_id post_id evidence figures nominated_at"
                " nominated_by_id",
                "decided_at": "decided_at decided_by_id reasons notice_until",
                "withdrawn_at": "withdrawn_at withdrawn_by_id withdrawal",
            },
            says="an honour stays as it was nominated and decided",
            kept="an honour is never deleted once it was decided",
            unless="state=nominated",
        ),
        ways(
            "appraisal_award_ways",
            "appraisal_award",
            {"nominated": "published refused", "published": "withdrawn"},
        ),
        written_once(
            "appraisal_attendance_change_once",
            "appraisal_attendancechange",
            {ALWAYS: WHOLE},
            says="a correction is written once",
            kept="a correction is never deleted",
        ),
        written_once(
            "appraisal_confirmation_once",
            "appraisal_confirmation",
            {ALWAYS: WHOLE},
            says="who has read a sheet has read it",
            kept="who has read a sheet has read it",
        ),
        written_once(
            "appraisal_duty_log_once",
            LOG,
            {ALWAYS: "turn_id written_at written_by_id"},
            says="a log stays with who wrote it and when",
            kept="a log is never deleted",
        ),
    )
)
# The hours within which a log may be mended are a setting; it cannot be more than these (hall.appraisal.parameters).
CLOSED = f"""
CREATE FUNCTION appraisal_log_is_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.text, NEW.handover) IS DISTINCT FROM (OLD.text, OLD.handover)
        AND coalesce(NEW.edited_at, 'infinity') > OLD.written_at + interval '240 hours'
    THEN
        RAISE EXCEPTION 'a log is not mended after its hours' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER appraisal_duty_log_closed BEFORE UPDATE ON {LOG}
    FOR EACH ROW EXECUTE FUNCTION appraisal_log_is_closed();
"""
OPEN = f"""
DROP TRIGGER appraisal_duty_log_closed ON {LOG};
DROP FUNCTION appraisal_log_is_closed();
"""


class Migration(migrations.Migration):
    dependencies = [("appraisal", "0004_award_post"), ("ledger", "0004_guards")]
    operations = [migrations.RunSQL(GUARDS[0], GUARDS[1]), migrations.RunSQL(CLOSED, OPEN)]
