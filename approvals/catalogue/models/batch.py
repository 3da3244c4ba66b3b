"""Lists handed in for import: kept from the dry run to the confirmation, so that both read the same bytes."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q


class ImportBatch(models.Model):
    """One uploaded list. The bytes are dropped once it is imported; who imported what, and how much, stays."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64)
    content = models.BinaryField("内容", null=True, blank=True)
    uploaded_at = models.DateTimeField("上传时间")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="上传人")
    imported_at = models.DateTimeField("导入时间", null=True, blank=True)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="导入人"
    )
    created_items = models.PositiveIntegerField("新增事项", default=0)

    class Meta:
        verbose_name = "事项导入"
        verbose_name_plural = "事项导入"
        ordering = ["-uploaded_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(imported_at__isnull=True, imported_by__isnull=True)
                | Q(imported_at__isnull=False, imported_by__isnull=False, content__isnull=True),
                name="importbatch_imported_paired",
            ),
            models.CheckConstraint(
                condition=Q(uploaded_at__isnull=False, uploaded_by__isnull=False), name="importbatch_uploaded_paired"
            ),
        ]

    def __str__(self) -> str:
        return self.name
