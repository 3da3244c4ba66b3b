"""Official documents as issued (law 16)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals.cases.enums import DocumentKind
from approvals.cases.models.case import Case
from hall.ledger.uuids import uuid7


class OfficialDocument(models.Model):
    """One issued document: number, data snapshot and bytes, both encrypted, and the hash of what was issued.

    A trigger refuses any change but voiding. A correction is a new document that voids the old one. A receipt keeps no
    bytes: the paper carries the query code, so it is set from its snapshot each time, and the hash is the snapshot's.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="documents")
    kind = models.CharField("文书", max_length=30, choices=DocumentKind)
    number = models.CharField("文号", max_length=60, unique=True)
    template_version = models.PositiveSmallIntegerField("版式版本")
    snapshot = models.TextField("数据（密文）")
    content = models.BinaryField("PDF（密文）", null=True)
    sha256 = models.CharField(max_length=64)
    issued_at = models.DateTimeField("出具时间")
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="出具人"
    )
    voided_at = models.DateTimeField("作废时间", null=True, blank=True)
    voided_reason = models.CharField("作废原因", max_length=200, blank=True)
    replaced_by = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaces", verbose_name="替代文书"
    )

    class Meta:
        verbose_name = verbose_name_plural = "文书"
        ordering = ("-issued_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(content__isnull=False) | Q(kind=DocumentKind.RECEIPT),
                name="document_keeps_its_bytes",
                violation_error_message="除收件凭证外，文书必须保存正文。",
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True, voided_reason="", replaced_by__isnull=True)
                | Q(voided_at__isnull=False) & ~Q(voided_reason=""),
                name="document_voided_with_reason",
                violation_error_message="作废文书必须写明原因。",
            ),
        )

    def __str__(self) -> str:
        return self.number
