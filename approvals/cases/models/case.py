"""The case itself: what happened and when. Deadlines are computed from it and never stored here (law 2)."""

from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from approvals.cases.enums import CLOSED, OPEN, CaseState, CaseType, Channel, ClosingCode
from approvals.cases.reach import reach
from approvals.catalogue.enums import CaseKind, LimitUnit
from hall.ledger.uuids import uuid7

if TYPE_CHECKING:
    from hall.access.models import User


# Taken at a window by somebody who serves none, or entered afterwards.
OUTSIDE_HALL: Final = Q(Q(window__isnull=True) | Q(backdated=True), channel=Channel.WINDOW, imported=False)
_NEGATIVE: Final = (
    ClosingCode.RETURNED, ClosingCode.VOIDED, ClosingCode.DELETED, ClosingCode.NOT_SUPPLEMENTED, ClosingCode.OTHER,
)  # fmt: skip
# Refused, denied, returned, ended or voided without a word why. A denial says why in its decision.
NO_REASON: Final = Q(
    Q(granted=False, decision_reason="") | Q(granted__isnull=True, closing_code__in=_NEGATIVE, closing_reason=""),
    imported=False,
)


class CaseQuerySet(models.QuerySet["Case"]):
    """Every list and every object begins with `visible_to` (law 12)."""

    def visible_to(self, user: "User") -> "CaseQuerySet":
        """Cases the person may see: their own, their department's, or their centers', by the reach of their role."""
        return self.filter(reach(user))

    def open(self) -> "CaseQuerySet":
        return self.filter(state__in=OPEN)


class Case(models.Model):
    """One application (办件) under one docket number, filed under one version of one service item."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    docket = models.CharField("办件编号", max_length=25, unique=True)
    center = models.ForeignKey("organisation.Center", models.PROTECT, related_name="cases", verbose_name="中心")
    department = models.ForeignKey("organisation.Department", models.PROTECT, related_name="cases", verbose_name="部门")
    window = models.ForeignKey(
        "organisation.Window", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="窗口"
    )
    version_filed = models.ForeignKey(
        "catalogue.ItemVersion", models.PROTECT, related_name="cases", verbose_name="事项版本"
    )
    state = models.CharField("环节", max_length=20, choices=CaseState, default=CaseState.RECEIVED)
    case_kind = models.CharField("办件类型", max_length=20, choices=CaseKind)
    case_type = models.CharField("办理方式", max_length=20, choices=CaseType, default=CaseType.SINGLE)
    channel = models.CharField("渠道", max_length=20, choices=Channel, default=Channel.WINDOW)
    # 首问: whoever met the applicant first. Set once; a trigger refuses a change.
    first_handler = models.ForeignKey("organisation.Staff", models.PROTECT, related_name="+", verbose_name="首问")
    handler = models.ForeignKey("organisation.Staff", models.PROTECT, related_name="cases", verbose_name="经办")

    received_at = models.DateTimeField("收件时间")
    # Entered later than it was received, with a right and a reason (law 16).
    backdated = models.BooleanField("补录", default=False, db_default=False)
    accepted_at = models.DateTimeField("受理时间", null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="受理人"
    )
    deemed_accepted = models.BooleanField("视为受理", default=False)
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="决定人"
    )
    granted = models.BooleanField("是否准予", null=True, blank=True)
    decision_reason = models.TextField("决定理由", blank=True, max_length=2000)
    delivered_at = models.DateTimeField("送达时间", null=True, blank=True)
    delivery_method = models.CharField("送达方式", max_length=20, blank=True)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)
    closing_code = models.CharField("办结结果", max_length=1, choices=ClosingCode, blank=True)
    closing_reason = models.TextField("办结说明", blank=True, max_length=2000)
    archived_at = models.DateTimeField("归档时间", null=True, blank=True)

    # Limits as the item promised them on the day of filing; the version is immutable, the copy spares lists a join.
    promise_count = models.PositiveSmallIntegerField("承诺时限", null=True, blank=True)
    promise_unit = models.CharField("承诺时限单位", max_length=20, choices=LimitUnit, blank=True)
    statute_count = models.PositiveSmallIntegerField("法定时限", null=True, blank=True)
    statute_unit = models.CharField("法定时限单位", max_length=20, choices=LimitUnit, blank=True)
    # Legacy cases may bring the deadlines their own system gave; those hold as they are.
    legacy_number = models.CharField("原编号", max_length=64, blank=True)
    legacy_due_on = models.DateField("原系统承诺到期日", null=True, blank=True)
    imported = models.BooleanField("存量导入", default=False)

    summary = models.CharField("办理摘要", max_length=200, blank=True)
    version = models.PositiveIntegerField("修改次数", default=1)
    created_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "办件"
        ordering = ("-received_at", "-id")
        indexes = (
            models.Index(fields=("center", "state", "-received_at"), name="case_center_state"),
            models.Index(fields=("department", "state", "-received_at"), name="case_department_state"),
            # My worklist: the handler's open cases.
            models.Index(fields=("handler", "state"), name="case_handler_open", condition=Q(state__in=OPEN)),
            models.Index(fields=("version_filed", "state"), name="case_version_state"),
            # What others count: filed and closed in a span of days, and the few that need looking at.
            models.Index(fields=("center", "received_at"), name="case_center_received"),
            models.Index(fields=("center", "accepted_at"), name="case_center_accepted"),
            models.Index(fields=("center", "decided_at"), name="case_center_decided"),
            models.Index(fields=("center", "closed_at"), name="case_center_closed"),
            models.Index(fields=("received_at",), name="case_outside_hall", condition=OUTSIDE_HALL),
            models.Index(fields=("closed_at",), name="case_no_reason", condition=NO_REASON),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("center", "legacy_number"),
                condition=~Q(legacy_number=""),
                name="case_legacy_number_once",
                violation_error_message="本中心已有这个原编号的办件。",
            ),
            models.CheckConstraint(
                condition=Q(state__in=CLOSED, closed_at__isnull=False)
                | Q(~Q(state__in=CLOSED), closed_at__isnull=True),
                name="case_closed_has_time",
                violation_error_message="办结的办件必须有办结时间，未办结的不能有。",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, granted__isnull=True)
                | Q(decided_at__isnull=False, granted__isnull=False) & (Q(decided_by__isnull=False) | Q(imported=True)),
                name="case_decision_whole",
                violation_error_message="决定必须同时有时间、决定人和结果。",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=False)
                | Q(accepted_by__isnull=True, deemed_accepted=False, decided_at__isnull=True),
                name="case_accepted_before_decided",
                violation_error_message="未受理的办件不能作出决定。",
            ),
            models.CheckConstraint(
                condition=Q(delivered_at__isnull=True) | Q(decided_at__isnull=False, delivered_at__gte=F("decided_at")),
                name="case_delivered_after_decided",
                violation_error_message="送达不能早于决定。",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(accepted_at__gte=F("received_at")) | Q(imported=True),
                name="case_accepted_after_received",
                violation_error_message="受理不能早于收件。",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True) | Q(decided_at__gte=F("accepted_at")) | Q(imported=True),
                name="case_decided_after_accepted",
                violation_error_message="决定不能早于受理。",
            ),
            models.CheckConstraint(
                condition=Q(promise_count__isnull=True, promise_unit="")
                | Q(promise_count__isnull=False) & ~Q(promise_unit=""),
                name="case_promise_has_unit",
                violation_error_message="承诺时限必须有单位。",
            ),
            models.CheckConstraint(
                condition=Q(statute_count__isnull=True, statute_unit="")
                | Q(statute_count__isnull=False) & ~Q(statute_unit=""),
                name="case_statute_has_unit",
                violation_error_message="法定时限必须有单位。",
            ),
        )

    def __str__(self) -> str:
        return self.docket

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    # Read with the case by the door, for the act under way (catching_up.read).
    calendar_token: UUID | None = None
    calendar_changing: bool = False

    @property
    def region_code(self) -> str:
        """The 12-digit region whose calendar counts this case's days."""
        return str(self.center.region_id)


