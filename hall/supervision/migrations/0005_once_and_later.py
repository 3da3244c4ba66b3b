"""A fact grounds one card whatever rule or hand raised it, and the days of a card move, but only to a later one."""

from django.db import migrations, models

from hall.ledger.guards import ALWAYS, together, written_once

CARD = "supervision_card"
RAISED = (
    "number rule_id version_id colour fact_key fact_text docket center_id department_id window_id staff_id chief_id"
    " reason basis happened_at raised_at raised_by_id"
)
DONE = {
    ALWAYS: "source fact_url",
    "answered_at": "answered_at answered_by_id plea",
    "appealed_at": "appealed_at appealed_by_id",
    "ruled_at": "ruled_at ruled_by_id",
    "withdrawn_at": "withdrawn_at ground",
}


def cards(raised: str, decided: str) -> tuple[str, str]:
    """The two guards of a card, with what they fix when it is raised and when it is decided."""
    return together(
        (
            written_once(
                "supervision_card_raised",
                CARD,
                {ALWAYS: raised},
                says="a card stays as it was raised",
                kept="a card is never deleted",
            ),
            written_once(
                "supervision_card_once",
                CARD,
                DONE | {"decided_at": decided},
                says="what was done about a card is written once",
            ),
        )
    )


FIXED = cards(f"{RAISED} feedback_due late_at", "decided_at decided_by_id appeal_due")
MOVING = cards(RAISED, "decided_at decided_by_id")
LATER = """
CREATE FUNCTION supervision_only_later() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.feedback_due < OLD.feedback_due OR NEW.late_at < OLD.late_at
    OR OLD.appeal_due IS NOT NULL AND (NEW.appeal_due IS NULL OR NEW.appeal_due < OLD.appeal_due)
    OR OLD.state <> 'awaiting' AND (NEW.feedback_due, NEW.late_at) IS DISTINCT FROM (OLD.feedback_due, OLD.late_at)
    OR OLD.state NOT IN ('awaiting', 'answered', 'upheld') AND NEW.appeal_due IS DISTINCT FROM OLD.appeal_due
    THEN
        RAISE EXCEPTION 'the day of an open card moves, and only to a later one' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER supervision_card_later BEFORE UPDATE ON supervision_card
    FOR EACH ROW EXECUTE FUNCTION supervision_only_later();
"""
NOT_LATER = """
DROP TRIGGER supervision_card_later ON supervision_card;
DROP FUNCTION supervision_only_later();
"""


class Migration(migrations.Migration):
    dependencies = [("supervision", "0004_shared_guards")]

    operations = [
        migrations.RemoveConstraint("card", "card_once_a_fact"),
        migrations.AddConstraint(
            "card",
            models.UniqueConstraint(
                fields=("fact_key",),
                name="card_once_a_fact",
                violation_error_message="这件事已经发过牌，同一件事不重复发牌。",
            ),
        ),
        migrations.RunSQL(FIXED[1] + MOVING[0], MOVING[1] + FIXED[0]),
        migrations.RunSQL(LATER, NOT_LATER),
    ]
