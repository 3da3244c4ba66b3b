"""Rules of supervision, their versions, their trials on the past, and what the watch will look at again."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hall.ledger.uuids import uuid7
from hall.supervision.enums import Colour, DeferralReason, VersionStatus

USER = settings.AUTH_USER_MODEL


class SuperviseRule(models.Model):
    """What is watched: the facts of one source. How, since when and with what colour stands in its versions."""

    code = models.CharField("代码", max_length=40, unique=True)
    name = models.CharField("规则", max_length=80)
    source = models.CharField("事实来源", max_length=60)
    position = models.PositiveSmallIntegerField("次序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "监察规则"
        ordering = ("position", "code")

    def __str__(self) -> str:
        return self.name


class RuleVersion(models.Model):
    """One wording of a rule. Once switched on it never changes (trigger); a later one takes its place.

    `center` is the center whose subtree it governs; empty: everywhere. `options` are the thresholds of the source.
    It holds for facts of the days [applies_from, applies_until). `watched_until` is the mark up to which the watch has
    read what was recorded; `parked_error` names what stopped it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    rule = models.ForeignKey(SuperviseRule, models.PROTECT, related_name="versions", verbose_name="规则")
    number = models.PositiveSmallIntegerField("版本")
    center = models.ForeignKey(
        "organisation.Center", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="中心"
    )
    status = models.CharField("状态", max_length=12, choices=VersionStatus.choices, default=VersionStatus.DRAFT)
    colour = models.CharField("信号", max_length=8, choices=Colour.choices)
    options = models.JSONField("阈值", default=dict, blank=True)
    feedback_days = models.PositiveSmallIntegerField("反馈期限（工作日）", default=5)
    feedback_source = models.CharField("反馈期限依据", max_length=200)
    reason = models.TextField("事由写法", max_length=500)
    basis = models.TextField("依据", max_length=500)
    applies_from = models.DateField("施行日期", null=True, blank=True)
    applies_until = models.DateField("停止适用", null=True, blank=True)
    drafted_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="起草人")
    drafted_at = models.DateTimeField("起草时间", null=True, blank=True)
    enabled_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="启用人")
    enabled_at = models.DateTimeField("启用时间", null=True, blank=True)
    stopped_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="停用人")
    stopped_at = models.DateTimeField("停用时间", null=True, blank=True)
    watched_until = models.DateTimeField("已查到", null=True, blank=True, editable=False)
    parked_until = models.DateTimeField("暂缓到", null=True, blank=True, editable=False)
    parked_error = models.CharField("出错", max_length=80, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "规则版本"
        ordering = ("rule_id", "-number")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("rule", "number"), name="rule_version_number", violation_error_message="这个版本号已有。"
            ),
            models.UniqueConstraint(
                fields=("rule", "center"),
                condition=Q(status=VersionStatus.DRAFT),
                nulls_distinct=False,
                name="rule_one_draft",
                violation_error_message="这条规则已有一份草稿，请接着改那一份。",
            ),
            models.UniqueConstraint(
                fields=("rule", "center"),
                condition=Q(status=VersionStatus.ON),
                nulls_distinct=False,
                name="rule_one_on",
                violation_error_message="这条规则同时只能启用一个版本。",
            ),
            models.CheckConstraint(
                condition=Q(status__in=VersionStatus.values) & Q(colour__in=Colour.values),
                name="rule_version_words_known",
                violation_error_message="规则的状态或信号不认识。",
            ),
            models.CheckConstraint(
                condition=Q(enabled_at__isnull=True, enabled_by__isnull=True)
                | Q(enabled_at__isnull=False, enabled_by__isnull=False),
                name="rule_version_enabled_pair",
                violation_error_message="启用时间和启用人要一起写。",
            ),
            models.CheckConstraint(
                condition=Q(drafted_at__isnull=True, drafted_by__isnull=True)
                | Q(drafted_at__isnull=False, drafted_by__isnull=False),
                name="rule_version_drafted_pair",
                violation_error_message="起草时间和起草人要一起写。",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True, stopped_by__isnull=True)
                | Q(stopped_at__isnull=False, stopped_by__isnull=False),
                name="rule_version_stopped_pair",
                violation_error_message="停用时间和停用人要一起写。",
            ),
            models.CheckConstraint(
                condition=Q(status__in=(VersionStatus.TEMPLATE, VersionStatus.DRAFT), enabled_at__isnull=True)
                | Q(
                    status__in=(VersionStatus.ON, VersionStatus.SUPERSEDED, VersionStatus.OFF),
                    enabled_at__isnull=False,
                    applies_from__isnull=False,
                    watched_until__isnull=False,
                ),
                name="rule_version_enabled_whole",
                violation_error_message="启用的版本要有启用人和施行日期。",
            ),
            models.CheckConstraint(
                condition=Q(applies_until__isnull=True) | Q(applies_until__gte=F("applies_from")),
                name="rule_version_days_in_order",
                violation_error_message="停止适用的日期不能早于施行日期。",
            ),
            models.CheckConstraint(
                condition=~Q(basis="") & ~Q(reason="") & ~Q(feedback_source=""),
                name="rule_version_says_why",
                violation_error_message="规则要写明事由、依据和反馈期限的依据。",
            ),
            models.CheckConstraint(
                condition=Q(feedback_days__range=(1, 30)),
                name="rule_version_feedback_days",
                violation_error_message="反馈期限应在 1 到 30 个工作日之间。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} 第 {self.number} 版"


class Trial(models.Model):
    """Somebody tried one or more versions on a past period; nothing else was written."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    center = models.ForeignKey(
        "organisation.Center", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="中心"
    )
    period = models.CharField("期间", max_length=24)
    tried_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="试算人")
    tried_at = models.DateTimeField("试算时间")

    class Meta:
        verbose_name = verbose_name_plural = "试算"
        ordering = ("-tried_at", "-pk")
        indexes: ClassVar = [models.Index(fields=["tried_at"], name="trial_at")]

    def __str__(self) -> str:
        return f"{self.period} {self.tried_at:%Y-%m-%d}"


class TrialLine(models.Model):
    """What one version would have raised, with the wording it had then, and by whom: ids with counts."""

    trial = models.ForeignKey(Trial, models.CASCADE, related_name="lines", verbose_name="试算")
    version = models.ForeignKey(RuleVersion, models.CASCADE, related_name="trial_lines", verbose_name="规则版本")
    colour = models.CharField("信号", max_length=8, choices=Colour.choices)
    options = models.JSONField("阈值", default=dict)
    count = models.PositiveIntegerField("会发")
    paused = models.PositiveIntegerField("停表不发", default=0)
    uncounted = models.PositiveIntegerField("未分到人和部门", default=0)
    departments = models.JSONField("按部门", default=dict)
    people = models.JSONField("按人", default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "试算结果"
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("trial", "version"), name="trial_version_once", violation_error_message="同一版本只试算一次。"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.count}"


class Deferral(models.Model):
    """A fact the watch comes back to: its clock stands still, or writing its card failed."""

    version = models.ForeignKey(RuleVersion, models.CASCADE, related_name="deferrals", verbose_name="规则版本")
    fact_key = models.CharField("事实", max_length=200)
    day = models.DateField("记录日", help_text="按这一天再去找它。")
    reason = models.CharField("原因", max_length=8, choices=DeferralReason.choices)
    error = models.CharField("出错", max_length=80, blank=True)
    since = models.DateTimeField("起")
    look_again_at = models.DateTimeField("再看时间")

    class Meta:
        verbose_name = verbose_name_plural = "留待再看的事实"
        ordering = ("look_again_at", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("version", "fact_key"), name="deferral_once", violation_error_message="这件事实已留待再看。"
            ),
        ]

    def __str__(self) -> str:
        return self.fact_key
