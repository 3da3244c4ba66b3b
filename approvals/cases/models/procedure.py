"""What happens on the way: notices, pauses, extensions, hearings, checks, hand-overs, returns, corrections."""

from typing import Final

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from approvals.cases.enums import CorrectableField
from approvals.cases.models.case import Case
from hall.ledger.uuids import uuid7
from hall.privacy.fields import EncryptedTextField

USER = settings.AUTH_USER_MODEL
PENDING_HANDOVER: Final = Q(accepted_at__isnull=True, declined_at__isnull=True)


class SupplementNotice(models.Model):
    """The single complete notice of what is missing (一次性告知). A second one needs a reason."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="notices")
    sequence = models.PositiveSmallIntegerField("第几次", default=1)
    items = models.JSONField("应补正的内容")
    reason = models.CharField("再次告知的理由", max_length=500, blank=True)
    due_on = models.DateField("补正期限", null=True, blank=True)
    given_at = models.DateTimeField("告知时间")
    given_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="告知人")
    fulfilled_at = models.DateTimeField("补齐时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "一次性告知"
        ordering = ("sequence",)
        constraints = (
            models.UniqueConstraint(fields=("case", "sequence"), name="notice_sequence_once"),
            models.CheckConstraint(
                condition=Q(sequence=1) | ~Q(reason=""),
                name="notice_second_has_reason",
                violation_error_message="只能一次性告知；再次告知必须写明理由。",
            ),
        )
        indexes = (models.Index(fields=("given_at",), name="notice_again", condition=Q(sequence__gt=1)),)

    def __str__(self) -> str:
        return f"{self.case_id} 告知 {self.sequence}"


class Pause(models.Model):
    """A special procedure that stops the clock over `(start_on, end_on]` (laws 5 and 6)."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="pauses")
    ground = models.ForeignKey("catalogue.PauseGround", models.PROTECT, related_name="+", verbose_name="事由")
    start_on = models.DateField("开始日")
    end_on = models.DateField("结束日", null=True, blank=True)
    notified_days = models.PositiveSmallIntegerField("书面告知所需工作日")
    document_no = models.CharField("告知文号", max_length=60)
    reason = models.CharField("理由", max_length=500)
    approved_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="批准人")
    ended_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="恢复人")
    created_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = verbose_name_plural = "停表"
        ordering = ("start_on", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(end_on__isnull=True) | Q(end_on__gte=F("start_on")),
                name="pause_ends_after_start",
                violation_error_message="结束日不能早于开始日。",
            ),
            models.CheckConstraint(
                condition=Q(end_on__isnull=True, ended_by__isnull=True)
                | Q(end_on__isnull=False, ended_by__isnull=False),
                name="pause_end_paired",
                violation_error_message="结束日和恢复人必须同时填写。",
            ),
            models.UniqueConstraint(
                fields=("case", "ground"),
                condition=Q(end_on__isnull=True),
                name="pause_one_open_per_ground",
                violation_error_message="这一事由已在停表中。",
            ),
            ExclusionConstraint(
                name="pause_same_ground_apart",
                expressions=(
                    (F("case"), RangeOperators.EQUAL),
                    (F("ground"), RangeOperators.EQUAL),
                    (
                        Func(F("start_on"), F("end_on"), Value("(]"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ),
                violation_error_message="同一事由的停表时间不能重叠。",
            ),
        )
        indexes = (models.Index(fields=("created_at",), name="pause_created"),)

    def __str__(self) -> str:
        return f"{self.case_id} {self.start_on}"


class Extension(models.Model):
    """The one extension of the decision limit, approved by the head of the organ before the statute runs out."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="extension")
    count = models.PositiveSmallIntegerField("延长")
    unit = models.CharField("单位", max_length=20)
    reason = models.CharField("理由", max_length=500)
    document_no = models.CharField("告知文号", max_length=60)
    approved_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="批准人")
    approved_at = models.DateTimeField("批准时间")

    class Meta:
        verbose_name = verbose_name_plural = "延期"

    def __str__(self) -> str:
        return f"{self.case_id} +{self.count}"


class HearingNotice(models.Model):
    """The right to a hearing, told in writing (听证告知)."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="hearings")
    matter = models.CharField("听证事项", max_length=500)
    apply_by = models.DateField("申请听证的最后日期")
    document_no = models.CharField("告知文号", max_length=60)
    given_at = models.DateTimeField("告知时间")
    given_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="告知人")

    class Meta:
        verbose_name = verbose_name_plural = "听证告知"
        ordering = ("given_at",)

    def __str__(self) -> str:
        return f"{self.case_id} 听证"


class Inspection(models.Model):
    """A check on site by two officers at least (行政许可法 art. 34)."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="inspections")
    first_officer = models.ForeignKey("organisation.Staff", models.PROTECT, related_name="+", verbose_name="核查人")
    second_officer = models.ForeignKey("organisation.Staff", models.PROTECT, related_name="+", verbose_name="核查人")
    inspected_at = models.DateTimeField("核查时间")
    passed = models.BooleanField("是否符合")
    finding = models.TextField("核查情况", max_length=2000)
    recorded_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="录入人")

    class Meta:
        verbose_name = verbose_name_plural = "现场核查"
        ordering = ("inspected_at",)
        constraints = (
            models.CheckConstraint(
                condition=~Q(first_officer=F("second_officer")),
                name="inspection_two_officers",
                violation_error_message="现场核查须由两名以上工作人员进行。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id} 核查"


class StepRecords(models.Manager["StepRecord"]):
    """A record says nothing without its step, so they are read together."""

    def get_queryset(self) -> models.QuerySet["StepRecord"]:
        return super().get_queryset().select_related("step")


class StepRecord(models.Model):
    """One step of the item as it was done."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="steps")
    step = models.ForeignKey("catalogue.StepLimit", models.PROTECT, related_name="+", verbose_name="环节")
    started_at = models.DateTimeField("开始时间")
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    ended_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="完成人")
    opinion = models.CharField("办理意见", max_length=500, blank=True)
    objects = StepRecords()

    class Meta:
        verbose_name = verbose_name_plural = "环节记录"
        ordering = ("started_at", "id")
        constraints = (
            models.UniqueConstraint(fields=("case", "step"), name="step_once_per_case"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                # Null compared is neither true nor false, and a check lets that pass: hence the explicit "not null".
                | Q(ended_at__isnull=False, ended_at__gte=F("started_at"), ended_by__isnull=False),
                name="step_end_paired",
                violation_error_message="环节的结束时间和完成人必须同时填写。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.step_id}"


class Handover(models.Model):
    """Who held the case before and after, and why. 首问 never changes.

    Pending until the receiver answers: the case stays where it was (首问责任制). A chief's order is answered at once.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="handovers")
    from_staff = models.ForeignKey("organisation.Staff", models.PROTECT, related_name="+", verbose_name="移交人")
    to_staff = models.ForeignKey("organisation.Staff", models.PROTECT, related_name="+", verbose_name="接收人")
    reason = models.CharField("理由", max_length=200)
    at = models.DateTimeField("移交时间")
    by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="操作人")
    accepted_at = models.DateTimeField("接收时间", null=True, blank=True)
    declined_at = models.DateTimeField("退回时间", null=True, blank=True)
    decline_reason = models.CharField("退回理由", max_length=200, blank=True)
    answered_by = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="答复人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "移交"
        ordering = ("at", "id")
        indexes = (
            models.Index(fields=("at",), name="handover_at"),
            models.Index(fields=("to_staff",), name="handover_waiting", condition=PENDING_HANDOVER),
        )
        constraints = (
            models.CheckConstraint(
                condition=~Q(from_staff=F("to_staff")),
                name="handover_to_another",
                violation_error_message="接收人不能是原经办人。",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, declined_at__isnull=True, answered_by__isnull=True)
                | Q(accepted_at__isnull=False, declined_at__isnull=True, answered_by__isnull=False)
                | Q(accepted_at__isnull=True, declined_at__isnull=False, answered_by__isnull=False),
                name="handover_answered_once",
                violation_error_message="移交只能接收或退回一次，并写明答复人。",
            ),
            models.CheckConstraint(
                condition=Q(declined_at__isnull=True, decline_reason="")
                | Q(declined_at__isnull=False) & ~Q(decline_reason=""),
                name="handover_declined_with_reason",
                violation_error_message="退回移交必须写明理由。",
            ),
            models.UniqueConstraint(
                fields=("case",),
                condition=PENDING_HANDOVER,
                name="handover_one_pending",
                violation_error_message="这件办件的移交正在等对方接收。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id} 移交"

    @property
    def is_pending(self) -> bool:
        """Nobody has answered yet."""
        return self.accepted_at is None and self.declined_at is None


class ReturnReview(models.Model):
    """A return proposed by the handler and decided by a second person (退件复核)."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="returns")
    from_state = models.CharField("提请时环节", max_length=20)
    reason = models.CharField("退件理由", max_length=500)
    proposed_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="提请人")
    proposed_at = models.DateTimeField("提请时间")
    agreed = models.BooleanField("是否同意", null=True, blank=True)
    opinion = models.CharField("复核意见", max_length=500, blank=True)
    reviewed_by = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="复核人"
    )
    reviewed_at = models.DateTimeField("复核时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "退件复核"
        ordering = ("proposed_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(agreed__isnull=True, reviewed_by__isnull=True, reviewed_at__isnull=True)
                | Q(agreed__isnull=False, reviewed_by__isnull=False, reviewed_at__isnull=False)
                & ~Q(reviewed_by=F("proposed_by")),
                name="return_second_person",
                violation_error_message="退件须由提请人以外的人复核。",
            ),
            models.UniqueConstraint(
                fields=("case",),
                condition=Q(agreed__isnull=True),
                name="return_one_pending",
                violation_error_message="退件正在复核中。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id} 退件"


class Correction(models.Model):
    """A wrong fact put right: proposed with a reason by one person, confirmed and so applied by another (law 16)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="corrections")
    field = models.CharField("更正内容", max_length=40, choices=CorrectableField)
    before = EncryptedTextField("原值", blank=True)
    after = EncryptedTextField("新值", blank=True)
    reason = models.CharField("理由", max_length=500)
    proposed_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="提请人")
    proposed_at = models.DateTimeField("提请时间")
    agreed = models.BooleanField("是否同意", null=True, blank=True)
    opinion = models.CharField("复核意见", max_length=500, blank=True)
    reviewed_by = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="复核人"
    )
    reviewed_at = models.DateTimeField("复核时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "更正"
        ordering = ("proposed_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(agreed__isnull=True, reviewed_by__isnull=True, reviewed_at__isnull=True)
                | Q(agreed__isnull=False, reviewed_by__isnull=False, reviewed_at__isnull=False)
                & ~Q(reviewed_by=F("proposed_by")),
                name="correction_second_person",
                violation_error_message="更正须由提请人以外的人复核。",
            ),
            models.UniqueConstraint(
                fields=("case", "field"),
                condition=Q(agreed__isnull=True),
                name="correction_one_pending_per_field",
                violation_error_message="这一项的更正正在复核中。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.field}"
