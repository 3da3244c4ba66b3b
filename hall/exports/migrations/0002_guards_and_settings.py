"""What was asked and decided stays; how many rows one person may take out alone, and how long a request is good."""

from datetime import date

from django.db import migrations

from hall.facts.seeding import seeded
from hall.ledger.guards import ALWAYS, accounted, never_emptied, together, written_once

LEAST = "本厅规定（个人信息保护法第五十一条：合理确定个人信息处理的操作权限）"
ROWS = (("exports.alone_rows", 500, LEAST), ("exports.wait_days", 3, LEAST), ("exports.keep_hours", 24, LEAST))
FROM = date(2020, 1, 1)
TABLE = "exports_clearance"
DECISION = "granted decided_by_id decided_at reason expires_at"
GUARDS = together(
    (
        written_once(
            "exports_clearance_once",
            TABLE,
            {
                ALWAYS: "center_id title fingerprint filters purpose form rows asked_by_id asked_at",
                "decided_at": DECISION,
            },
            says="a request stays as it was asked and decided",
            kept="a request to take out a list is never deleted",
        ),
        accounted(TABLE, *DECISION.split(), "taken_at"),
        never_emptied(TABLE),
    )
)


class Migration(migrations.Migration):
    dependencies = [
        ("exports", "0001_clearances"), ("facts", "0003_only_added"), ("ledger", "0009_told_by_number"),
    ]  # fmt: skip
    operations = [migrations.RunSQL(*GUARDS), seeded(ROWS, since=FROM)]
