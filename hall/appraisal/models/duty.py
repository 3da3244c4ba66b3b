"""Duty: the roster, swaps the other person agreed to, and the log of the day."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hall.appraisal.enums import Shift, SwapState
from hall.appraisal.models.scheme import both_or_none


class DutyTurn(models.Model):
    """One person on duty in one shift of a day. `log_due`: the end of the next working day."""

    center = models.ForeignKey("organisation.Center", models.PROTECT, related_name="+", verbose_name="中心")
    day = models.DateField("日期")
    shift = models.CharField("班次", max_length=10, choices=Shift.choices)
    staff = models.ForeignKey("organisation.Staff", models.PROTECT, related_name="+", verbose_name="值班人")
    log_due = models.DateTimeField("日记截止")
    arranged_at = models.DateTimeField("排班时间")
    arranged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="排班人")

    class Meta:
        verbose_name = verbose_name_plural = "值班"
        ordering = ("day", "shift", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("center", "day", "shift", "staff"),
                name="duty_once_a_shift",
                violation_error_message="这个人这一班已排上。",
            ),
            models.CheckConstraint(
                condition=Q(shift__in=Shift.values),
                name="duty_shift_known",
                violation_error_message="班次不在列表里。",
            ),
        )
        indexes = (models.Index(fields=("center", "log_due"), name="duty_of_center"),)

    def __str__(self) -> str:
        return f"{self.day} {self.get_shift_display()}"


class DutySwap(models.Model):
    """A request to take over a turn, or to exchange it for `other`, one of the asked person's own."""

    turn = models.ForeignKey(DutyTurn, models.CASCADE, related_name="swaps", verbose_name="班")
    other = models.ForeignKey(
        DutyTurn, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="交换的班"
    )
    to = models.ForeignKey("organisation.Staff", models.PROTECT, related_name="+", verbose_name="请谁代班")
    reason = models.CharField("事由", max_length=100)
    state = models.CharField("状态", max_length=8, choices=SwapState.choices, default=SwapState.ASKED)
    asked_at = models.DateTimeField("提出时间")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="提出人")
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="答复人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "换班"
        ordering = ("-asked_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("turn",),
                condition=Q(state=SwapState.ASKED),
                name="swap_one_open",
                violation_error_message="这一班已有换班请求在等答复。",
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True) | ~Q(answered_by=F("asked_by")),
                name="swap_answered_by_other",
                violation_error_message="换班要由对方答复。",
            ),
            both_or_none("answered_at", "answered_by", name="swap_answer_pair", sentence="答复要写明时间和人。"),
        )

    def __str__(self) -> str:
        return f"{self.turn_id}→{self.to_id}"


class DutyLog(models.Model):
    """值班日记: what happened, what is handed over. Unchangeable some hours after it was written (a setting)."""

    turn = models.OneToOneField(DutyTurn, models.PROTECT, related_name="log", verbose_name="班")
    text = models.TextField("值班情况", max_length=2000)
    handover = models.TextField("交接事项", max_length=1000, blank=True)
    written_at = models.DateTimeField("记录时间")
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="记录人")
    edited_at = models.DateTimeField("修改时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "值班日记"
        ordering = ("-written_at",)
        constraints = (
            models.CheckConstraint(
                condition=~Q(text=""), name="duty_log_says_something", violation_error_message="日记不能是空的。"
            ),
        )

    def __str__(self) -> str:
        return f"{self.turn_id}"
