"""The cache of computed deadlines, and what the sweep has flagged on them (laws 2 and 9)."""

from django.db import models
from django.db.models import Q

from approvals.cases.clock import ClockKind
from approvals.cases.enums import FlagLevel
from approvals.cases.models.case import Case


class ClockRow(models.Model):
    """One clock of one case. Rewritten only when a fact changed or the calendar did; kept, ended, for the figures."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="clocks")
    clock = models.CharField("时钟", max_length=20, choices=[(k.value, k.label) for k in ClockKind])
    subject = models.CharField("对象", max_length=40, blank=True)
    due = models.DateField("到期日")
    due_at = models.DateTimeField("到期时刻", null=True, blank=True)
    statute_due = models.DateField("法定到期日", null=True, blank=True)
    warn_from = models.DateField("临期起日")
    next_look_at = models.DateTimeField("下次检查", null=True, blank=True)
    version = models.PositiveIntegerField("期限版本", default=1)
    provisional = models.BooleanField("日历未公布，暂定", default=False)
    stopped = models.BooleanField("停表", default=False)
    stopped_since = models.DateField("停表起日", null=True, blank=True)
    ended_on = models.DateField("停止日", null=True, blank=True)
    parked_until = models.DateTimeField("搁置至", null=True, blank=True)
    parked_error = models.CharField("搁置原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "时钟"
        constraints = (
            models.UniqueConstraint(fields=("case", "clock", "subject"), name="clock_once_per_case"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(next_look_at__isnull=True),
                name="clock_ended_is_not_looked_at",
                violation_error_message="已停止的时钟不再检查。",
            ),
        )
        indexes = (
            # The sweep's own index (`manage.py sweep`): what has to be looked at next, whatever the table's size.
            models.Index(fields=("next_look_at",), name="clock_next_look", condition=Q(next_look_at__isnull=False)),
            models.Index(fields=("due",), name="clock_running_due", condition=Q(ended_on__isnull=True)),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.clock} {self.due}"


class Flag(models.Model):
    """A lateness established once per docket, clock, deadline version and level. Withdrawn, never deleted."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="flags")
    clock = models.CharField("时钟", max_length=20)
    subject = models.CharField("对象", max_length=40, blank=True)
    version = models.PositiveIntegerField("期限版本")
    level = models.CharField("程度", max_length=20, choices=FlagLevel)
    true_at = models.DateTimeField("实际发生时间")
    recorded_at = models.DateTimeField("记录时间")
    carried = models.BooleanField("由上一版本延续", default=False)
    withdrawn_at = models.DateTimeField("撤销时间", null=True, blank=True)
    withdrawn_reason = models.CharField("撤销原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "超期标记"
        constraints = (
            models.UniqueConstraint(fields=("case", "clock", "subject", "version", "level"), name="flag_once"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_reason="")
                | Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason=""),
                name="flag_withdrawn_with_reason",
                violation_error_message="撤销标记必须写明原因。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.level}"
