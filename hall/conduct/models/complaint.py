"""Complaints about staff (东平 2.10, 安康 3.28): what was said, who looked into it, what was decided and answered.

What the complainant writes and how to reach them is encrypted and is never copied anywhere else (law 13).
"""

from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hall.conduct.enums import ComplaintChannel, ComplaintState, Verdict
from hall.ledger.uuids import uuid7
from hall.privacy.fields import EncryptedTextField


def _account(verbose: str) -> "models.ForeignKey":
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=verbose
    )


def _together(at: str, by: str, name: str, sentence: str) -> models.CheckConstraint:
    both = (Q(**{f"{column}__isnull": empty for column in (at, by)}) for empty in (True, False))
    return models.CheckConstraint(condition=next(both) | next(both), name=name, violation_error_message=sentence)


class Complaint(models.Model):
    """One complaint. `form_key` is the token of the form it came in: a second press finds it, and the query code is
    derived from it, so that the code is stored nowhere."""

    id: "models.UUIDField[UUID, UUID]" = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField("投诉编号", max_length=40, unique=True)
    form_key = models.UUIDField(unique=True, editable=False)
    center = models.ForeignKey("organisation.Center", models.PROTECT, related_name="+", verbose_name="中心")
    channel = models.CharField("来源", max_length=8, choices=ComplaintChannel.choices)
    state = models.CharField("状态", max_length=10, choices=ComplaintState.choices, default=ComplaintState.RECEIVED)
    received_at = models.DateTimeField("收到时间")
    received_by = _account("登记人")
    happened_on = models.DateField("发生日期", null=True, blank=True)
    about = EncryptedTextField("投诉谁", max_length=200, blank=True)
    text = EncryptedTextField("投诉内容", max_length=2000)
    contact_name = EncryptedTextField("姓名", max_length=50, blank=True)
    contact = EncryptedTextField("联系方式", max_length=100, blank=True)

    accept_due_on = models.DateField("受理决定期限")
    accepted_at = models.DateTimeField("决定是否受理时间", null=True, blank=True)
    accepted_by = _account("决定受理人")
    department = models.ForeignKey(
        "organisation.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="涉及部门"
    )
    staff = models.ForeignKey(
        "organisation.Staff", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="被投诉人"
    )
    investigator = models.ForeignKey(
        "organisation.Staff", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="调查人"
    )
    decide_due_on = models.DateField("裁定期限", null=True, blank=True)
    report = EncryptedTextField("调查报告", max_length=4000, blank=True)
    reported_at = models.DateTimeField("报告时间", null=True, blank=True)
    reported_by = _account("报告人")
    returned = EncryptedTextField("退回意见", max_length=500, blank=True)

    verdict = models.CharField("结论", max_length=12, choices=Verdict.choices, blank=True)
    reason = EncryptedTextField("裁定理由", max_length=1000, blank=True)
    answer = EncryptedTextField("答复", max_length=2000, blank=True)
    decided_at = models.DateTimeField("裁定时间", null=True, blank=True)
    decided_by = _account("裁定人")

    objection = EncryptedTextField("异议", max_length=1000, blank=True)
    objected_at = models.DateTimeField("异议时间", null=True, blank=True)
    objected_by = _account("提出异议人")
    review_verdict = models.CharField("复核结论", max_length=12, choices=Verdict.choices, blank=True)
    review_reason = EncryptedTextField("复核理由", max_length=1000, blank=True)
    reviewed_at = models.DateTimeField("复核时间", null=True, blank=True)
    reviewed_by = _account("复核人")

    class Meta:
        verbose_name = verbose_name_plural = "投诉"
        ordering = ("-received_at", "-id")
        indexes = (
            models.Index(fields=("center", "-received_at"), name="complaint_by_center"),
            models.Index(fields=("center", "decided_at"), name="complaint_decided"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(received_by__isnull=False, received_at__isnull=False) | Q(channel=ComplaintChannel.WEB),
                name="complaint_received_by",
                violation_error_message="现场、电话和来信的投诉要有登记人。",
            ),
            _together("accepted_at", "accepted_by", "complaint_accepted_by", "受理决定要写明时间和决定人。"),
            _together("reported_at", "reported_by", "complaint_reported_by", "调查报告要写明时间和报告人。"),
            _together("decided_at", "decided_by", "complaint_decided_by", "裁定要写明时间和裁定人。"),
            _together("objected_at", "objected_by", "complaint_objected_by", "异议要写明时间和提出人。"),
            _together("reviewed_at", "reviewed_by", "complaint_reviewed_by", "复核要写明时间和复核人。"),
            models.CheckConstraint(
                condition=Q(state=ComplaintState.DECIDED, verdict__in=Verdict.values, decided_at__isnull=False)
                | (~Q(state=ComplaintState.DECIDED) & Q(verdict="", decided_at__isnull=True)),
                name="complaint_verdict_when_decided",
                violation_error_message="裁定了的投诉要有结论。",
            ),
            models.CheckConstraint(
                condition=Q(investigator__isnull=True) | Q(staff__isnull=True) | ~Q(investigator=F("staff")),
                name="complaint_not_own_judge",
                violation_error_message="被投诉的人不能调查自己。",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("reported_by")),
                name="complaint_second_person",
                violation_error_message="裁定的人不能是调查的人。",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True)
                | (Q(objected_at__isnull=False) & ~Q(reviewed_by=F("decided_by")) & ~Q(reviewed_by=F("reported_by"))),
                name="complaint_third_person",
                violation_error_message="复核异议的人不能是裁定或调查的人。",
            ),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def outcome(self) -> str:
        """The verdict that stands: of the review where there was one."""
        return self.review_verdict or self.verdict

    @property
    def outcome_label(self) -> str:
        """The same in words; nothing before a decision."""
        return Verdict(self.outcome).label if self.outcome else ""
