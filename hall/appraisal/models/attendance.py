"""Attendance by half days, with the trail of every correction."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from hall.appraisal.enums import OUT, Half, Presence
from hall.appraisal.models.scheme import both_or_none


class Attendance(models.Model):
    """Where one person was in one half of a day."""

    staff = models.ForeignKey("organisation.Staff", models.PROTECT, related_name="+", verbose_name="人员")
    center = models.ForeignKey("organisation.Center", models.PROTECT, related_name="+", verbose_name="中心")
    day = models.DateField("日期")
    half = models.CharField("半天", max_length=10, choices=Half.choices)
    # 00:00 or 12:00 Beijing time of the day: the moment the half day is counted at.
    starts_at = models.DateTimeField("半天开始")
    presence = models.CharField("情况", max_length=8, choices=Presence.choices)
    note = models.CharField("说明", max_length=100, blank=True)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    returned_at = models.DateTimeField("返岗签到", null=True, blank=True)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签到人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "考勤"
        ordering = ("-day", "half", "staff_id")
        constraints = (
            models.UniqueConstraint(
                fields=("staff", "day", "half"), name="attendance_once", violation_error_message="这半天已登记。"
            ),
            models.CheckConstraint(
                condition=Q(half__in=Half.values) & Q(presence__in=Presence.values),
                name="attendance_words_known",
                violation_error_message="考勤情况不在列表里。",
            ),
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True) | Q(presence__in=[one.value for one in OUT]),
                name="attendance_return_from_out",
                violation_error_message="只有踏勘、开会、下乡需要返岗签到。",
            ),
            both_or_none("returned_at", "returned_by", name="attendance_return_pair", sentence="签到要写明时间和人。"),
        )
        indexes = (models.Index(fields=("center", "starts_at"), name="attendance_of_center"),)

    def __str__(self) -> str:
        return f"{self.staff_id} {self.day} {self.half}"


class AttendanceChange(models.Model):
    """One correction: what stood there, what stands there now, why, by whom."""

    attendance = models.ForeignKey(Attendance, models.PROTECT, related_name="changes", verbose_name="考勤")
    before = models.CharField("原为", max_length=8, choices=Presence.choices)
    after = models.CharField("改为", max_length=8, choices=Presence.choices)
    reason = models.CharField("理由", max_length=100)
    changed_at = models.DateTimeField("更正时间")
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="更正人")

    class Meta:
        verbose_name = verbose_name_plural = "考勤更正"
        ordering = ("-changed_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=~Q(reason=""), name="attendance_change_why", violation_error_message="更正要写明理由。"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_before_display()}→{self.get_after_display()}"
