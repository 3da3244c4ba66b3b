"""Checks of closing times (办结时间查验, 东平 2.42): a drawn sample of closed cases, each looked at by hand."""

from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q

from hall.conduct.enums import CheckVerdict
from hall.ledger.uuids import uuid7


class ClosureSample(models.Model):
    """One draw: a month of one department. `seed` and `population_digest` let anybody repeat it."""

    id: "models.UUIDField[UUID, UUID]" = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    center = models.ForeignKey("organisation.Center", models.PROTECT, related_name="+", verbose_name="中心")
    department = models.ForeignKey("organisation.Department", models.PROTECT, related_name="+", verbose_name="部门")
    period = models.CharField("月份", max_length=24)
    percent = models.PositiveSmallIntegerField("抽查比例")
    seed = models.CharField("随机种子", max_length=32)
    population = models.PositiveIntegerField("办结件数")
    population_digest = models.CharField("办结件清单摘要", max_length=64)
    drawn_at = models.DateTimeField("抽取时间")
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="抽取人")

    class Meta:
        verbose_name = verbose_name_plural = "办结时间查验"
        ordering = ("-drawn_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("department", "period"),
                name="closure_sample_once",
                violation_error_message="这个部门这个月已经抽过。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.department_id} {self.period}"


class ClosureItem(models.Model):
    """One closed case of the sample. `recorded_at` is when the hall wrote the closing down."""

    id: "models.UUIDField[UUID, UUID]" = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sample = models.ForeignKey(ClosureSample, models.PROTECT, related_name="items", verbose_name="抽查")
    fact_key = models.CharField("事实", max_length=120)
    docket = models.CharField("办件编号", max_length=30)
    text = models.CharField("事项", max_length=300)
    closed_at = models.DateTimeField("办结时间")
    recorded_at = models.DateTimeField("记录时间")
    staff = models.ForeignKey(
        "organisation.Staff", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="经办人"
    )
    neighbours = models.PositiveIntegerField("同一人前后几分钟办结的其他件数")
    verdict = models.CharField("结论", max_length=10, choices=CheckVerdict.choices, blank=True)
    reason = models.CharField("理由", max_length=300, blank=True)
    checked_at = models.DateTimeField("查验时间", null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="查验人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "查验件"
        ordering = ("sample_id", "docket")
        constraints = (
            models.UniqueConstraint(fields=("sample", "fact_key"), name="closure_item_once"),
            models.CheckConstraint(
                condition=Q(verdict="", checked_at__isnull=True, checked_by__isnull=True)
                | (
                    Q(verdict__in=CheckVerdict.values, checked_at__isnull=False, checked_by__isnull=False)
                    & ~Q(reason="")
                ),
                name="closure_item_checked_whole",
                violation_error_message="查验结论要写明理由、时间和查验人。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.docket} {self.verdict}"
