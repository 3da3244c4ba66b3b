"""What this room announces: problems found by patrols, those put right late, complaints and upheld ones."""

from typing import Any, Final

from django.db.models import Case, CharField, F, Q, QuerySet, When
from django.db.models.functions import Now
from django.urls import reverse

from hall.conduct.enums import BLAMED, Outcome
from hall.conduct.models import Complaint, Finding, Rectification
from hall.facts import sources
from hall.facts.slices import Slice
from hall.facts.sources import Fact, QuerySource


def _findings(_: Slice) -> QuerySet[Finding]:
    rows = Finding.objects.filter(outcome=Outcome.PROBLEM, counted_at__isnull=False)
    return rows.select_related("line", "window", "rectification")


def _finding(row: Finding) -> Fact:
    where = f"{row.window}" if row.window else "大厅公共区域"
    return Fact(
        key=FINDINGS.key_of(row), occurred_at=row.recorded_at, recorded_at=row.counted_at,
        text=f"巡查发现问题：{where}，{row.line.group}：{row.text}",
        url=reverse("conduct:rectification", kwargs={"pk": row.rectification.pk}),
        center=row.center_id, department=row.department_id, window=row.window_id, staff=row.staff_id,
    )  # fmt: skip


FINDINGS = QuerySource(
    code="patrol.findings",
    label="巡查发现的问题",
    definition="已结束的巡查中记为“有问题”的项目，一项算一件，按记录的时间计；正常的项目和没有结束的巡查不算。",
    rows=_findings,
    fact=_finding,
    when="recorded_at",
    recorded="counted_at",
    where={"center": "center", "department": "department", "window": "window", "staff": "staff"},
)


def _late(_: Slice) -> QuerySet[Rectification]:
    """The last day is over by the database's clock, and no answer came before."""
    over = Q(late_from__lte=Now()) & (Q(answered_at__isnull=True) | Q(answered_at__gte=F("late_from")))
    return Rectification.objects.filter(over).select_related("finding__line", "finding__window")


def _late_fact(row: Rectification) -> Fact:
    finding = row.finding
    where = f"{finding.window}" if finding.window else "大厅公共区域"
    return Fact(
        key=RECTIFIED_LATE.key_of(row), occurred_at=row.late_from, recorded_at=row.late_from,
        text=f"巡查问题没有在期限内整改：{where}，{finding.line.group}",
        url=reverse("conduct:rectification", kwargs={"pk": row.pk}),
        center=finding.center_id, department=finding.department_id, window=finding.window_id, staff=finding.staff_id,
    )  # fmt: skip


RECTIFIED_LATE = QuerySource(
    code="patrol.rectified_late",
    label="巡查问题逾期整改",
    definition="整改期限的最后一天过完还没有答复、或过后才答复的巡查问题，按期限次日零时计；在期限内答复、复查退回的，按新的期限算。",
    rows=_late,
    fact=_late_fact,
    when="late_from",
    where={
        "center": "finding__center", "department": "finding__department", "window": "finding__window",
        "staff": "finding__staff",
    },
)  # fmt: skip


# A complaint names a person, and through the person the window: without it every window would look blameless.
_OF_COMPLAINT: Final = {
    "center": "center", "department": "department", "window": "staff__window", "staff": "staff"
}  # fmt: skip
_AT_WINDOWS: Final = "按窗口看的，归被投诉人现在所在的窗口。"


def _received(_: Slice) -> QuerySet[Complaint]:
    return Complaint.objects.select_related("staff")


def _complaint(source: QuerySource, row: Complaint, moment: Any, text: str) -> Fact:
    return Fact(
        key=source.key_of(row), occurred_at=moment, recorded_at=moment, text=text,
        url=reverse("conduct:complaint", kwargs={"pk": row.pk}),
        center=row.center_id, department=row.department_id, staff=row.staff_id,
        window=row.staff.window_id if row.staff else None,
    )  # fmt: skip


def _received_fact(row: Complaint) -> Fact:
    return _complaint(COMPLAINTS, row, row.received_at, f"收到投诉 {row.number}")


COMPLAINTS = QuerySource(
    code="complaints.received",
    label="收到的投诉",
    definition=f"收到的对工作人员的投诉，不论是否受理、是否属实，按收到的时间计。{_AT_WINDOWS}",
    rows=_received,
    fact=_received_fact,
    when="received_at",
    where=_OF_COMPLAINT,
    right="supervision.view",
)


def _upheld(part: Slice) -> QuerySet[Complaint]:
    """The verdict that stands: of the review where there was one."""
    stands = Case(When(review_verdict="", then=F("verdict")), default=F("review_verdict"), output_field=CharField())
    return _received(part).annotate(stands=stands).filter(stands__in=BLAMED)


def _upheld_fact(row: Complaint) -> Fact:
    return _complaint(UPHELD, row, row.decided_at, f"投诉 {row.number} {row.outcome_label}")


UPHELD = QuerySource(
    code="complaints.upheld",
    label="属实的投诉",
    definition="裁定属实或部分属实的投诉，按裁定的时间计；被投诉人提出异议、复核改为不属实的不算，不予受理的不算。"
    f"{_AT_WINDOWS}",
    rows=_upheld,
    fact=_upheld_fact,
    when="decided_at",
    where=_OF_COMPLAINT,
    right="supervision.view",
)


def announce() -> None:
    """Register the four."""
    for source in (FINDINGS, RECTIFIED_LATE, COMPLAINTS, UPHELD):
        sources.register(source)
