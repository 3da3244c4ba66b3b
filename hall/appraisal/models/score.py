"""Periods, sheets and their entries. A frozen period and all in it never change (trigger)."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hall.appraisal.enums import Band, MarkState, ObjectionState, PeriodState, SubjectKind
from hall.appraisal.models.scheme import Line, SchemeVersion, both_or_none


class AppraisalPeriod(models.Model):
    """One run of a scheme over one period."""

    version = models.ForeignKey(SchemeVersion, models.PROTECT, related_name="periods", verbose_name="细则")
    center = models.ForeignKey("organisation.Center", models.PROTECT, related_name="+", verbose_name="中心")
    code = models.CharField("考核期", max_length=24)
    first = models.DateField("开始")
    last = models.DateField("截止")
    state = models.CharField("状态", max_length=10, choices=PeriodState.choices, default=PeriodState.OPEN)
    opened_at = models.DateTimeField("开始计分")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="开启人")
    computed_at = models.DateTimeField("最近计算", null=True, blank=True)
    objection_until = models.DateField("异议截止", null=True, blank=True)
    frozen_at = models.DateTimeField("定分时间", null=True, blank=True)
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="定分人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "考核期"
        ordering = ("-last", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("version", "code"), name="period_once", violation_error_message="这个考核期已经开启。"
            ),
            models.CheckConstraint(
                condition=Q(last__gte=F("first")),
                name="period_right_way",
                violation_error_message="截止日期不能早于开始日期。",
            ),
            models.CheckConstraint(
                condition=Q(state=PeriodState.FROZEN, frozen_at__isnull=False)
                | (~Q(state=PeriodState.FROZEN) & Q(frozen_at__isnull=True)),
                name="period_frozen_when",
                violation_error_message="定分要写明时间。",
            ),
            models.CheckConstraint(
                condition=Q(state=PeriodState.OPEN) | Q(objection_until__isnull=False),
                name="period_objection_has_end",
                violation_error_message="异议期要有截止日期。",
            ),
            both_or_none("frozen_at", "frozen_by", name="period_frozen_pair", sentence="定分要写明时间和定分人。"),
        )

    def __str__(self) -> str:
        return f"{self.version.name} {self.code}"


class Score(models.Model):
    """One sheet: a person, a window or a department in one period. `total` is the sum of its entries."""

    period = models.ForeignKey(AppraisalPeriod, models.CASCADE, related_name="scores", verbose_name="考核期")
    staff = models.ForeignKey(
        "organisation.Staff", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="人员"
    )
    window = models.ForeignKey(
        "organisation.Window", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="窗口"
    )
    # The department itself, or the one the person or window belonged to when last computed.
    department = models.ForeignKey(
        "organisation.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="部门"
    )
    # The first working day of a person who came after the first day of the period: 不满考核期.
    since = models.DateField("到岗", null=True, blank=True)
    total = models.DecimalField("总分", max_digits=6, decimal_places=1, default=Decimal(0))
    rank = models.PositiveIntegerField("名次", default=0)
    band = models.CharField("等次", max_length=10, choices=Band.choices, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "考核表"
        ordering = ("period_id", "rank", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("period", "staff"), condition=Q(staff__isnull=False), name="score_once_a_person"
            ),
            models.UniqueConstraint(
                fields=("period", "window"), condition=Q(window__isnull=False), name="score_once_a_window"
            ),
            models.UniqueConstraint(
                fields=("period", "department"),
                condition=Q(staff__isnull=True, window__isnull=True),
                name="score_once_a_department",
            ),
            models.CheckConstraint(
                condition=Q(staff__isnull=True, window__isnull=False)
                | Q(staff__isnull=False, window__isnull=True)
                | Q(staff__isnull=True, window__isnull=True, department__isnull=False),
                name="score_names_one_subject",
                violation_error_message="一张考核表只考核一个对象。",
            ),
        )
        indexes = (models.Index(fields=("staff", "-period"), name="score_of_staff"),)

    def __str__(self) -> str:
        return self.label

    @property
    def kind(self) -> SubjectKind:
        """Whom the sheet is about."""
        if self.staff_id is not None:
            return SubjectKind.PERSON
        return SubjectKind.WINDOW if self.window_id is not None else SubjectKind.DEPARTMENT

    @property
    def subject(self) -> int:
        """The key of the person, window or department."""
        return self.staff_id or self.window_id or self.department_id or 0

    @property
    def label(self) -> str:
        """The name of the person, window or department."""
        return str(self.staff or self.window or self.department)


class ScoreEntry(models.Model):
    """Points with their reason: the start of a line, a fact, an indicator's value, or a manual mark."""

    score = models.ForeignKey(Score, models.CASCADE, related_name="entries", verbose_name="考核表")
    line = models.ForeignKey(Line, models.PROTECT, related_name="+", verbose_name="项目")
    # `start`, `indicator`, `over`, `manual:7`, or the key of the fact.
    key = models.CharField("事由编号", max_length=120)
    source = models.CharField("来源", max_length=60, blank=True)
    docket = models.CharField("办件编号", max_length=40, blank=True)
    url = models.CharField("链接", max_length=300, blank=True)
    text = models.CharField("事由", max_length=300)
    occurred_at = models.DateTimeField("发生时间", null=True, blank=True)
    points = models.DecimalField("分数", max_digits=5, decimal_places=1)
    struck = models.BooleanField("已撤销", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "记分"
        ordering = ("score_id", "line__position", "occurred_at", "pk")
        constraints = (
            models.UniqueConstraint(fields=("score", "line", "key"), name="entry_once_a_fact"),
            models.CheckConstraint(condition=~Q(key=""), name="entry_has_key"),
        )

    def __str__(self) -> str:
        return f"{self.points:+} {self.text}"


class ManualMark(models.Model):
    """A mark somebody gave by judgement: with evidence, and counted only after a second person agreed."""

    score = models.ForeignKey(Score, models.PROTECT, related_name="marks", verbose_name="考核表")
    line = models.ForeignKey(Line, models.PROTECT, related_name="+", verbose_name="项目")
    points = models.DecimalField("分数", max_digits=5, decimal_places=1)
    evidence = models.TextField("证据", max_length=500)
    state = models.CharField("状态", max_length=10, choices=MarkState.choices, default=MarkState.PROPOSED)
    marked_at = models.DateTimeField("记分时间")
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="记分人")
    decided_at = models.DateTimeField("审核时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审核人"
    )
    reason = models.CharField("审核意见", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "人工记分"
        ordering = ("-marked_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=~Q(evidence=""), name="mark_has_evidence", violation_error_message="人工记分必须写明证据。"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("marked_by")),
                name="mark_second_person",
                violation_error_message="记分和审核不能是同一个人。",
            ),
            models.CheckConstraint(
                condition=Q(state=MarkState.PROPOSED, decided_at__isnull=True)
                | (~Q(state=MarkState.PROPOSED) & Q(decided_at__isnull=False)),
                name="mark_decided_when",
            ),
            both_or_none("decided_at", "decided_by", name="mark_decided_pair", sentence="审核要写明时间和审核人。"),
        )

    def __str__(self) -> str:
        return f"{self.points:+} {self.line}"


