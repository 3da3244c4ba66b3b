"""Regimes: the statute an item is decided under, and every consequence and number that follows from it."""

from django.db import models
from django.db.models import F, Q

from approvals.catalogue.enums import ExtensionApprover, LapseSubject, LimitUnit
from hall.workdays.terms import Limit


def limit_of(count: int | None, unit: str) -> Limit | None:
    """The limit a pair of columns holds, or None where the row says there is none."""
    return None if count is None or not unit else Limit(count, unit)


def unit_field(label: str) -> "models.CharField[str, str]":
    """A column for the unit that belongs to a count; empty where the count is."""
    return models.CharField(label, max_length=16, choices=LimitUnit.choices, blank=True, default="")


def count_field(label: str) -> "models.PositiveSmallIntegerField[int | None, int | None]":
    return models.PositiveSmallIntegerField(label, null=True, blank=True)


def article_field(label: str) -> "models.CharField[str, str]":
    return models.CharField(label, max_length=120, blank=True, default="")


def paired(name: str) -> Q:
    """A count and its unit are both there or both missing."""
    return Q(**{f"{name}_count__isnull": True, f"{name}_unit": ""}) | (
        Q(**{f"{name}_count__isnull": False}) & ~Q(**{f"{name}_unit": ""})
    )


def paired_constraint(table: str, name: str, label: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=paired(name),
        name=f"{table}_{name}_paired",
        violation_error_message=f"{label}的数量和单位要么都填，要么都不填。",
    )