class QueryCode(models.Model):
    """The citizen's secret (law 13). In clear only until the receipt is confirmed printed, 24 hours at most."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="query_code", primary_key=True)
    digest = models.CharField("查询码摘要", max_length=64)
    sealed = models.TextField("待打印的查询码（密文）", blank=True)
    sealed_until = models.DateTimeField("最迟清除时间", null=True, blank=True)
    printed_at = models.DateTimeField("打印确认时间", null=True, blank=True)
    issued_at = models.DateTimeField("生成时间")
    reason = models.CharField("换发理由", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "查询码"
        indexes = (models.Index(fields=("sealed_until",), name="querycode_to_clear", condition=~Q(sealed="")),)
        constraints = (
            models.CheckConstraint(
                condition=Q(sealed="", sealed_until__isnull=True) | ~Q(sealed="") & Q(sealed_until__isnull=False),
                name="querycode_sealed_expires",
                violation_error_message="暂存的查询码必须有清除时间。",
            ),
        )

    def __str__(self) -> str:
        return f"查询码 {self.case_id}"


class TransitionArrow(models.Model):
    """One allowed change of state, copied from transitions.py for the trigger; nobody edits it by hand."""

    source = models.CharField(max_length=20)
    target = models.CharField(max_length=20)

    class Meta:
        verbose_name = verbose_name_plural = "状态变化"
        db_table = "cases_transition"
        constraints = (models.UniqueConstraint(fields=("source", "target"), name="transition_once"),)

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"


class SavedFilter(models.Model):
    """A worklist filter a person keeps under a name: the query string and nothing else."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_filters")
    name = models.CharField("名称", max_length=30)
    query = models.CharField("条件", max_length=500)

    class Meta:
        verbose_name = verbose_name_plural = "保存的筛选"
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(
                fields=("user", "name"), name="saved_filter_name_once", violation_error_message="您已有同名的筛选。"
            ),
        )

    def __str__(self) -> str:
        return self.name