class Objection(models.Model):
    """The appraised says an entry is wrong. It keeps what was objected to, for the entry itself is recomputed."""

    score = models.ForeignKey(Score, models.PROTECT, related_name="objections", verbose_name="考核表")
    line = models.ForeignKey(Line, models.PROTECT, related_name="+", verbose_name="项目")
    key = models.CharField("事由编号", max_length=120)
    text = models.CharField("记分事由", max_length=300)
    points = models.DecimalField("分数", max_digits=5, decimal_places=1)
    grounds = models.TextField("异议理由", max_length=500)
    state = models.CharField("状态", max_length=8, choices=ObjectionState.choices, default=ObjectionState.OPEN)
    raised_at = models.DateTimeField("提出时间")
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="提出人")
    decided_at = models.DateTimeField("裁定时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="裁定人"
    )
    reason = models.CharField("裁定理由", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "考核异议"
        ordering = ("-raised_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("score", "line", "key"),
                name="objection_once",
                violation_error_message="这一条已提过异议。",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("raised_by")),
                name="objection_second_reader",
                violation_error_message="提出异议和裁定不能是同一个人。",
            ),
            models.CheckConstraint(
                condition=Q(state=ObjectionState.OPEN, decided_at__isnull=True)
                | (~Q(state=ObjectionState.OPEN) & Q(decided_at__isnull=False) & ~Q(reason="")),
                name="objection_decided_with_reason",
                violation_error_message="裁定要写明理由。",
            ),
            both_or_none(
                "decided_at", "decided_by", name="objection_decided_pair", sentence="裁定要写明时间和裁定人。"
            ),
        )

    def __str__(self) -> str:
        return self.text


class Confirmation(models.Model):
    """The appraised has read the sheet. It is no agreement, and stands beside the sheet, which is frozen."""

    score = models.OneToOneField(Score, models.PROTECT, related_name="confirmation", verbose_name="考核表")
    total = models.DecimalField("确认时的总分", max_digits=6, decimal_places=1)
    confirmed_at = models.DateTimeField("确认时间")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="确认人")

    class Meta:
        verbose_name = verbose_name_plural = "阅知确认"

    def __str__(self) -> str:
        return f"{self.score_id} {self.confirmed_at:%Y-%m-%d}"
