"""Cards, with their whole due process, and signals, which ask for nothing."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from hall.ledger.uuids import uuid7
from hall.privacy.fields import EncryptedTextField
from hall.supervision.enums import CARD_COLOURS, FOUND_TRUE, OPEN, STANDING, CardState, Ground
from hall.supervision.models.rule import RuleVersion, SuperviseRule

USER = settings.AUTH_USER_MODEL


def pair(name: str, at: str, by: str, sentence: str) -> models.CheckConstraint:
    """The moment and the person stand together or not at all."""
    both = Q(**{f"{at}__isnull": False, f"{by}__isnull": False})
    return models.CheckConstraint(
        condition=Q(**{f"{at}__isnull": True, f"{by}__isnull": True}) | both,
        name=name,
        violation_error_message=sentence,
    )


class CardQuerySet(models.QuerySet["Card"]):
    """Named subsets of cards."""

    def standing(self) -> "CardQuerySet":
        """Those that count: not taken back."""
        return self.filter(state__in=STANDING)

    def open(self) -> "CardQuerySet":
        """Those somebody still has to answer or decide."""
        return self.filter(state__in=OPEN)

    def found_true(self) -> "CardQuerySet":
        """Upheld, after an appeal or without one."""
        return self.filter(state__in=FOUND_TRUE)


class OfPlace(models.Model):
    """Where something happened and who answers for it, as it was on that day."""

    center = models.ForeignKey("organisation.Center", models.PROTECT, related_name="+", verbose_name="中心")
    department = models.ForeignKey(
        "organisation.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="部门"
    )
    window = models.ForeignKey(
        "organisation.Window", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="窗口"
    )
    staff = models.ForeignKey(
        "organisation.Staff", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="当事人"
    )

    class Meta:
        abstract = True


class Card(OfPlace):
    """A yellow or red card. At most one for a fact, for ever, whatever rule or hand raised it (unique).

    A mild and a stern rule may read the same source: whichever comes first has the fact, the other one finds it taken
    (`watching._known`), and a withdrawn card is not raised anew. What is worse later is another fact, of another source
    with a key of its own. Deadlines move only when the calendar does, and only to a later day (`recalculation`).
    Texts people write are encrypted: a clerk may name an applicant. `late_at` is the first moment at which the feedback
    is late: 00:00 of the day after `feedback_due`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField("编号", max_length=40, unique=True)
    rule = models.ForeignKey(SuperviseRule, models.PROTECT, null=True, blank=True, related_name="cards")
    version = models.ForeignKey(RuleVersion, models.PROTECT, null=True, blank=True, related_name="cards")
    colour = models.CharField("颜色", max_length=8, choices=[(c.value, c.label) for c in CARD_COLOURS])
    source = models.CharField("事实来源", max_length=60, blank=True)
    fact_key = models.CharField("事实", max_length=200)
    docket = models.CharField("办件编号", max_length=64, blank=True)
    fact_url = models.CharField("事实页", max_length=300, blank=True)
    fact_text = models.TextField("事实", max_length=500)
    chief = models.ForeignKey(
        "organisation.Staff", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="首席代表"
    )
    reason = models.TextField("事由", max_length=1000)
    basis = models.TextField("依据", max_length=500)
    happened_at = models.DateTimeField("发生时间")
    raised_at = models.DateTimeField("发牌时间")
    raised_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="发牌人")
    feedback_due = models.DateField("反馈期限")
    late_at = models.DateTimeField("逾期起点", editable=False)
    state = models.CharField("状态", max_length=12, choices=CardState.choices, default=CardState.AWAITING)

    plea = models.CharField("免责情形", max_length=16, choices=Ground.choices, blank=True)
    feedback = EncryptedTextField("反馈", blank=True, max_length=2000)
    answered_at = models.DateTimeField("反馈时间", null=True, blank=True)
    answered_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    decision = EncryptedTextField("审核意见", blank=True, max_length=2000)
    decided_at = models.DateTimeField("审核时间", null=True, blank=True)
    decided_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    appeal_due = models.DateField("申诉期限", null=True, blank=True)
    appeal = EncryptedTextField("申诉", blank=True, max_length=2000)
    appealed_at = models.DateTimeField("申诉时间", null=True, blank=True)
    appealed_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    ruling = EncryptedTextField("申诉裁定", blank=True, max_length=2000)
    ruled_at = models.DateTimeField("裁定时间", null=True, blank=True)
    ruled_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField("撤销时间", null=True, blank=True)
    ground = models.CharField("撤销理由", max_length=16, choices=Ground.choices, blank=True)

    objects = CardQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "督查牌"
        ordering = ("-raised_at", "-pk")
        indexes: ClassVar = [
            models.Index(fields=["center", "-raised_at"], name="card_center_raised"),
            models.Index(fields=["staff", "-raised_at"], name="card_staff_raised"),
            models.Index(fields=["department", "-raised_at"], name="card_department_raised"),
            models.Index(fields=["source", "raised_at"], condition=Q(state__in=STANDING), name="card_standing"),
            models.Index(fields=["late_at"], name="card_late"),
            models.Index(fields=["docket"], condition=~Q(docket=""), name="card_docket"),
            models.Index(fields=["happened_at"], name="card_happened"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("fact_key",),
                name="card_once_a_fact",
                violation_error_message="这件事已经发过牌，同一件事不重复发牌。",
            ),
            models.CheckConstraint(
                condition=Q(colour__in=[c.value for c in CARD_COLOURS]) & Q(state__in=CardState.values),
                name="card_words_known",
                violation_error_message="督查牌的颜色或状态不认识。",
            ),
            models.CheckConstraint(
                condition=Q(rule__isnull=False, version__isnull=False, raised_by__isnull=True)
                | Q(rule__isnull=True, version__isnull=True, raised_by__isnull=False),
                name="card_by_rule_or_hand",
                violation_error_message="督查牌要么由规则发，要么由人发。",
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(fact_key=""),
                name="card_has_reason",
                violation_error_message="督查牌要写明事由。",
            ),
            models.CheckConstraint(
                condition=Q(staff__isnull=False) | Q(department__isnull=False),
                name="card_has_subject",
                violation_error_message="督查牌要发给一个人或一个部门。",
            ),
            pair("card_answered_pair", "answered_at", "answered_by", "反馈时间和反馈人要一起写。"),
            pair("card_decided_pair", "decided_at", "decided_by", "审核时间和审核人要一起写。"),
            pair("card_appealed_pair", "appealed_at", "appealed_by", "申诉时间和申诉人要一起写。"),
            pair("card_ruled_pair", "ruled_at", "ruled_by", "裁定时间和裁定人要一起写。"),
            models.CheckConstraint(
                condition=Q(ruled_by__isnull=True) | ~Q(ruled_by=models.F("decided_by")),
                name="card_second_reader",
                violation_error_message="申诉由审核人以外的人裁定。",
            ),
            models.CheckConstraint(
                condition=Q(state__in=STANDING, withdrawn_at__isnull=True, ground="")
                | (~Q(state__in=STANDING) & Q(withdrawn_at__isnull=False) & ~Q(ground="")),
                name="card_taken_back_whole",
                violation_error_message="撤销要有时间和理由。",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Signal(OfPlace):
    """A reminder raised by a rule (黄色预警): shown and told, never counted against anybody."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    rule = models.ForeignKey(SuperviseRule, models.PROTECT, related_name="signals")
    version = models.ForeignKey(RuleVersion, models.PROTECT, related_name="signals")
    fact_key = models.CharField("事实", max_length=200)
    docket = models.CharField("办件编号", max_length=64, blank=True)
    fact_url = models.CharField("事实页", max_length=300, blank=True)
    fact_text = models.TextField("事实", max_length=500)
    happened_at = models.DateTimeField("发生时间")
    raised_at = models.DateTimeField("提示时间")

    class Meta:
        verbose_name = verbose_name_plural = "提示"
        ordering = ("-raised_at", "-pk")
        indexes: ClassVar = [
            models.Index(fields=["center", "-raised_at"], name="signal_center_raised"),
            models.Index(fields=["staff", "-raised_at"], name="signal_staff_raised"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("rule", "fact_key"), name="signal_once_a_fact", violation_error_message="这件事已经提示过。"
            ),
        ]

    def __str__(self) -> str:
        return self.fact_key
