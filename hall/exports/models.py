"""A list too long to be taken out by one person alone: who asked, what for, who let it go."""

from datetime import datetime
from typing import Any, ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hall.exports.enums import ClearanceState, Format
from hall.ledger.uuids import uuid7
from hall.privacy.fields import EncryptedTextField

USER = settings.AUTH_USER_MODEL
LONGEST_ADDRESS: Final = 2000


class Clearance(models.Model):
    """导出申请. Nothing of the list itself is kept: once granted, the person takes it out by the same address.

    `address` is path and query of the export, sealed because a query may hold a name somebody typed; it is emptied when
    the clearance is over. `fingerprint` is the keyed digest of address and purpose: what was granted is what is taken.
    `rows_before` are those of the same list that the person had taken out alone that day, in other parts.
    `expires_at` ends the waiting, and from the granting on the taking.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    center = models.ForeignKey("organisation.Center", models.PROTECT, null=True, related_name="+", verbose_name="中心")
    title = models.CharField("名单", max_length=100, editable=False)
    address = EncryptedTextField("导出地址", max_length=LONGEST_ADDRESS, null=True)
    fingerprint = models.CharField("指纹", max_length=64, editable=False)
    filters: Any = models.JSONField("筛选", default=dict, editable=False)
    purpose = models.CharField("用途", max_length=200, editable=False)
    form = models.CharField("格式", max_length=8, choices=Format.choices, editable=False)
    rows = models.PositiveIntegerField("行数", editable=False)
    rows_before = models.PositiveIntegerField("当天已独自导出", default=0, db_default=0, editable=False)
    asked_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="申请人", editable=False)
    asked_at = models.DateTimeField("申请时间", editable=False)
    expires_at = models.DateTimeField("有效期至")
    granted = models.BooleanField("批准", null=True)
    decided_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name="审批人")
    decided_at = models.DateTimeField("审批时间", null=True)
    reason = models.CharField("不批准的理由", max_length=200, blank=True)
    taken_at = models.DateTimeField("最近一次取走", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "导出申请"
        ordering: ClassVar = ["-asked_at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["asked_by", "fingerprint"], name="clearance_asked"),
            models.Index(fields=["center", "-asked_at"], name="clearance_center"),
            models.Index(fields=["expires_at"], name="clearance_address", condition=Q(address__isnull=False)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(granted__isnull=True, decided_by__isnull=True, decided_at__isnull=True)
                | Q(granted__isnull=False, decided_by__isnull=False, decided_at__isnull=False),
                name="clearance_decision_whole",
                violation_error_message="审批要写明结果、时间和人。",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="clearance_decided_by_a_second",
                violation_error_message="导出须由申请人以外的人批准。",
            ),
            models.CheckConstraint(
                condition=Q(granted__isnull=True) | Q(granted=True, reason="") | (Q(granted=False) & ~Q(reason="")),
                name="clearance_refused_with_reason",
                violation_error_message="不批准要写明理由。",
            ),
            models.CheckConstraint(
                condition=Q(taken_at__isnull=True) | Q(granted=True),
                name="clearance_taken_when_granted",
                violation_error_message="没有批准的不能取走。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.asked_at:%Y-%m-%d}"

    def state(self, at: datetime) -> ClearanceState:
        """Where it stands at a moment; time alone ends what waits and what was granted."""
        if self.granted is False:
            return ClearanceState.REFUSED
        if self.expires_at <= at:
            return ClearanceState.OVER
        return ClearanceState.GRANTED if self.granted else ClearanceState.WAITING
