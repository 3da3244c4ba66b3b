"""The guards of this room by the functions all rooms share (`hall/ledger/guards.py`); what they refuse stays the same."""

from importlib import import_module

from django.db import migrations

from hall.ledger.guards import ALWAYS, WHOLE, together, ways, written_once

first = import_module("hall.conduct.migrations.0002_guards_and_seeds")
BEFORE = together(
    (
        (first.BULLETINS, first.BULLETINS_BACK),
        (first.FINDINGS, first.FINDINGS_BACK),
        (first.COMPLAINTS, first.COMPLAINTS_BACK),
        (first.CHECKS, first.CHECKS_BACK),
    )
)

BULLETIN, COMPLAINT = "conduct_bulletin", "conduct_complaint"
GUARDS = together(
    (
        written_once(
            "conduct_bulletin_figures",
            BULLETIN,
            {ALWAYS: "center_id period figures frozen_at drafted_by_id drafted_at"},
            says="the figures of a bulletin are frozen",
            kept="a bulletin is never deleted",
        ),
        written_once(
            "conduct_bulletin_once",
            BULLETIN,
            {
                "published_at": "title body audience year serial published_at published_by_id",
                "withdrawn_at": "withdrawal withdrawn_at withdrawn_by_id",
            },
            says="a published bulletin stays as it was published, and a withdrawal as it was",
        ),
        ways(
            "conduct_bulletin_ways",
            BULLETIN,
            {"draft": "submitted", "submitted": "draft published", "published": "withdrawn"},
        ),
        written_once(
            "conduct_finding_once",
            "conduct_finding",
            {"counted_at": WHOLE},
            says="the findings of a finished patrol stay as they are",
            kept="the findings of a finished patrol stay as they are",
            unless="counted_at=",
        ),
        written_once(
            "conduct_patrol_line_once",
            "conduct_patrolline",
            {ALWAYS: WHOLE},
            says="a version of the check list never changes",
        ),
        written_once(
            "conduct_complaint_once",
            COMPLAINT,
            {
                ALWAYS: "number form_key center_id channel received_at received_by_id text accept_due_on",
                "decided_at": "verdict decided_at decided_by_id",
                "reviewed_at": "review_verdict reviewed_at",
            },
            says="what was said and decided stays",
            kept="a complaint is never deleted",
        ),
        ways(
            "conduct_complaint_ways",
            COMPLAINT,
            {"received": "assigned declined", "assigned": "reported", "reported": "assigned decided"},
        ),
        written_once(
            "conduct_closure_item_once",
            "conduct_closureitem",
            {ALWAYS: "sample_id fact_key closed_at recorded_at neighbours", "verdict": WHOLE},
            says="what was drawn and found stays",
        ),
    )
)


class Migration(migrations.Migration):
    dependencies = [("conduct", "0002_guards_and_seeds"), ("ledger", "0004_guards")]

    operations = [migrations.RunSQL(BEFORE[1] + GUARDS[0], GUARDS[1] + BEFORE[0])]