class Regime(models.Model):
    """One statute's time rules, dated and sourced (law 6). No regime, no automatic consequence.

    Immutable once a published version refers to it: a change of the law is a new row with its own `effective_from`.
    Empty counts mean that the statute has no such limit.
    """

    code = models.SlugField("代码", max_length=60, unique=True)
    name = models.CharField("名称", max_length=80)
    statute = models.CharField("法律文件", max_length=200)
    effective_from = models.DateField("施行日期")
    effective_until = models.DateField("失效日期", null=True, blank=True)
    source = models.CharField("来源", max_length=500)

    decision_limit_count, decision_limit_unit = count_field("决定期限"), unit_field("决定期限单位")
    decision_article = article_field("决定期限条款")
    notice_limit_count, notice_limit_unit = count_field("一次性告知期限"), unit_field("一次性告知期限单位")
    notice_article = article_field("一次性告知条款")
    deemed_acceptance = models.BooleanField("逾期不告知即视为受理", default=False)
    deemed_acceptance_article = article_field("视为受理条款")
    delivery_limit_count, delivery_limit_unit = count_field("送达期限"), unit_field("送达期限单位")
    delivery_article = article_field("送达条款")
    extension_count, extension_unit = count_field("可延长"), unit_field("可延长单位")
    extension_approver = models.CharField(
        "延期批准人", max_length=20, choices=ExtensionApprover.choices, blank=True, default=""
    )
    extension_article = article_field("延期条款")
    extension_moves_promise = models.BooleanField("延期同时顺延承诺", default=False)
    joint_limit_count, joint_limit_unit = count_field("联合办理期限"), unit_field("联合办理期限单位")
    joint_extension_count, joint_extension_unit = count_field("联合办理可延长"), unit_field("联合办理可延长单位")
    joint_extension_approver = models.CharField(
        "联合办理延期批准人", max_length=20, choices=ExtensionApprover.choices, blank=True, default=""
    )
    joint_article = article_field("联合办理条款")
    hearing_request_count, hearing_request_unit = count_field("申请听证期限"), unit_field("申请听证期限单位")
    hearing_hold_count, hearing_hold_unit = count_field("组织听证期限"), unit_field("组织听证期限单位")
    hearing_notice_count, hearing_notice_unit = count_field("听证通知提前"), unit_field("听证通知提前单位")
    hearing_article = article_field("听证条款")
    remedies = models.TextField("救济途径", blank=True, default="")

    class Meta:
        verbose_name = "适用制度"
        verbose_name_plural = "适用制度"
        ordering = ["name", "-effective_from"]
        constraints = [
            *(
                paired_constraint("regime", name, label)
                for name, label in (
                    ("decision_limit", "决定期限"),
                    ("notice_limit", "告知期限"),
                    ("delivery_limit", "送达期限"),
                    ("extension", "延期"),
                    ("joint_limit", "联合办理期限"),
                    ("joint_extension", "联合办理延期"),
                    ("hearing_request", "申请听证期限"),
                    ("hearing_hold", "组织听证期限"),
                    ("hearing_notice", "听证通知提前"),
                )
            ),
            models.CheckConstraint(
                condition=Q(deemed_acceptance=False) | Q(notice_limit_count__isnull=False),
                name="regime_deemed_needs_notice",
                violation_error_message="没有告知期限，就没有逾期视为受理。",
            ),
            models.CheckConstraint(
                condition=Q(extension_count__isnull=True) | ~Q(extension_approver=""),
                name="regime_extension_approver",
                violation_error_message="可以延期的，必须写明由谁批准。",
            ),
            models.CheckConstraint(
                condition=Q(effective_until__isnull=True) | Q(effective_until__gte=F("effective_from")),
                name="regime_dates_ordered",
                violation_error_message="失效日期不能早于施行日期。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def decision_limit(self) -> Limit | None:
        return limit_of(self.decision_limit_count, self.decision_limit_unit)

    @property
    def notice_limit(self) -> Limit | None:
        return limit_of(self.notice_limit_count, self.notice_limit_unit)

    @property
    def delivery_limit(self) -> Limit | None:
        return limit_of(self.delivery_limit_count, self.delivery_limit_unit)

    @property
    def extension(self) -> Limit | None:
        return limit_of(self.extension_count, self.extension_unit)

    @property
    def joint_limit(self) -> Limit | None:
        return limit_of(self.joint_limit_count, self.joint_limit_unit)

    @property
    def joint_extension(self) -> Limit | None:
        return limit_of(self.joint_extension_count, self.joint_extension_unit)

    @property
    def hearing_request(self) -> Limit | None:
        return limit_of(self.hearing_request_count, self.hearing_request_unit)

    @property
    def hearing_hold(self) -> Limit | None:
        return limit_of(self.hearing_hold_count, self.hearing_hold_unit)

    @property
    def hearing_notice(self) -> Limit | None:
        return limit_of(self.hearing_notice_count, self.hearing_notice_unit)


class PauseGround(models.Model):
    """One ground on which a regime stops the clock.

    A ground without law and article stops the promise only: the statute keeps running (law 6). A constraint holds it.
    """

    regime = models.ForeignKey(Regime, models.PROTECT, related_name="pause_grounds", verbose_name="适用制度")
    code = models.SlugField("代码", max_length=40)
    name = models.CharField("名称", max_length=40)
    law = models.CharField("法律依据", max_length=120, blank=True, default="")
    article = article_field("条款")
    stops_statute = models.BooleanField("法定期限同时停表", default=False)
    position = models.PositiveSmallIntegerField("顺序", default=0)

    class Meta:
        verbose_name = "停表事由"
        verbose_name_plural = "停表事由"
        ordering = ["regime", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["regime", "code"], name="pauseground_unique", violation_error_message="这个停表事由已经有了。"
            ),
            models.CheckConstraint(
                condition=Q(stops_statute=False) | (~Q(law="") & ~Q(article="")),
                name="pauseground_statute_needs_article",
                violation_error_message="没有法律和条款的事由只停承诺，不停法定期限。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LapseRule(models.Model):
    """The rule by which a center treats a supplement or correction that never came as withdrawal (law 7).

    Where no row is in force, nothing lapses by itself: the case is flagged and an officer ends it in writing.
    """

    center = models.ForeignKey("organisation.Center", models.PROTECT, related_name="lapse_rules", verbose_name="中心")
    subject = models.CharField("情形", max_length=16, choices=LapseSubject.choices)
    rule = models.CharField("规则名称", max_length=200)
    article = models.CharField("条款", max_length=120)
    effective_from = models.DateField("施行日期")
    effective_until = models.DateField("失效日期", null=True, blank=True)
    source = models.CharField("来源", max_length=500)

    class Meta:
        verbose_name = "逾期视为撤回的规则"
        verbose_name_plural = "逾期视为撤回的规则"
        ordering = ["center", "subject", "-effective_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["center", "subject", "effective_from"],
                name="lapserule_unique",
                violation_error_message="同一中心同一情形同一天只能有一条规则。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule}{self.article}"
