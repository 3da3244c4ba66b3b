"""考核细则: what is scored, with which weight, fed by what. A version in force never changes (trigger)."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hall.appraisal.enums import LineKind, Rhythm, SchemeState, Start, SubjectKind


def both_or_none(at: str, by: str, *, name: str, sentence: str) -> models.CheckConstraint:
    """A moment and a person go together: neither is written without the other."""
    neither = Q(**{f"{at}__isnull": True, f"{by}__isnull": True})
    both = Q(**{f"{at}__isnull": False, f"{by}__isnull": False})
    return models.CheckConstraint(condition=neither | both, name=name, violation_error_message=sentence)


class SchemeVersion(models.Model):
    """One version of the rules for a subject kind and rhythm of a center. Without a center it is a model to copy."""

    center = models.ForeignKey(
        "organisation.Center", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="中心"
    )
    subject = models.CharField("考核对象", max_length=10, choices=SubjectKind.choices)
    rhythm = models.CharField("周期", max_length=8, choices=Rhythm.choices)
    number = models.PositiveSmallIntegerField("版本号", default=1)
    name = models.CharField("名称", max_length=60)
    source = models.CharField("依据", max_length=300)
    # Bonus lines together never add more (苍南县 2019: 5; settings keep the highest a hall may write).
    bonus_cap = models.PositiveSmallIntegerField("加分上限", default=5)
    state = models.CharField("状态", max_length=10, choices=SchemeState.choices, default=SchemeState.DRAFT)
    created_at = models.DateTimeField("起草时间", null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="起草人"
    )
    on_at = models.DateTimeField("施行时间", null=True, blank=True)
    on_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="启用人"
    )
    superseded_at = models.DateTimeField("替换时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "考核细则"
        ordering = ("center_id", "subject", "rhythm", "-number")
        constraints = (
            models.UniqueConstraint(
                fields=("center", "subject", "rhythm"),
                condition=Q(state=SchemeState.ON),
                name="scheme_one_in_force",
                violation_error_message="这类对象这个周期已有施行的细则。",
            ),
            models.UniqueConstraint(
                fields=("center", "subject", "rhythm", "number"),
                nulls_distinct=False,
                name="scheme_number_once",
                violation_error_message="已有同号的版本。",
            ),
            models.CheckConstraint(
                condition=Q(state=SchemeState.DRAFT, on_at__isnull=True) | Q(center__isnull=False, on_at__isnull=False),
                name="scheme_in_force_has_center",
                violation_error_message="示例细则要先复制到中心才能施行。",
            ),
            models.CheckConstraint(
                condition=Q(subject__in=SubjectKind.values) & Q(rhythm__in=Rhythm.values),
                name="scheme_words_known",
                violation_error_message="考核对象或周期不在列表里。",
            ),
            models.CheckConstraint(
                condition=~Q(source="") & ~Q(name=""),
                name="scheme_has_source",
                violation_error_message="细则必须有名称和依据。",
            ),
            both_or_none("on_at", "on_by", name="scheme_on_pair", sentence="施行要写明时间和启用人。"),
            both_or_none("created_at", "created_by", name="scheme_created_pair", sentence="起草要写明时间和起草人。"),
        )

    def __str__(self) -> str:
        return f"{self.name}（第 {self.number} 版）"

    @property
    def is_model(self) -> bool:
        """Whether it is a sample that belongs to no center and can only be copied."""
        return self.center_id is None


def no_options() -> dict[str, Any]:
    """The default of a JSON column."""
    return {}


def no_scale() -> list[list[int]]:
    """The default of a scale."""
    return []


class Line(models.Model):
    """One thing scored. Points have one decimal; weights of the lines that are no bonus sum to 100."""

    version = models.ForeignKey(SchemeVersion, models.CASCADE, related_name="lines", verbose_name="细则")
    position = models.PositiveSmallIntegerField("序号")
    name = models.CharField("考核内容", max_length=60)
    kind = models.CharField("计分方式", max_length=10, choices=LineKind.choices)
    start = models.CharField("起点", max_length=4, choices=Start.choices, default=Start.FULL)
    bonus = models.BooleanField("加分项", default=False)
    weight = models.PositiveSmallIntegerField("分值", default=0)
    # facts: what is counted, and how much each one gives or takes
    source = models.CharField("事实来源", max_length=60, blank=True)
    per_fact = models.DecimalField("每件加（减）分", max_digits=5, decimal_places=1, default=Decimal(0))
    cap = models.PositiveSmallIntegerField("本项上限", null=True, blank=True)
    options = models.JSONField("来源的参数", default=no_options, blank=True)
    # indicator: [threshold, points], the best first; a threshold is per mille of a share or the plain count
    indicator = models.CharField("指标", max_length=60, blank=True)
    scale = models.JSONField("档次", default=no_scale, blank=True)
    ascending = models.BooleanField("越高越好", default=True)
    note = models.CharField("评分说明", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "考核项目"
        ordering = ("version_id", "position")
        constraints = (
            models.UniqueConstraint(
                fields=("version", "position"), name="line_position_once", violation_error_message="序号重复。"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=LineKind.values) & Q(start__in=Start.values),
                name="line_words_known",
                violation_error_message="计分方式不在列表里。",
            ),
            models.CheckConstraint(
                condition=(Q(kind=LineKind.FACTS) & ~Q(source="") & ~Q(per_fact=0))
                | (Q(kind=LineKind.INDICATOR) & ~Q(indicator=""))
                | Q(kind=LineKind.MANUAL),
                name="line_names_what_feeds_it",
                violation_error_message="按事实计的项目要选来源和每件分数，按指标计的要选指标。",
            ),
            models.CheckConstraint(
                # A comparison with NULL is not false, so a cap is asked for first.
                condition=Q(bonus=False, weight__gt=0)
                | Q(bonus=True, weight=0, start=Start.ZERO, cap__isnull=False, cap__gt=0),
                name="line_weight_or_bonus",
                violation_error_message="考核项目要有分值；加分项没有分值，从零分起加，要有上限。",
            ),
            models.CheckConstraint(
                condition=Q(bonus=True) | Q(cap__isnull=True) | Q(cap__lte=F("weight")),
                name="line_cap_within_weight",
                violation_error_message="本项上限不能大于分值。",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def limit(self) -> Decimal:
        """How many points the line may give or take at most."""
        return Decimal(self.cap if self.cap is not None else self.weight)
