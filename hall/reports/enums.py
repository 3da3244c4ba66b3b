"""The words of reports."""

from typing import Final

from django.db.models import TextChoices

from hall.facts.periods import PeriodKind


class ReportState(TextChoices):
    """How far a report has come."""

    WRITING = "writing", "正在写"
    DONE = "done", "已写成"
    FAILED = "failed", "没有写成"


# The lengths a report may have, in the words of the form.
REPORT_KINDS: Final = ((PeriodKind.WEEK.value, "周报"), (PeriodKind.MONTH.value, "月报"))
