"""The days of an open complaint move with the calendar, and only to a later one."""

from django.db import migrations

from hall.ledger.guards import ALWAYS, written_once

COMPLAINT = "conduct_complaint"
RECEIVED = "number form_key center_id channel received_at received_by_id text"


def complaint(received: str) -> tuple[str, str]:
    """The guard of a complaint, with what it fixes from the beginning."""
    return written_once(
        "conduct_complaint_once",
        COMPLAINT,
        {
            ALWAYS: received,
            "decided_at": "verdict decided_at decided_by_id",
            "reviewed_at": "review_verdict reviewed_at",
        },
        says="what was said and decided stays",
        kept="a complaint is never deleted",
    )


FIXED, MOVING = complaint(f"{RECEIVED} accept_due_on"), complaint(RECEIVED)
LATER = """
CREATE FUNCTION conduct_only_later() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.accept_due_on < OLD.accept_due_on
    OR OLD.state <> 'received' AND NEW.accept_due_on IS DISTINCT FROM OLD.accept_due_on
    THEN
        RAISE EXCEPTION 'the day of an open complaint moves, and only to a later one' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER conduct_complaint_later BEFORE UPDATE ON conduct_complaint
    FOR EACH ROW EXECUTE FUNCTION conduct_only_later();
"""
NOT_LATER = """
DROP TRIGGER conduct_complaint_later ON conduct_complaint;
DROP FUNCTION conduct_only_later();
"""


class Migration(migrations.Migration):
    dependencies = [("conduct", "0003_shared_guards")]

    operations = [
        migrations.RunSQL(FIXED[1] + MOVING[0], MOVING[1] + FIXED[0]),
        migrations.RunSQL(LATER, NOT_LATER),
    ]
