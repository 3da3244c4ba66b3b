"""What this room announces: half days missed or begun late, and duty days without a log."""

from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.urls import reverse

from hall.appraisal.enums import Presence
from hall.appraisal.models import Attendance, DutyTurn
from hall.facts import sources
from hall.facts.slices import Slice
from hall.facts.sources import Fact, QuerySource

_OF_STAFF = {
    "center": "center_id", "department": "staff__department_id", "window": "staff__window_id", "staff": "staff_id"
}  # fmt: skip


def announce() -> None:
    """Register the three sources; called once from AppConfig.ready."""
    sources.register(_attendance("absent", Presence.ABSENT, "缺勤", "登记为缺勤的半天；请假、踏勘、开会、下乡不算。"))
    sources.register(_attendance("late", Presence.LATE, "迟到", "登记为迟到的半天。"))
    sources.register(MISSED)


def _attendance(word: str, presence: Presence, label: str, definition: str) -> QuerySource:
    code = f"attendance.{word}"

    def rows(_part: Slice) -> QuerySet[Any]:
        return Attendance.objects.filter(presence=presence).select_related("staff")

    def fact(row: Attendance) -> Fact:
        text = f"{row.day:%Y-%m-%d} {row.get_half_display()}{label}"
        url = reverse("appraisal:attendance_row", args=[row.pk])
        return Fact(
            f"{code}:{row.pk}", row.starts_at, text, url=url, recorded_at=row.recorded_at, **_place(row.staff, row)
        )

    return QuerySource(code, label, definition, rows, fact, "starts_at", _OF_STAFF, recorded="recorded_at")


def _place(staff: Any, row: Any) -> dict[str, Any]:
    return {
        "center": row.center_id, "department": staff.department_id, "window": staff.window_id, "staff": staff.pk
    }  # fmt: skip


def unlogged(_part: Slice) -> QuerySet[Any]:
    """Turns whose log was not there when it was due; one written later does not undo that."""
    late = Q(log__isnull=True, log_due__lte=Now()) | Q(log__written_at__gt=F("log_due"))
    return DutyTurn.objects.filter(late).select_related("staff")


def _missed(row: DutyTurn) -> Fact:
    text = f"{row.day:%Y-%m-%d} {row.get_shift_display()}值班没有按时记日记"
    url = f"{reverse('appraisal:duty')}?center={row.center_id}&month={row.day:%Y-%m}"
    return Fact(f"duty.missed:{row.pk}", row.log_due, text, url=url, recorded_at=row.log_due, **_place(row.staff, row))


MISSED = QuerySource(
    "duty.missed",
    "值班日记缺记",
    "值班次日（工作日）结束时还没有日记的班次；后来补记的仍算。",
    unlogged,
    _missed,
    "log_due",
    _OF_STAFF,
)
