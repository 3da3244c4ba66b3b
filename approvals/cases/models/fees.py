"""What was charged for a case (收费登记)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals.cases.models.case import Case


class FeeCharged(models.Model):
    """One payment: amount in yuan, the fee of the item it falls under, receipt, and why less than the standard.

    No fee of the item: the item has none listed, or is free; then whatever was charged is for supervision to see.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="fees")
    fee_item = models.ForeignKey(
        "catalogue.FeeItem", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="收费项目"
    )
    amount = models.DecimalField("金额（元）", max_digits=12, decimal_places=2)
    reduction = models.CharField("减免理由", max_length=200, blank=True)
    receipt_number = models.CharField("票据号", max_length=40)
    charged_at = models.DateTimeField("收费时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")

    class Meta:
        verbose_name = verbose_name_plural = "收费"
        ordering = ("charged_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(amount__gte=0), name="fee_not_negative", violation_error_message="金额不能是负数。"
            ),
            models.CheckConstraint(
                condition=~Q(receipt_number=""),
                name="fee_has_receipt",
                violation_error_message="收费必须写明票据号。",
            ),
            models.UniqueConstraint(
                fields=("case", "receipt_number"),
                name="fee_receipt_once",
                violation_error_message="这张票据已经登记过了。",
            ),
        )
        indexes = (models.Index(fields=("charged_at",), name="fee_charged_at"),)

    def __str__(self) -> str:
        return f"{self.case_id} {self.amount}"
