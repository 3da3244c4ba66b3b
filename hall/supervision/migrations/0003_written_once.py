"""What was decided, served or tried is written once: the database refuses to write it a second time.

Texts people wrote are left out: a change of the key encrypts them anew.
"""

from django.db import migrations

VERSIONS = """
CREATE FUNCTION supervision_refuse_late_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status NOT IN ('template', 'draft') THEN
            RAISE EXCEPTION 'a version begins as a draft, not as %', NEW.status USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.status <> 'draft'
        AND (NEW.drafted_by_id, NEW.drafted_at) IS DISTINCT FROM (OLD.drafted_by_id, OLD.drafted_at)
    OR OLD.status IN ('superseded', 'off') AND (NEW.applies_until, NEW.stopped_by_id, NEW.stopped_at)
        IS DISTINCT FROM (OLD.applies_until, OLD.stopped_by_id, OLD.stopped_at)
    THEN
        RAISE EXCEPTION 'a version that was switched on never changes' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER supervision_versions_once BEFORE INSERT OR UPDATE ON supervision_ruleversion
    FOR EACH ROW EXECUTE FUNCTION supervision_refuse_late_version();
"""
VERSIONS_BACK = """
DROP TRIGGER supervision_versions_once ON supervision_ruleversion;
DROP FUNCTION supervision_refuse_late_version();
"""

CARDS = """
CREATE FUNCTION supervision_refuse_second_writing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.source, NEW.fact_url) IS DISTINCT FROM (OLD.source, OLD.fact_url)
    OR OLD.answered_at IS NOT NULL AND (NEW.answered_at, NEW.answered_by_id, NEW.plea)
        IS DISTINCT FROM (OLD.answered_at, OLD.answered_by_id, OLD.plea)
    OR OLD.decided_at IS NOT NULL AND (NEW.decided_at, NEW.decided_by_id, NEW.appeal_due)
        IS DISTINCT FROM (OLD.decided_at, OLD.decided_by_id, OLD.appeal_due)
    OR OLD.appealed_at IS NOT NULL AND (NEW.appealed_at, NEW.appealed_by_id)
        IS DISTINCT FROM (OLD.appealed_at, OLD.appealed_by_id)
    OR OLD.ruled_at IS NOT NULL AND (NEW.ruled_at, NEW.ruled_by_id) IS DISTINCT FROM (OLD.ruled_at, OLD.ruled_by_id)
    OR OLD.withdrawn_at IS NOT NULL AND (NEW.withdrawn_at, NEW.ground) IS DISTINCT FROM (OLD.withdrawn_at, OLD.ground)
    THEN
        RAISE EXCEPTION 'what was done about a card is written once' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER supervision_cards_once BEFORE UPDATE ON supervision_card
    FOR EACH ROW EXECUTE FUNCTION supervision_refuse_second_writing();
"""
CARDS_BACK = """
DROP TRIGGER supervision_cards_once ON supervision_card;
DROP FUNCTION supervision_refuse_second_writing();
"""

RECORDS = """
CREATE FUNCTION supervision_refuse_changed_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.number, NEW.center_id, NEW.department_id, NEW.staff_id, NEW.origin, NEW.origin_ref, NEW.card_id,
        NEW.found_at, NEW.found_by_id)
        IS DISTINCT FROM (OLD.number, OLD.center_id, OLD.department_id, OLD.staff_id, OLD.origin, OLD.origin_ref,
        OLD.card_id, OLD.found_at, OLD.found_by_id)
    OR OLD.measured_at IS NOT NULL AND (NEW.measure, NEW.basis, NEW.measured_at, NEW.measured_by_id)
        IS DISTINCT FROM (OLD.measure, OLD.basis, OLD.measured_at, OLD.measured_by_id)
    OR OLD.served_at IS NOT NULL AND (NEW.served_at, NEW.served_by_id)
        IS DISTINCT FROM (OLD.served_at, OLD.served_by_id)
    OR OLD.objected_at IS NOT NULL AND (NEW.objected_at, NEW.objected_by_id)
        IS DISTINCT FROM (OLD.objected_at, OLD.objected_by_id)
    OR OLD.ended_at IS NOT NULL AND (NEW.ended_at, NEW.ended_by_id) IS DISTINCT FROM (OLD.ended_at, OLD.ended_by_id)
    THEN
        RAISE EXCEPTION 'what stands in an accountability record is written once' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER supervision_records_once BEFORE UPDATE ON supervision_accountabilityrecord
    FOR EACH ROW EXECUTE FUNCTION supervision_refuse_changed_record();
"""
RECORDS_BACK = """
DROP TRIGGER supervision_records_once ON supervision_accountabilityrecord;
DROP FUNCTION supervision_refuse_changed_record();
"""

LINES = """
CREATE FUNCTION supervision_refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'this row is written once' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER supervision_trial_lines BEFORE UPDATE ON supervision_trialline
    FOR EACH ROW EXECUTE FUNCTION supervision_refuse_rewriting();
CREATE TRIGGER supervision_record_notes BEFORE UPDATE OR DELETE ON supervision_accountabilitynote
    FOR EACH ROW EXECUTE FUNCTION supervision_refuse_rewriting();
"""
LINES_BACK = """
DROP TRIGGER supervision_record_notes ON supervision_accountabilitynote;
DROP TRIGGER supervision_trial_lines ON supervision_trialline;
DROP FUNCTION supervision_refuse_rewriting();
"""


class Migration(migrations.Migration):
    dependencies = [("supervision", "0002_guards_and_seeds")]

    operations = [
        migrations.RunSQL(VERSIONS, VERSIONS_BACK),
        migrations.RunSQL(CARDS, CARDS_BACK),
        migrations.RunSQL(RECORDS, RECORDS_BACK),
        migrations.RunSQL(LINES, LINES_BACK),
    ]
