"""An appeal of staff against a bad grade: mistaken or malicious, decided by a second reader."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hall.evaluation.models.evaluation import Evaluation
from hall.privacy.fields import EncryptedTextField
from hall.rectification.enums import AppealKind, AppealState

LONGEST_TEXT = 2_000


class Appeal(models.Model):
    """One appeal per grade. It stops nothing; upheld, the grade leaves every numerator and denominator."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    evaluation = models.OneToOneField(
        Evaluation, models.PROTECT, related_name="appeal", verbose_name="评价", editable=False
    )
    kind = models.CharField("申诉类型", max_length=12, choices=AppealKind.choices)
    state = models.CharField("状态", max_length=12, choices=AppealState.choices, default=AppealState.PENDING)
    reason = EncryptedTextField("申诉理由", max_length=LONGEST_TEXT)
    evidence = EncryptedTextField("证据", max_length=LONGEST_TEXT)
    appealed_at = models.DateTimeField("申诉时间", editable=False)
    appealed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="申诉人", editable=False
    )
    decide_due = models.DateField("裁定期限")
    decided_at = models.DateTimeField("裁定时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="裁定人"
    )
    decision = EncryptedTextField("裁定理由", max_length=LONGEST_TEXT, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "差评申诉"
        ordering = ("decide_due", "pk")
        indexes = (models.Index(fields=("state", "decide_due"), name="appeal_state"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=AppealKind.values),
                name="appeal_kind_known",
                violation_error_message="申诉只有误评和恶意差评两种。",
            ),
            models.CheckConstraint(
                condition=Q(state=AppealState.PENDING, decided_at__isnull=True, decided_by__isnull=True)
                | Q(
                    state__in=(AppealState.UPHELD, AppealState.REJECTED),
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                ),
                name="appeal_decided_by_somebody",
                violation_error_message="裁定须记明谁和何时。",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("appealed_by")),
                name="appeal_second_reader",
                violation_error_message="申诉不能由申诉人自己裁定。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.get_state_display()}"
