"""What was erased, and what must not be for the time being."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

USER = settings.AUTH_USER_MODEL
OPEN = Q(lifted_at__isnull=True)


class Erased(models.Model):
    """The stub that stays of a record: that it was, when it ended, when its personal data went. Nothing of a person."""

    kind = models.CharField("类别", max_length=40)
    reference = models.CharField("编号", max_length=64)
    center = models.ForeignKey("organisation.Center", models.PROTECT, null=True, related_name="+", verbose_name="中心")
    ended_on = models.DateField("办结日")
    years = models.PositiveSmallIntegerField("保存年数")
    erased_at = models.DateTimeField("清除时间")

    class Meta:
        verbose_name = verbose_name_plural = "清除记录"
        ordering: ClassVar = ["-erased_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "reference"], name="erased_once", violation_error_message="已经清除过。"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"


class Hold(models.Model):
    """A number whose data must stay: a suit, an inquiry, a complaint (诉讼、复议、调查).

    One person places it, at once; lifting it takes two: what is erased does not come back.
    """

    reference = models.CharField("编号", max_length=64)
    center = models.ForeignKey("organisation.Center", models.PROTECT, related_name="+", verbose_name="中心")
    reason = models.CharField("理由", max_length=200)
    placed_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="暂停人")
    placed_at = models.DateTimeField("暂停时间")
    lifting_reason = models.CharField("恢复理由", max_length=200, blank=True)
    lifting_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="提请人")
    lifting_at = models.DateTimeField("提请时间", null=True, blank=True)
    lifted_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="同意人")
    lifted_at = models.DateTimeField("恢复时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "暂停清除"
        ordering: ClassVar = ["-placed_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["reference"],
                condition=OPEN,
                name="hold_one_open",
                violation_error_message="这个编号已经暂停清除。",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="hold_has_reason", violation_error_message="暂停清除要写明理由。"
            ),
            models.CheckConstraint(
                condition=Q(lifting_at__isnull=True, lifting_by__isnull=True, lifting_reason="")
                | Q(lifting_at__isnull=False, lifting_by__isnull=False) & ~Q(lifting_reason=""),
                name="hold_lifting_whole",
                violation_error_message="提请恢复要写明时间、人和理由。",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False, lifting_by__isnull=False)
                & ~Q(lifted_by=F("lifting_by")),
                name="hold_lifted_by_a_second",
                violation_error_message="恢复清除须由提请人以外的人同意。",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
