"""What follows a bad grade: one rectification with its deadlines, its trail of steps, and flags for what came late."""

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hall.evaluation.models.evaluation import Evaluation
from hall.ledger.uuids import uuid7
from hall.privacy.fields import EncryptedTextField
from hall.rectification.enums import OPEN, Limit, RectificationState, Remedy, RevisitOutcome

LONGEST_TEXT = 2_000
MOST_ROUNDS = 2


def _actor(label: str) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


def _pair(name: str) -> Q:
    """When and who go together."""
    return Q(**{f"{name}_at__isnull": True, f"{name}_by__isnull": True}) | Q(
        **{f"{name}_at__isnull": False, f"{name}_by__isnull": False}
    )


class Rectification(models.Model):
    """The way of one bad grade to its published answer (国办发〔2019〕51号).

    Keys are random, not ordered by time: an address must not tell when an anonymous grade was given. `named` is whether
    the person left a way to be reached. Deadlines are Beijing days, the last one included.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    evaluation = models.OneToOneField(
        Evaluation, models.PROTECT, related_name="rectification", verbose_name="评价", editable=False
    )
    named = models.BooleanField("实名", editable=False)
    state = models.CharField("环节", max_length=12, choices=RectificationState.choices)
    opened_at = models.DateTimeField("立项时间", editable=False)
    contact_due = models.DateField("联系核实期限", null=True, blank=True)
    rectify_due = models.DateField("整改答复期限")
    revisit_due = models.DateField("回访期限", null=True, blank=True)
    appeal_due = models.DateField("申诉期限", editable=False)
    attempts = models.PositiveSmallIntegerField("联系未果次数", default=0)
    unreached_at = models.DateTimeField("确认联系不上", null=True, blank=True)
    contacted_at = models.DateTimeField("联系核实时间", null=True, blank=True)
    contacted_by = _actor("联系人")
    rectified_at = models.DateTimeField("整改答复时间", null=True, blank=True)
    rectified_by = _actor("整改人")
    remedy = models.CharField("整改结果", max_length=12, choices=Remedy.choices, blank=True)
    measure = EncryptedTextField("整改措施或解释", max_length=LONGEST_TEXT, blank=True)
    rounds = models.PositiveSmallIntegerField("第几轮", default=1)
    revisited_at = models.DateTimeField("回访时间", null=True, blank=True)
    revisited_by = _actor("回访人")
    outcome = models.CharField("回访结果", max_length=12, choices=RevisitOutcome.choices, blank=True)
    # Published for everybody, so it is kept in the clear; the door refuses personal numbers in it.
    answer = models.TextField("公开答复", max_length=LONGEST_TEXT, blank=True)
    closed_at = models.DateTimeField("办结公开时间", null=True, blank=True)
    closed_by = _actor("审定人")

    class Meta:
        verbose_name = verbose_name_plural = "差评整改"
        ordering = ("rectify_due", "pk")
        indexes = (
            models.Index(fields=("state", "rectify_due"), name="rectification_state"),
            models.Index(fields=("opened_at",), name="rectification_opened"),
            models.Index(fields=("closed_at",), name="rectification_published", condition=Q(state="closed")),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=RectificationState.values),
                name="rectification_state_known",
                violation_error_message="没有这个环节。",
            ),
            models.CheckConstraint(
                condition=Q(named=True, contact_due__isnull=False)
                | (Q(named=False, contact_due__isnull=True) & ~Q(state=RectificationState.CONTACTING)),
                name="rectification_anonymous_not_contacted",
                violation_error_message="匿名评价没有联系核实这一步。",
            ),
            models.CheckConstraint(
                condition=_pair("contacted"),
                name="rectification_contacted",
                violation_error_message="联系须记明谁和何时。",
            ),
            models.CheckConstraint(
                condition=_pair("rectified"),
                name="rectification_rectified",
                violation_error_message="整改须记明谁和何时。",
            ),
            models.CheckConstraint(
                condition=_pair("revisited"),
                name="rectification_revisited",
                violation_error_message="回访须记明谁和何时。",
            ),
            models.CheckConstraint(
                condition=_pair("closed") & (Q(closed_at__isnull=True) | ~Q(answer="")),
                name="rectification_closed_with_answer",
                violation_error_message="办结须有公开答复。",
            ),
            models.CheckConstraint(
                condition=(Q(revisited_at__isnull=True) | ~Q(revisited_by=F("contacted_by")))
                & (Q(revisited_at__isnull=True) | ~Q(revisited_by=F("rectified_by"))),
                name="rectification_revisited_by_another",
                violation_error_message="回访不能由联系或整改的人办。",
            ),
            models.CheckConstraint(
                condition=Q(rounds__range=(1, MOST_ROUNDS)),
                name="rectification_two_rounds",
                violation_error_message="不满意的退回整改一次。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has something to do."""
        return self.state in OPEN

    @property
    def due(self) -> tuple[Limit, date] | None:
        """The deadline that runs now, if any."""
        if self.state == RectificationState.CONTACTING and self.contact_due:
            return Limit.CONTACT, self.contact_due
        if self.state == RectificationState.RECTIFYING:
            return Limit.RECTIFY, self.rectify_due
        if self.state in (RectificationState.RECTIFIED, RectificationState.ANSWERED) and self.revisit_due:
            return Limit.REVISIT, self.revisit_due
        return None


class Step(models.Model):
    """One thing done about a bad grade. Written once, never changed. Keys follow time: they tell of staff only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    rectification = models.ForeignKey(Rectification, models.PROTECT, related_name="steps", verbose_name="整改")
    deed = models.CharField("事", max_length=12)
    before = models.CharField("原环节", max_length=12, choices=RectificationState.choices)
    after = models.CharField("新环节", max_length=12, choices=RectificationState.choices)
    round = models.PositiveSmallIntegerField("第几轮", default=1)
    outcome = models.CharField("结果", max_length=12, blank=True)
    note = EncryptedTextField("记录", max_length=LONGEST_TEXT, blank=True)
    due = models.DateField("期限", null=True, blank=True)
    late = models.BooleanField("逾期", default=False)
    done_at = models.DateTimeField("时间")
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="办理人")

    class Meta:
        verbose_name = verbose_name_plural = "整改经过"
        ordering = ("-done_at", "-pk")
        indexes = (models.Index(fields=("rectification", "-done_at"), name="rectification_steps"),)

    def __str__(self) -> str:
        return f"{self.deed} {self.done_at:%Y-%m-%d}"


class LateFlag(models.Model):
    """A deadline that passed without the deed; raised once for each deadline, so nobody is told twice."""

    rectification = models.ForeignKey(Rectification, models.PROTECT, related_name="late_flags", verbose_name="整改")
    limit = models.CharField("期限", max_length=12, choices=Limit.choices)
    due = models.DateField("到期日")
    raised_at = models.DateTimeField("提示时间")

    class Meta:
        verbose_name = verbose_name_plural = "整改逾期提示"
        ordering = ("-raised_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("rectification", "limit", "due"),
                name="rectification_late_once",
                violation_error_message="这个期限已经提示过。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_limit_display()} {self.due}"
