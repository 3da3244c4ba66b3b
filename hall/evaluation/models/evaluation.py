"""What somebody thought of one case. Given once, by nobody changed afterwards."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from hall.evaluation.enums import BAD_GRADES, BadReason, GoodReason, Grade, Origin, StrikeReason, Via
from hall.evaluation.models.invitation import Invitation
from hall.privacy.fields import EncryptedTextField

LONGEST_TEXT = 1000


class EvaluationQuerySet(models.QuerySet["Evaluation"]):
    """Named subsets of evaluations."""

    def counted(self) -> "EvaluationQuerySet":
        """What indicators count: given by citizens, and not struck after an appeal."""
        return self.filter(origin=Origin.CITIZEN, struck_at__isnull=True)

    def bad(self) -> "EvaluationQuerySet":
        """差评: 不满意 and 非常不满意."""
        return self.filter(grade__in=BAD_GRADES)

    def good(self) -> "EvaluationQuerySet":
        """好评: the three upper grades."""
        return self.exclude(grade__in=BAD_GRADES)


class Evaluation(models.Model):
    """One answer. A trigger refuses UPDATE and DELETE; only the two columns of striking may be set, once.

    `active` (主动评价): the citizen gave it in person; forms typed in by staff from a box, and staff's own devices, are
    not. Place and people are copied from the invitation; a paper form without a docket has no invitation. Keys are
    random: one ordered by time would tell the moment of an anonymous answer, in the key of a fact, say.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    invitation = models.OneToOneField(
        Invitation, models.PROTECT, null=True, blank=True, related_name="evaluation", verbose_name="评价邀请"
    )
    center = models.ForeignKey("organisation.Center", models.PROTECT, related_name="+", verbose_name="中心")
    department = models.ForeignKey(
        "organisation.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="部门"
    )
    window = models.ForeignKey(
        "organisation.Window", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="窗口"
    )
    handler = models.ForeignKey(
        "organisation.Staff", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="经办人"
    )
    item_code = models.CharField("事项编码", max_length=64, blank=True)
    item_name = models.CharField("事项", max_length=300, blank=True)
    grade = models.PositiveSmallIntegerField("评价", choices=Grade.choices)
    reasons = ArrayField(models.CharField(max_length=4), default=list, blank=True, verbose_name="原因")
    text = EncryptedTextField("意见", max_length=LONGEST_TEXT, blank=True)
    anonymous = models.BooleanField("匿名")
    phone = EncryptedTextField("联系电话", max_length=40, null=True, blank=True)
    via = models.CharField("评价渠道", max_length=8, choices=Via.choices)
    origin = models.CharField("来源", max_length=12, choices=Origin.choices, default=Origin.CITIZEN)
    active = models.BooleanField("主动评价")
    given_at = models.DateTimeField("评价时间")
    struck_at = models.DateTimeField("剔除时间", null=True, blank=True)
    struck_reason = models.CharField("剔除原因", max_length=10, choices=StrikeReason.choices, blank=True)

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "评价"
        ordering: ClassVar = ["-given_at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["center", "given_at"], name="evaluation_center_given"),
            models.Index(fields=["department", "given_at"], name="evaluation_department_given"),
            models.Index(fields=["given_at"], condition=Q(grade__in=BAD_GRADES), name="evaluation_bad_given"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(grade__in=Grade.values),
                name="evaluation_grade_known",
                violation_error_message="评价只能是五个等次之一。",
            ),
            models.CheckConstraint(
                condition=Q(grade__in=BAD_GRADES, reasons__contained_by=BadReason.values)
                | Q(~Q(grade__in=BAD_GRADES), reasons__contained_by=GoodReason.values),
                name="evaluation_reasons_of_the_half",
                violation_error_message="评价原因要与评价等次相符。",
            ),
            models.CheckConstraint(
                condition=Q(via__in=Via.values) & Q(origin__in=Origin.values),
                name="evaluation_way_known",
                violation_error_message="评价渠道和来源只能从列表中选择。",
            ),
            models.CheckConstraint(
                condition=Q(anonymous=False) | Q(phone__isnull=True),
                name="evaluation_anonymous_without_phone",
                violation_error_message="匿名评价不留联系电话。",
            ),
            models.CheckConstraint(
                condition=Q(active=False) | (Q(origin=Origin.CITIZEN) & ~Q(via=Via.PAPER)),
                name="evaluation_active_in_person",
                violation_error_message="代录的评价和工作人员设备上的评价不是主动评价。",
            ),
            models.CheckConstraint(
                condition=Q(invitation__isnull=False) | Q(via=Via.PAPER),
                name="evaluation_of_a_case_or_on_paper",
                violation_error_message="只有纸质评价可以没有办件编号。",
            ),
            models.CheckConstraint(
                condition=Q(struck_at__isnull=True, struck_reason="")
                | Q(struck_at__isnull=False, struck_reason__in=StrikeReason.values),
                name="evaluation_struck_with_reason",
                violation_error_message="剔除评价必须写明原因。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_grade_display()} {self.given_at:%Y-%m-%d}"
