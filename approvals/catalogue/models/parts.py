"""What belongs to one version of an item: bases, conditions, steps, materials with their forms, fees."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from approvals.catalogue.enums import BasisRank, MaterialForm, MaterialNeed, MaterialSource
from approvals.catalogue.models.item import ItemVersion
from approvals.catalogue.models.regime import count_field, limit_of, paired_constraint, unit_field
from hall.workdays.terms import Limit


class GuideFile(models.Model):
    """A blank form or filled sample people may download. Kept once per content; versions share it."""

    sha256 = models.CharField("SHA-256", max_length=64, unique=True)
    name = models.CharField("文件名", max_length=200)
    media_type = models.CharField("类型", max_length=100)
    size = models.PositiveIntegerField("大小（字节）")
    file = models.FileField("文件", upload_to="guide-files/%Y")
    created_at = models.DateTimeField("上传时间", auto_now_add=True)

    class Meta:
        verbose_name = "表格文件"
        verbose_name_plural = "表格文件"

    def __str__(self) -> str:
        return self.name


class Part(models.Model):
    """A row of a version, in the order people read it. Frozen with the version (a trigger holds it)."""

    position = models.PositiveSmallIntegerField("顺序", default=0)

    class Meta:
        abstract = True
        ordering = ["position", "id"]


class LegalBasis(Part):
    """设定依据: law, number, article and its words."""

    version = models.ForeignKey(ItemVersion, models.CASCADE, related_name="legal_bases", verbose_name="版本")
    rank = models.CharField("效力层级", max_length=32, choices=BasisRank.choices, default=BasisRank.LAW)
    title = models.CharField("名称", max_length=200)
    document_no = models.CharField("文号", max_length=120, blank=True, default="")
    article = models.CharField("条款", max_length=120)
    text = models.TextField("条文", blank=True, default="")
    history = HistoricalRecords()

    class Meta(Part.Meta):
        verbose_name = "设定依据"
        verbose_name_plural = "设定依据"

    def __str__(self) -> str:
        return f"《{self.title}》{self.article}"


class Condition(Part):
    """受理条件."""

    version = models.ForeignKey(ItemVersion, models.CASCADE, related_name="conditions", verbose_name="版本")
    text = models.TextField("条件")
    history = HistoricalRecords()

    class Meta(Part.Meta):
        verbose_name = "受理条件"
        verbose_name_plural = "受理条件"

    def __str__(self) -> str:
        return self.text[:40]


class StepLimit(Part):
    """环节 with its own limit. The sum of the limits may not exceed the promise (publish gate)."""

    version = models.ForeignKey(ItemVersion, models.CASCADE, related_name="steps", verbose_name="版本")
    name = models.CharField("环节", max_length=60)
    handler = models.CharField("办理人", max_length=60, blank=True, default="")
    limit_count, limit_unit = count_field("时限"), unit_field("单位")
    standard = models.CharField("审查标准", max_length=300, blank=True, default="")
    outcome = models.CharField("办理结果", max_length=200, blank=True, default="")
    history = HistoricalRecords()

    class Meta(Part.Meta):
        verbose_name = "办理环节"
        verbose_name_plural = "办理环节"
        constraints = [paired_constraint("steplimit", "limit", "环节时限")]

    def __str__(self) -> str:
        return self.name

    @property
    def limit(self) -> Limit | None:
        return limit_of(self.limit_count, self.limit_unit)


class Material(Part):
    """申请材料: what to bring, in which form, how many, and where it comes from."""

    version = models.ForeignKey(ItemVersion, models.CASCADE, related_name="materials", verbose_name="版本")
    name = models.CharField("材料名称", max_length=200)
    need = models.CharField("必要性", max_length=12, choices=MaterialNeed.choices, default=MaterialNeed.REQUIRED)
    form = models.CharField("形式", max_length=12, choices=MaterialForm.choices, default=MaterialForm.ORIGINAL)
    copies = models.PositiveSmallIntegerField("份数", default=1, validators=[MinValueValidator(1)])
    source = models.CharField(
        "来源渠道", max_length=12, choices=MaterialSource.choices, default=MaterialSource.APPLICANT
    )
    condition = models.CharField("何种情形需要", max_length=200, blank=True, default="")
    basis = models.CharField("要求依据", max_length=300, blank=True, default="")
    hint = models.CharField("填报须知", max_length=300, blank=True, default="")
    blank_form = models.ForeignKey(
        GuideFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="空白表格"
    )
    sample = models.ForeignKey(
        GuideFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="填写样例"
    )
    history = HistoricalRecords()

    class Meta(Part.Meta):
        verbose_name = "申请材料"
        verbose_name_plural = "申请材料"
        constraints = [
            models.CheckConstraint(
                condition=Q(copies__gte=1), name="material_copies", violation_error_message="份数至少是 1。"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def may_be_deferred(self) -> bool:
        return self.need == MaterialNeed.DEFERRABLE


class FeeItem(Part):
    """收费: name, amount in yuan (empty where the standard is a formula), and the basis that allows it."""

    version = models.ForeignKey(ItemVersion, models.CASCADE, related_name="fees", verbose_name="版本")
    name = models.CharField("收费项目", max_length=120)
    amount = models.DecimalField("金额（元）", max_digits=12, decimal_places=2, null=True, blank=True)
    standard = models.CharField("收费标准", max_length=300, blank=True, default="")
    basis = models.CharField("收费依据", max_length=300)
    basis_rank = models.CharField("依据层级", max_length=32, choices=BasisRank.choices, default=BasisRank.LAW)
    reduction = models.CharField("减免", max_length=300, blank=True, default="")
    history = HistoricalRecords()

    class Meta(Part.Meta):
        verbose_name = "收费"
        verbose_name_plural = "收费"
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0),
                name="feeitem_amount",
                violation_error_message="金额不能是负数。",
            )
        ]

    def __str__(self) -> str:
        return self.name


PARTS: tuple[type[Part], ...] = (LegalBasis, Condition, StepLimit, Material, FeeItem)

__all__ = ["PARTS", "Condition", "FeeItem", "GuideFile", "LegalBasis", "Material", "Part", "StepLimit"]
