"""A case, what its clocks say, a pause, an extension: none changes without an event, by whatever hand (U02).

Of a clock only what people are held to: when it began, when it is due, when it ended. When the sweep looks at it next,
and whether it was put aside, is nobody's deed.
"""

from django.db import migrations

from hall.ledger.guards import accounted, together

OF_CASE = {"by": "case_id", "of": "cases_case"}
GUARDS = together(
    (
        accounted("cases_case"),
        accounted(
            "cases_clockrow", "start_on", "due", "due_at", "promise_due", "statute_due", "ended_on", "case_id", "clock",
            **OF_CASE,
        ),
        accounted("cases_pause", **OF_CASE),
        accounted("cases_extension", **OF_CASE),
    )
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("cases", "0009_waiting"), ("ledger", "0007_accounting")]

    operations = [migrations.RunSQL(*GUARDS)]
