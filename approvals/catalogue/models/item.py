"""Items and their immutable versions: what a center offers, and under which words each case was filed."""

import re
from collections.abc import Collection
from typing import Any, Self

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from approvals.catalogue.enums import (
    STATUTORY_UNITS,
    CaseKind,
    InstantDeadline,
    ItemKind,
    LimitUnit,
    ResultKind,
    ServiceTarget,
    VersionStatus,
    VisitCount,
)
from approvals.catalogue.errors import FrozenVersionError
from approvals.catalogue.models.regime import Regime, count_field, limit_of, paired_constraint, unit_field
from hall.organisation.pinyin import spell
from hall.workdays.terms import Limit

_CODE = r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z"
ITEM_CODE = RegexValidator(_CODE, "事项编码只能用字母、数字、横线、点和下划线，最多 64 位。")


def is_item_code(text: str) -> bool:
    """Whether `text` may be the code of an item."""
    return re.match(_CODE, text) is not None


class ServiceItem(models.Model):
    """事项: one thing people can apply for at a department. What it says lives in its versions."""

    code = models.CharField(
        "事项编码",
        max_length=64,
        unique=True,
        validators=[ITEM_CODE],
        error_messages={"unique": "这个事项编码已经登记过了。"},
    )
    name = models.CharField("事项名称", max_length=200)
    department = models.ForeignKey(
        "organisation.Department", models.PROTECT, related_name="items", verbose_name="实施部门"
    )
    department_code = models.CharField("部门编码（原样）", max_length=64, blank=True, default="")
    main_item = models.CharField("主项名称", max_length=200, blank=True, default="")
    source_link = models.URLField("来源链接", max_length=600, blank=True, default="")
    pinyin = models.CharField("拼音", max_length=400, blank=True, default="", editable=False)
    initials = models.CharField("拼音首字母", max_length=100, blank=True, default="", db_index=True, editable=False)
    current = models.OneToOneField(
        "catalogue.ItemVersion", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="现行版本"
    )
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = "事项"
        verbose_name_plural = "事项"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the spelling beside the name, also in a save of the name alone."""
        self.pinyin, self.initials = spell(self.name)
        fields = kwargs.get("update_fields")
        if fields is not None and "name" in fields:
            kwargs["update_fields"] = {*fields, "pinyin", "initials"}
        super().save(*args, **kwargs)

    @property
    def takes_cases(self) -> bool:
        return self.current_id is not None


class ItemVersion(models.Model):
    """One wording of an item. A draft may be edited; a published one never changes (a trigger holds it too).

    Status moves draft → published → superseded or abolished, only by `approvals.catalogue.actions`.
    """

    item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="versions", verbose_name="事项")
    number = models.PositiveSmallIntegerField("版本号", default=1)
    status = models.CharField("状态", max_length=12, choices=VersionStatus.choices, default=VersionStatus.DRAFT)
    revision = models.PositiveIntegerField("修订次数", default=1, editable=False)

    name = models.CharField("事项名称", max_length=200)
    kind = models.CharField("事项类型", max_length=16, choices=ItemKind.choices)
    case_kind = models.CharField("办件类型", max_length=12, choices=CaseKind.choices, default=CaseKind.PROMISE)
    instant_deadline = models.CharField(
        "即办口径", max_length=16, choices=InstantDeadline.choices, default=InstantDeadline.SAME_DAY
    )
    target = models.CharField("服务对象", max_length=16, choices=ServiceTarget.choices, default=ServiceTarget.BOTH)
    regime = models.ForeignKey(
        Regime, models.PROTECT, null=True, blank=True, related_name="versions", verbose_name="适用制度"
    )
    summary = models.TextField("一句话说明", blank=True, default="")

    statute_count, statute_unit = count_field("法定办结时限"), unit_field("法定时限单位")
    statute_note = models.CharField("法定时限说明", max_length=300, blank=True, default="")
    promise_count, promise_unit = count_field("承诺办结时限"), unit_field("承诺时限单位")
    promise_note = models.CharField("承诺时限说明", max_length=300, blank=True, default="")
    extends_promise = models.BooleanField("延期同时顺延承诺", null=True, blank=True)
    promise_supplement = models.BooleanField("可以容缺受理", default=False)
    supplement_count, supplement_unit = count_field("容缺补齐期限"), unit_field("容缺补齐期限单位")
    supplement_rule = models.CharField("容缺依据", max_length=300, blank=True, default="")

    visits = models.CharField("到现场次数", max_length=8, choices=VisitCount.choices, default=VisitCount.ONCE)
    visits_reason = models.CharField("到现场原因", max_length=300, blank=True, default="")
    by_counter = models.BooleanField("窗口办理", default=True)
    by_online = models.BooleanField("网上办理", default=False)
    by_post = models.BooleanField("邮寄办理", default=False)
    no_materials = models.BooleanField("不需要提交材料", default=False)
    quantity_limit = models.CharField("数量限制", max_length=300, blank=True, default="")
    is_free = models.BooleanField("不收费", default=False)

    result_name = models.CharField("办理结果", max_length=200, blank=True, default="")
    result_kind = models.CharField("结果类型", max_length=16, choices=ResultKind.choices, default=ResultKind.OTHER)
    result_validity = models.CharField("有效期", max_length=100, blank=True, default="")

    place = models.CharField("办理地点", max_length=300, blank=True, default="")
    hours = models.CharField("办理时间", max_length=300, blank=True, default="")
    phone = models.CharField("咨询电话", max_length=60, blank=True, default="")
    complaint = models.CharField("投诉渠道", max_length=300, blank=True, default="")
    remedies = models.TextField("复议和诉讼", blank=True, default="")
    change_note = models.CharField("本次改动", max_length=300, blank=True, default="")

    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="发布人"
    )
    superseded_at = models.DateTimeField("替代时间", null=True, blank=True)
    abolished_at = models.DateTimeField("取消时间", null=True, blank=True)
    abolished_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="取消人"
    )
    abolish_reason = models.CharField("取消依据", max_length=300, blank=True, default="")
    history = HistoricalRecords()

    # The only columns that may change after publication, and only together with `status`.
    LIFE_FIELDS = frozenset({"status", "superseded_at", "abolished_at", "abolished_by", "abolish_reason"})
    stored_status: str = VersionStatus.DRAFT

    class Meta:
        verbose_name = "事项版本"
        verbose_name_plural = "事项版本"
        ordering = ["item", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="itemversion_number_unique"),
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(status=VersionStatus.PUBLISHED),
                name="itemversion_one_published",
                violation_error_message="一个事项同时只能有一个现行版本。",
            ),
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(status=VersionStatus.DRAFT),
                name="itemversion_one_draft",
                violation_error_message="这个事项已经有一份草稿，请先改完它。",
            ),
            paired_constraint("itemversion", "statute", "法定时限"),
            paired_constraint("itemversion", "promise", "承诺时限"),
            paired_constraint("itemversion", "supplement", "容缺补齐期限"),
            models.CheckConstraint(
                condition=Q(statute_unit="") | Q(statute_unit__in=sorted(STATUTORY_UNITS)),
                name="itemversion_statute_unit",
                violation_error_message="法定时限不能用营业小时。",
            ),
            models.CheckConstraint(
                condition=Q(status=VersionStatus.DRAFT, published_at__isnull=True)
                | (~Q(status=VersionStatus.DRAFT) & Q(published_at__isnull=False)),
                name="itemversion_published_at",
                violation_error_message="发布过的版本必须有发布时间。",
            ),
            models.CheckConstraint(
                condition=Q(published_by__isnull=True) | Q(published_at__isnull=False),
                name="itemversion_published_paired",
            ),
            models.CheckConstraint(
                condition=Q(status=VersionStatus.ABOLISHED, abolished_at__isnull=False) & ~Q(abolish_reason="")
                | (~Q(status=VersionStatus.ABOLISHED) & Q(abolished_at__isnull=True, abolished_by__isnull=True)),
                name="itemversion_abolished_paired",
                violation_error_message="取消事项必须写明时间和依据。",
            ),
            models.CheckConstraint(
                condition=Q(superseded_at__isnull=True) | Q(superseded_at__gte=F("published_at")),
                name="itemversion_superseded_after",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（第 {self.number} 版）"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save a draft, or the life columns of a frozen version; anything else raises `FrozenVersionError`."""
        fields = kwargs.get("update_fields")
        only_life = fields is not None and set(fields) <= self.LIFE_FIELDS
        if self.pk and self.stored_status != VersionStatus.DRAFT and not only_life:
            raise FrozenVersionError(self.number)
        super().save(*args, **kwargs)
        self.stored_status = self.status

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if self.stored_status != VersionStatus.DRAFT:
            raise FrozenVersionError(self.number)
        return super().delete(*args, **kwargs)

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **kwargs: Any) -> Self:
        """Remember in which state the row was read: `save` asks the past, not what somebody set since."""
        version = super().from_db(db, field_names, values, **kwargs)
        if "status" not in version.get_deferred_fields():
            version.stored_status = version.status
        return version

    @property
    def is_draft(self) -> bool:
        return self.status == VersionStatus.DRAFT

    @property
    def is_instant(self) -> bool:
        return self.case_kind == CaseKind.INSTANT

    @property
    def promise(self) -> Limit | None:
        """The promised limit. 即办 is zero working days: due on the day it was accepted."""
        if self.is_instant:
            return Limit(0, LimitUnit.WORKDAY)
        return limit_of(self.promise_count, self.promise_unit)

    @property
    def statute(self) -> Limit | None:
        return limit_of(self.statute_count, self.statute_unit)

    @property
    def supplement(self) -> Limit | None:
        """How long a promised supplement may take, where 容缺 is offered at all."""
        return limit_of(self.supplement_count, self.supplement_unit) if self.promise_supplement else None

    @property
    def extension_moves_promise(self) -> bool:
        """Whether an approved extension moves the promise too: the version's word, else its regime's, else no."""
        if self.extends_promise is not None:
            return self.extends_promise
        return self.regime.extension_moves_promise if self.regime else False

    @property
    def channels(self) -> tuple[str, ...]:
        """办理形式 as words."""
        offered = ((self.by_counter, "窗口办理"), (self.by_online, "网上办理"), (self.by_post, "邮寄办理"))
        return tuple(label for on, label in offered if on)
