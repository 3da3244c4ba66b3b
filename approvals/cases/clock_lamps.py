"""The lamp of one clock: shape by kind, and how much in words. Pure."""

from collections.abc import Iterable
from datetime import date, datetime

from approvals.cases.clock_facts import ClockKind, Deadline, Lamp, LampKind
from hall.workdays.arithmetic import Calendar
from hall.workdays.terms import UNIT_LABELS, Unit

_PREFIX = {ClockKind.DECISION: "", ClockKind.STEP: "环节", ClockKind.SUPPLEMENT: "补齐"}


def lamp(deadline: Deadline, calendar: Calendar, *, today: date, at: datetime | None = None) -> Lamp:
    """What to show for one clock on `today`; `at` sharpens clocks that run in hours."""
    prefix = _PREFIX.get(deadline.clock, str(ClockKind(deadline.clock).label))
    statute, paused = deadline.statute_due, f"停表：{deadline.stop_label} 第 {_stop_day(deadline, today)} 天"
    if statute is not None and _late_days(statute, deadline, today, at, statute=True) > 0:
        days = _late_days(statute, deadline, today, at, statute=True)
        return Lamp(LampKind.OVER_STATUTE, f"{prefix}超法定 {days} 天")
    if deadline.stopped and statute is not None and today >= deadline.warn_on:
        # The ground has no law behind it: the promise waits, the statute does not.
        left = f"法定剩 {calendar.count(today, statute)} 个工作日" if today < statute else "法定今天到期"
        return Lamp(LampKind.DUE_SOON, prefix + left)
    if deadline.stopped:
        return Lamp(LampKind.PAUSED, paused)
    days = _late_days(deadline.due, deadline, today, at)
    if days > 0 and deadline.clock == ClockKind.SUPPLEMENT:
        return Lamp(LampKind.OVER_PROMISE, f"{prefix}逾期 {days} 天")
    if days > 0:
        return Lamp(
            LampKind.OVER_PROMISE, f"{prefix}超承诺 {days} 天" + ("（停表）" if deadline.statute_stopped else "")
        )
    soon = at >= deadline.warn_from if at and deadline.due_at else today >= deadline.warn_on
    kind = LampKind.DUE_SOON if soon else LampKind.NORMAL
    return Lamp(kind, prefix + remaining(deadline, calendar, today=today, at=at))


def _stop_day(deadline: Deadline, today: date) -> int:
    return max(1, (today - (deadline.stop_since or today)).days)


def _late_days(due: date, deadline: Deadline, today: date, at: datetime | None, *, statute: bool = False) -> int:
    """Calendar days past `due`; at least one once a limit in hours has passed."""
    days = (today - due).days
    late_from = deadline.statute_late_from if statute else deadline.late_from
    if deadline.due_at is not None and at is not None and late_from is not None and at >= late_from:
        return max(1, days)
    return days


def remaining(deadline: Deadline, calendar: Calendar, *, today: date, at: datetime | None = None) -> str:
    """How much is left, in the unit of the limit: 剩 3 个工作日, 今天到期, 剩 5 小时."""
    if deadline.due_at is not None and at is not None:
        minutes = int((deadline.due_at - at).total_seconds() // 60)
        return f"剩 {minutes // 60} 小时" if minutes >= 60 else f"剩 {max(0, minutes)} 分钟"
    if today >= deadline.due:
        return f"今天 {deadline.due_at:%H:%M} 到期" if deadline.due_at else "今天到期"
    if deadline.unit == Unit.WORKDAY:
        return f"剩 {calendar.count(today, deadline.due)} {UNIT_LABELS[Unit.WORKDAY]}"
    return f"剩 {(deadline.due - today).days} 天"


def gravest(lamps: Iterable[Lamp]) -> Lamp | None:
    """The lamp a list shows for a case with several clocks."""
    order = list(LampKind)
    return max(lamps, key=lambda shown: order.index(shown.kind), default=None)
