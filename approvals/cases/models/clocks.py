"""The cache of computed deadlines, and what the sweep has flagged on them (laws 2 and 9)."""

from datetime import datetime
from typing import Final

from django.db import models
from django.db.models import Q

from approvals.cases.clock import ClockKind, Deadline, Level
from approvals.cases.models.case import Case


class ClockRow(models.Model):
    """One clock of one case. Rewritten only when a fact changed or the calendar did; kept, ended, for the figures."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="clocks")
    clock = models.CharField("时钟", max_length=20, choices=ClockKind)
    subject = models.CharField("对象", max_length=40, blank=True)
    label = models.CharField("名称", max_length=60, blank=True)
    start_on = models.DateField("起算日")
    unit = models.CharField("单位", max_length=20)
    due = models.DateField("到期日")
    due_at = models.DateTimeField("到期时刻", null=True, blank=True)
    promise_due = models.DateField("承诺到期日", null=True, blank=True)
    statute_due = models.DateField("法定到期日", null=True, blank=True)
    warn_from = models.DateTimeField("临期起")
    late_from = models.DateTimeField("超承诺起")
    statute_late_from = models.DateTimeField("超法定起", null=True, blank=True)
    # What the clock turns into and when, as [moment, level]: the sweep needs no calendar and no fact but these.
    changes = models.JSONField("变化", default=list)
    next_look_at = models.DateTimeField("下次检查", null=True, blank=True)
    version = models.PositiveIntegerField("期限版本", default=1)
    provisional = models.BooleanField("日历未公布，暂定", default=False)
    stopped = models.BooleanField("停表", default=False)
    statute_stopped = models.BooleanField("法定停表", default=False)
    stop_label = models.CharField("停表事由", max_length=60, blank=True)
    stop_since = models.DateField("停表起日", null=True, blank=True)
    stop_overrun = models.BooleanField("停表超过告知时间", default=False)
    ended_on = models.DateField("停止日", null=True, blank=True)
    # How long it took, written when the decision clock ends; empty where nothing was decided (clock.took).
    net_days = models.SmallIntegerField("净用工作日", null=True, blank=True)
    elapsed_days = models.SmallIntegerField("历时日历日", null=True, blank=True)
    spare_days = models.SmallIntegerField("提前工作日", null=True, blank=True)
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
            # Open past the promise, now or at the end of a past span, for the figures.
            models.Index(fields=("ended_on",), name="clock_decision_ended", condition=Q(clock="decision")),
            models.Index(
                fields=("late_from",), name="clock_open_late", condition=Q(clock="decision", ended_on__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.clock} {self.due}"

    def reached(self, at: datetime) -> list[tuple[Level, datetime]]:
        """The levels this clock has reached by `at`, each with its true moment."""
        known = ((Level(level), datetime.fromisoformat(moment)) for moment, level in self.changes)
        return [(level, moment) for level, moment in known if moment <= at]

    def look_after(self, at: datetime) -> datetime | None:
        """When something will change next, or None."""
        later = [moment for text, _ in self.changes if (moment := datetime.fromisoformat(text)) > at]
        return min(later, default=None)

    def as_deadline(self) -> Deadline:
        """The pure value this row caches, as `clock.lamp` takes it.

        While a limit is stopped the row keeps its last known day, to tell whether it moved; nobody is shown it.
        """
        return Deadline(
            clock=ClockKind(self.clock),
            start_on=self.start_on,
            due=self.due,
            unit=self.unit,
            warn_from=self.warn_from,
            late_from=self.late_from,
            next_look_at=self.next_look_at,
            promise_due=None if self.stopped else self.promise_due,
            statute_due=None if self.statute_stopped else self.statute_due,
            due_at=self.due_at,
            statute_late_from=self.statute_late_from,
            provisional=self.provisional,
            stopped=self.stopped,
            statute_stopped=self.statute_stopped,
            stop_label=self.stop_label,
            stop_since=self.stop_since,
            stop_overrun=self.stop_overrun,
            key=self.subject,
            label=self.label,
        )


# A flag is carried under each new version of its deadline; the first row is the fact, and all are withdrawn together.
STANDING: Final = Q(withdrawn_at__isnull=True, carried=False)


class Flag(models.Model):
    """A lateness established once per docket, clock, deadline version and level. Withdrawn, never deleted."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="flags")
    clock = models.CharField("时钟", max_length=20)
    subject = models.CharField("对象", max_length=40, blank=True)
    version = models.PositiveIntegerField("期限版本")
    level = models.CharField("程度", max_length=20, choices=Level)
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
        # Lateness as others count it: what still stands, once, whatever versions it was carried over.
        indexes = (
            models.Index(fields=("level", "true_at"), name="flag_standing_true", condition=STANDING),
            models.Index(fields=("level", "recorded_at"), name="flag_standing_recorded", condition=STANDING),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.level}"


class Waiting(models.Model):
    """An open case whose clocks may have to follow a change of the calendar; the row goes when they have.

    A work list of up to a million rows that lives for minutes: the database need not check what it points to.
    """

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="waiting", db_constraint=False)
    change = models.ForeignKey(
        "workdays.CalendarChange", models.CASCADE, verbose_name="日历变更", related_name="+",
        db_constraint=False, db_index=False,
    )  # fmt: skip
    parked_error = models.CharField("算不出的原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "待重算的办件"

    def __str__(self) -> str:
        return f"{self.case_id}"
