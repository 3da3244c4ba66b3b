"""A report of one week or month of a center and all below it."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from hall.facts.periods import Period, parse
from hall.ledger.uuids import uuid7
from hall.reports.enums import REPORT_KINDS, ReportState


class Report(models.Model):
    """Chapters gather while it is written, so that a crash loses one chapter at most; a finished one never changes.

    `requested_by` is empty for what the calendar asked for: one such report a center and period.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    center = models.ForeignKey("organisation.Center", models.PROTECT, related_name="+", verbose_name="中心")
    kind = models.CharField("种类", max_length=8, choices=REPORT_KINDS)
    period_code = models.CharField("时间", max_length=24)
    first_on = models.DateField("自")
    last_on = models.DateField("至")
    state = models.CharField("状态", max_length=8, choices=ReportState, default=ReportState.WRITING)
    step = models.PositiveSmallIntegerField("已写章数", default=0)
    steps = models.PositiveSmallIntegerField("总章数")
    chapters = models.JSONField("内容", default=list, encoder=DjangoJSONEncoder)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="要求人"
    )
    requested_at = models.DateTimeField("要求时间")
    finished_at = models.DateTimeField("写成时间", null=True, blank=True)
    error = models.CharField("原因", max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "报告"
        ordering = ("-first_on", "-requested_at")
        indexes = (
            models.Index(fields=("center", "kind", "-first_on"), name="report_center"),
            models.Index(fields=("requested_at",), name="report_writing", condition=Q(state="writing")),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("center", "period_code"),
                condition=Q(requested_by__isnull=True),
                name="report_scheduled_once",
                violation_error_message="这份报告已经写过。",
            ),
            models.UniqueConstraint(
                fields=("center", "period_code", "requested_by"),
                condition=Q(state=ReportState.WRITING),
                name="report_asked_once",
                violation_error_message="这份报告正在写，不用再要求一次。",
            ),
            models.CheckConstraint(
                condition=Q(state=ReportState.WRITING, finished_at__isnull=True)
                | ~Q(state=ReportState.WRITING) & Q(finished_at__isnull=False),
                name="report_finished_has_time",
                violation_error_message="写完的报告必须有写成时间。",
            ),
            models.CheckConstraint(
                condition=Q(step__lte=F("steps"), last_on__gte=F("first_on")),
                name="report_in_order",
                violation_error_message="报告的起止日期或进度不对。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.period_code} {self.center_id}"

    @property
    def period(self) -> Period:
        """The days it is about."""
        return parse(self.period_code)

    @property
    def title(self) -> str:
        """政务服务周报 or 月报 with its days."""
        return f"{self.period.label}{self.get_kind_display()}"

    @property
    def percent(self) -> int:
        """How much of it is written, for the progress bar."""
        return self.step * 100 // self.steps if self.steps else 100
