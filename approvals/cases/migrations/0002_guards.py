"""What the database itself refuses: moves the table does not have, a changed 首问, an edited document (laws 8 and 16)."""

from django.db import migrations

MOVES = """
CREATE FUNCTION cases_refuse_illegal_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'received' AND NOT NEW.imported THEN
            RAISE EXCEPTION 'a case begins as received, not as %', NEW.state USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.state <> OLD.state AND NOT EXISTS (
        SELECT 1 FROM cases_transition WHERE source = OLD.state AND target = NEW.state
    ) THEN
        RAISE EXCEPTION 'no transition from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.docket <> OLD.docket OR NEW.first_handler_id <> OLD.first_handler_id
        OR NEW.version_filed_id <> OLD.version_filed_id OR NEW.center_id <> OLD.center_id THEN
        RAISE EXCEPTION 'number, first handler, item version and center of a case never change'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER cases_moves BEFORE INSERT OR UPDATE OF state, docket, first_handler_id, version_filed_id, center_id
    ON cases_case FOR EACH ROW EXECUTE FUNCTION cases_refuse_illegal_move();
"""
MOVES_BACK = "DROP TRIGGER cases_moves ON cases_case; DROP FUNCTION cases_refuse_illegal_move();"

DOCUMENTS = """
CREATE FUNCTION cases_refuse_edited_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an issued document is never deleted' USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.case_id, NEW.kind, NEW.number, NEW.template_version, NEW.sha256, NEW.issued_at)
        IS DISTINCT FROM (OLD.case_id, OLD.kind, OLD.number, OLD.template_version, OLD.sha256, OLD.issued_at)
        OR (OLD.voided_at IS NOT NULL AND NEW.voided_at IS DISTINCT FROM OLD.voided_at) THEN
        RAISE EXCEPTION 'an issued document stays as it was issued' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER cases_documents BEFORE UPDATE OR DELETE ON cases_officialdocument
    FOR EACH ROW EXECUTE FUNCTION cases_refuse_edited_document();
"""
DOCUMENTS_BACK = "DROP TRIGGER cases_documents ON cases_officialdocument; DROP FUNCTION cases_refuse_edited_document();"


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]

    operations = [migrations.RunSQL(MOVES, MOVES_BACK), migrations.RunSQL(DOCUMENTS, DOCUMENTS_BACK)]
