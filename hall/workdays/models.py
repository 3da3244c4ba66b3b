"""The calendar is data: notices, the days they name, and one token that changes with every import (law 3)."""

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hall.workdays.enums import RowKind
from hall.workdays.trial import Trial


class CalendarNotice(models.Model):
    """A published arrangement of holidays, national (`region` empty) or of one region, or one that amends it."""

    year = models.PositiveSmallIntegerField("年度")
    region = models.CharField("地区代码", max_length=12, blank=True, default="")
    region_name = models.CharField("地区", max_length=60, blank=True, default="")
    document_no = models.CharField("文号", max_length=60, blank=True, default="")
    title = models.CharField("标题", max_length=120)
    url = models.URLField("网址", max_length=300, blank=True, default="")
    source = models.CharField("来源", max_length=120, blank=True, default="")
    amends = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="amendments", verbose_name="修改"
    )
    imported_at = models.DateTimeField("导入时间", null=True, blank=True)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="导入人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "放假通知"
        ordering = ("-year", "region", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("year", "region"),
                condition=Q(amends__isnull=True),
                name="notice_one_original_a_year",
                violation_error_message="这一年已有放假通知；再导入的应当是对它的修改。",
            ),
            models.UniqueConstraint(
                fields=("region", "document_no"),
                condition=~Q(document_no=""),
                name="notice_number_once",
                violation_error_message="这个文号的通知已经导入过。",
            ),
            models.CheckConstraint(
                condition=Q(year__gte=1990, year__lte=2100),
                name="notice_year_in_calendar",
                violation_error_message="年度须在 1990—2100 年之间。",
            ),
            models.CheckConstraint(
                condition=Q(region="") | Q(region__regex=r"^[0-9]{12}$"),
                name="notice_region_code",
                violation_error_message="地区代码是 12 位数字，全国留空。",
            ),
            models.CheckConstraint(
                condition=Q(imported_by__isnull=True) | Q(imported_at__isnull=False),
                name="notice_imported_at_some_time",
                violation_error_message="谁导入的通知，就有导入的时间。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.title}（{self.document_no}）" if self.document_no else self.title


class CalendarDayQuerySet(models.QuerySet["CalendarDay"]):
    """Days in force are those that no later notice replaced."""

    def in_force(self) -> "CalendarDayQuerySet":
        return self.filter(superseded_by__isnull=True)


class CalendarDay(models.Model):
    """One day named by a notice. A replaced row stays, pointing to the notice that replaced it."""

    date = models.DateField("日期")
    region = models.CharField("地区代码", max_length=12, blank=True, default="")
    kind = models.CharField("安排", max_length=4, choices=RowKind)
    name = models.CharField("节日", max_length=20)
    notice = models.ForeignKey(CalendarNotice, models.PROTECT, related_name="days", verbose_name="通知")
    superseded_by = models.ForeignKey(
        CalendarNotice, models.PROTECT, null=True, blank=True, related_name="superseded_days", verbose_name="被修改"
    )

    objects = CalendarDayQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "日历日"
        ordering = ("date", "region", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("date", "region"),
                condition=Q(superseded_by__isnull=True),
                name="calendar_day_once",
                violation_error_message="这一天已有安排。",
            ),
            models.CheckConstraint(
                condition=Q(kind=RowKind.OFF) | Q(date__iso_week_day__in=(6, 7)),
                name="calendar_make_up_on_weekend",
                violation_error_message="调休上班只能是周六或周日。",
            ),
            models.CheckConstraint(
                condition=Q(superseded_by__isnull=True) | ~Q(superseded_by=F("notice")),
                name="calendar_day_not_by_itself",
                violation_error_message="通知不能修改它自己的安排。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.date} {self.get_kind_display()}"


class CalendarChange(models.Model):
    """What a notice changed, and how far the open deadlines have followed it. Written with the notice, then counted on.

    `days` are the dates (ISO) that became something else: only what runs over one of them can move.
    """

    notice = models.OneToOneField(CalendarNotice, models.PROTECT, related_name="change", verbose_name="通知")
    days = models.JSONField("变动的日子", default=list)
    begun_at = models.DateTimeField("开始重算", null=True, blank=True)
    finished_at = models.DateTimeField("重算完毕", null=True, blank=True)
    total = models.PositiveIntegerField("要重算", default=0)
    done = models.PositiveIntegerField("已重算", default=0)
    moved = models.PositiveIntegerField("变动的期限", default=0)
    parked = models.PositiveIntegerField("算不出的", default=0)
    # Transactions that may have counted by the old calendar, noted once: what they wrote is listed too (elders.py).
    elders = models.JSONField("先等它们结束", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "日历变更"
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(begun_at__isnull=False),
                name="calendar_change_begun_before_finished",
                violation_error_message="没有开始的重算不能完毕。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.notice} {self.done}/{self.total}"

    @property
    def reason(self) -> str:
        """What every event and every flag it moves says."""
        return f"日历变更：{self.notice}"

    @property
    def dates(self) -> list[date]:
        """The days that became something else."""
        return [date.fromisoformat(day) for day in self.days]


class CalendarTrial(models.Model):
    """A notice tried out: what it would move is counted by and by, and nothing of it is taken in.

    `token` is the calendar it was counted on; `found` is a `trial.Trial` as JSON, empty until somebody has begun.
    """

    text = models.TextField("通知文件")
    title = models.CharField("通知标题", max_length=120, blank=True)
    url = models.CharField("通知网址", max_length=300, blank=True)
    region = models.CharField("地区代码", max_length=12, blank=True)
    region_name = models.CharField("地区", max_length=60, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="试算人")
    asked_at = models.DateTimeField("试算时间")
    token = models.UUIDField("所据日历", null=True, blank=True)
    found = models.JSONField("结果", null=True, blank=True)
    finished_at = models.DateTimeField("算完时间", null=True, blank=True)
    error = models.CharField("原因", max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "放假通知试算"
        ordering = ("id",)
        indexes = (models.Index(fields=("asked_at",), name="calendar_trial_open", condition=Q(finished_at=None)),)
        constraints = (
            models.CheckConstraint(
                condition=Q(error="") | Q(finished_at__isnull=False),
                name="calendar_trial_failed_is_over",
                violation_error_message="没有算成的试算要有结束时间。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.title} {self.asked_at:%Y-%m-%d %H:%M}"

    @property
    def trial(self) -> Trial | None:
        """How far it has come."""
        return None if self.found is None else Trial.of_json(self.found)

    @property
    def given(self) -> dict[str, str]:
        """The notice as it was tried, in the words of `import_notice`."""
        return {
            "text": self.text, "title": self.title, "url": self.url,
            "region": self.region, "region_name": self.region_name,
        }  # fmt: skip


class CalendarVersion(models.Model):
    """One row. `token` is new with every import, so that no process answers from a calendar that is gone.

    A token and not a counter: an import that is rolled back must not lend its number to the next one.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveIntegerField("版本", default=1)
    token = models.UUIDField(default=uuid.uuid4)
    changed_at = models.DateTimeField("变更时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "日历版本"
        constraints = (models.CheckConstraint(condition=Q(id=1), name="calendar_version_one_row"),)

    def __str__(self) -> str:
        return f"第 {self.number} 版"
