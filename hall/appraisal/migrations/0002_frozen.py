"""A scheme in force never changes, nor do its lines; what a frozen period says never changes either."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION appraisal_scheme_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    life text[] := ARRAY['state', 'superseded_at'];
BEGIN
    IF OLD.state = 'draft' THEN
        IF TG_OP = 'UPDATE' AND NEW.state NOT IN ('draft', 'on') THEN
            RAISE EXCEPTION '草稿只能施行。' USING ERRCODE = '23001';
        END IF;
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' OR to_jsonb(NEW) - life IS DISTINCT FROM to_jsonb(OLD) - life THEN
        RAISE EXCEPTION '施行过的细则不能修改。' USING ERRCODE = '23001';
    END IF;
    IF NEW IS DISTINCT FROM OLD AND NOT (OLD.state = 'on' AND NEW.state = 'superseded') THEN
        RAISE EXCEPTION '细则状态不能从“%”变为“%”。', OLD.state, NEW.state USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER appraisal_scheme_fixed BEFORE UPDATE OR DELETE ON appraisal_schemeversion
    FOR EACH ROW EXECUTE FUNCTION appraisal_scheme_is_fixed();

CREATE FUNCTION appraisal_line_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM appraisal_schemeversion v
        WHERE v.state <> 'draft'
          AND (TG_OP <> 'INSERT' AND v.id = OLD.version_id OR TG_OP <> 'DELETE' AND v.id = NEW.version_id)
    ) THEN
        RAISE EXCEPTION '施行过的细则不能修改。' USING ERRCODE = '23001';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER appraisal_line_fixed BEFORE INSERT OR UPDATE OR DELETE ON appraisal_line
    FOR EACH ROW EXECUTE FUNCTION appraisal_line_is_fixed();

CREATE FUNCTION appraisal_period_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'frozen' THEN
        RAISE EXCEPTION '已定分的考核期不能修改。' USING ERRCODE = '23001';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF OLD.state = 'open' AND NEW.state = 'frozen' THEN
        RAISE EXCEPTION '考核分要先公示，才能定分。' USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER appraisal_period_fixed BEFORE UPDATE OR DELETE ON appraisal_appraisalperiod
    FOR EACH ROW EXECUTE FUNCTION appraisal_period_is_fixed();

CREATE FUNCTION appraisal_score_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM appraisal_appraisalperiod p
        WHERE p.state = 'frozen'
          AND (TG_OP <> 'INSERT' AND p.id = OLD.period_id OR TG_OP <> 'DELETE' AND p.id = NEW.period_id)
    ) THEN
        RAISE EXCEPTION '已定分的考核表不能修改。' USING ERRCODE = '23001';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER appraisal_score_fixed BEFORE INSERT OR UPDATE OR DELETE ON appraisal_score
    FOR EACH ROW EXECUTE FUNCTION appraisal_score_is_fixed();

CREATE FUNCTION appraisal_part_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM appraisal_score s JOIN appraisal_appraisalperiod p ON p.id = s.period_id
        WHERE p.state = 'frozen'
          AND (TG_OP <> 'INSERT' AND s.id = OLD.score_id OR TG_OP <> 'DELETE' AND s.id = NEW.score_id)
    ) THEN
        RAISE EXCEPTION '已定分的考核表不能修改。' USING ERRCODE = '23001';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER appraisal_entry_fixed BEFORE INSERT OR UPDATE OR DELETE ON appraisal_scoreentry
    FOR EACH ROW EXECUTE FUNCTION appraisal_part_is_fixed();
CREATE TRIGGER appraisal_mark_fixed BEFORE INSERT OR UPDATE OR DELETE ON appraisal_manualmark
    FOR EACH ROW EXECUTE FUNCTION appraisal_part_is_fixed();
CREATE TRIGGER appraisal_objection_fixed BEFORE INSERT OR UPDATE OR DELETE ON appraisal_objection
    FOR EACH ROW EXECUTE FUNCTION appraisal_part_is_fixed();
"""

BACKWARD = """
DROP TRIGGER appraisal_scheme_fixed ON appraisal_schemeversion;
DROP TRIGGER appraisal_line_fixed ON appraisal_line;
DROP TRIGGER appraisal_period_fixed ON appraisal_appraisalperiod;
DROP TRIGGER appraisal_score_fixed ON appraisal_score;
DROP TRIGGER appraisal_entry_fixed ON appraisal_scoreentry;
DROP TRIGGER appraisal_mark_fixed ON appraisal_manualmark;
DROP TRIGGER appraisal_objection_fixed ON appraisal_objection;
DROP FUNCTION appraisal_scheme_is_fixed();
DROP FUNCTION appraisal_line_is_fixed();
DROP FUNCTION appraisal_period_is_fixed();
DROP FUNCTION appraisal_score_is_fixed();
DROP FUNCTION appraisal_part_is_fixed();
"""


class Migration(migrations.Migration):
    dependencies = [("appraisal", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
