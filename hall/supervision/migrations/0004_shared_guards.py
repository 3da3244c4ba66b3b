"""The guards of this room by the functions all rooms share (`hall/ledger/guards.py`); what they refuse stays the same.

Texts people wrote are left out: a change of the key encrypts them anew.
"""

from importlib import import_module

from django.db import migrations

from hall.ledger.guards import ALWAYS, WHOLE, together, ways, written_once

first = import_module("hall.supervision.migrations.0002_guards_and_seeds")
then = import_module("hall.supervision.migrations.0003_written_once")
BEFORE = together(
    (
        (first.CARDS, first.CARDS_BACK),
        (first.VERSIONS, first.VERSIONS_BACK),
        (first.RECORDS, first.RECORDS_BACK),
        (then.VERSIONS, then.VERSIONS_BACK),
        (then.CARDS, then.CARDS_BACK),
        (then.RECORDS, then.RECORDS_BACK),
        (then.LINES, then.LINES_BACK),
    )
)

CARD, VERSION, RECORD = "supervision_card", "supervision_ruleversion", "supervision_accountabilityrecord"
GUARDS = together(
    (
        written_once(
            "supervision_card_raised",
            CARD,
            {
                ALWAYS: "number rule_id version_id colour fact_key fact_text docket center_id department_id window_id"
                " staff_id chief_id reason basis happened_at raised_at raised_by_id feedback_due late_at",
            },
            says="a card stays as it was raised",
            kept="a card is never deleted",
        ),
        written_once(
            "supervision_card_once",
            CARD,
            {
                ALWAYS: "source fact_url",
                "answered_at": "answered_at answered_by_id plea",
                "decided_at": "decided_at decided_by_id appeal_due",
                "appealed_at": "appealed_at appealed_by_id",
                "ruled_at": "ruled_at ruled_by_id",
                "withdrawn_at": "withdrawn_at ground",
            },
            says="what was done about a card is written once",
        ),
        ways(
            "supervision_card_ways",
            CARD,
            {
                "awaiting": "answered upheld revoked withdrawn",
                "answered": "upheld revoked withdrawn",
                "upheld": "appealing withdrawn",
                "appealing": "confirmed overturned withdrawn",
                "confirmed": "withdrawn",
            },
            begins="awaiting",
        ),
        written_once(
            "supervision_version_once",
            VERSION,
            {
                "status!=draft": "rule_id number center_id colour options feedback_days feedback_source reason basis"
                " applies_from enabled_by_id enabled_at drafted_by_id drafted_at",
                "status=superseded|off": "applies_until stopped_by_id stopped_at",
            },
            says="a version that was switched on never changes",
            kept="only a draft is thrown away",
            unless="status=draft",
        ),
        ways(
            "supervision_version_ways",
            VERSION,
            {"draft": "on", "on": "superseded off"},
            column="status",
            begins="draft template",
        ),
        written_once(
            "supervision_record_once",
            RECORD,
            {
                ALWAYS: "number center_id department_id staff_id origin origin_ref card_id found_at found_by_id",
                "measured_at": "measure basis measured_at measured_by_id",
                "served_at": "served_at served_by_id",
                "objected_at": "objected_at objected_by_id",
                "ended_at": "ended_at ended_by_id",
            },
            says="what stands in an accountability record is written once",
            kept="an accountability record is never deleted",
        ),
        ways(
            "supervision_record_ways",
            RECORD,
            {
                "found": "measured cancelled",
                "measured": "served cancelled",
                "served": "objected final cancelled",
                "objected": "final cancelled",
            },
        ),
        written_once(
            "supervision_trial_line_once",
            "supervision_trialline",
            {ALWAYS: WHOLE},
            says="this row is written once",
        ),
        written_once(
            "supervision_record_note_once",
            "supervision_accountabilitynote",
            {ALWAYS: WHOLE},
            says="this row is written once",
            kept="this row is written once",
        ),
    )
)


class Migration(migrations.Migration):
    dependencies = [("supervision", "0003_written_once"), ("ledger", "0004_guards")]

    operations = [migrations.RunSQL(BEFORE[1] + GUARDS[0], GUARDS[1] + BEFORE[0])]
