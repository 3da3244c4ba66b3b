"""What the applicant handed in, and what was promised for later."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals.cases.enums import MaterialState
from approvals.cases.models.case import Case
from hall.ledger.uuids import uuid7


class ReceivedMaterial(models.Model):
    """One line of the check list, with what the clerk found."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="materials")
    material = models.ForeignKey("catalogue.Material", models.PROTECT, related_name="+", verbose_name="材料")
    state = models.CharField("状态", max_length=20, choices=MaterialState)
    copies = models.PositiveSmallIntegerField("份数", default=1)
    original_checked = models.BooleanField("已核原件", default=False)
    note = models.CharField("说明", max_length=200, blank=True)
    received_at = models.DateTimeField("收到时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "材料"
        ordering = ("material__position", "id")
        constraints = (
            models.UniqueConstraint(fields=("case", "material"), name="material_once_per_case"),
            models.CheckConstraint(
                condition=~Q(state=MaterialState.RECEIVED) | Q(received_at__isnull=False),
                name="material_received_has_time",
                violation_error_message="已收的材料必须有收到时间。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.material_id} {self.state}"


class DeferredMaterial(models.Model):
    """A material promised for later (容缺), with its own date."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="deferred")
    material = models.ForeignKey("catalogue.Material", models.PROTECT, related_name="+", verbose_name="材料")
    due_on = models.DateField("补齐期限")
    promised_at = models.DateTimeField("承诺时间")
    received_at = models.DateTimeField("收到时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "容缺材料"
        constraints = (models.UniqueConstraint(fields=("case", "material"), name="deferred_once_per_case"),)

    def __str__(self) -> str:
        return f"{self.material_id} {self.due_on}"


class Attachment(models.Model):
    """A scan or upload. Content is encrypted on disk under a random key; served only through its view."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="attachments")
    material = models.ForeignKey(
        "catalogue.Material", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="对应材料"
    )
    label = models.CharField("名称", max_length=100)
    content_type = models.CharField("类型", max_length=100)
    size = models.PositiveIntegerField("字节数")
    sha256 = models.CharField(max_length=64)
    storage_key = models.CharField(max_length=100, unique=True)
    uploaded_at = models.DateTimeField("上传时间")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="上传人")

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        ordering = ("uploaded_at",)

    def __str__(self) -> str:
        return self.label
