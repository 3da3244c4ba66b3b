"""What every source of this room has in common: where a case stands, and how a fact about it is written."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from approvals.cases.clock import day_text
from approvals.cases.enums import CaseState
from approvals.cases.models import Case
from hall.facts.sources import Fact
from hall.workdays.terms import Limit


def needed(prefix: str = "case__") -> tuple[str, ...]:
    """What `fact_of` reads, for select_related."""
    return (f"{prefix}version_filed__item",)


def fact_of(
    case: Case,
    key: str,
    at: datetime,
    text: str,
    *,
    staff: int | None = None,
    paused: bool | None = None,
    recorded: datetime | None = None,
) -> Fact:
    """One fact about a case. The text names the item and days, never a person.

    While the clock stands still nobody is blamed for anything about the case, so a fact is `paused` with it; those
    about the pause itself say False, or a pause without notice could hide itself for ever.
    """
    return Fact(
        key=key,
        occurred_at=at,
        text=f"“{case.version_filed.name}”{text}",
        docket=case.docket,
        url=reverse("cases:detail", args=(case.docket,)),
        center=case.center_id,
        department=case.department_id,
        window=case.window_id,
        staff=staff or case.handler_id,
        item=case.version_filed.item.code,
        paused=case.state == CaseState.PAUSED if paused is None else paused,
        recorded_at=recorded,
    )


def said(moment: datetime) -> str:
    """5月18日（周一） of a moment, in Beijing."""
    return day_text(timezone.localdate(moment))


def promised(case: Case) -> str:
    """（承诺 20 个工作日）, or nothing where the item promises none."""
    return f"（承诺 {Limit(case.promise_count, case.promise_unit)}）" if case.promise_count is not None else ""


def by_law(case: Case) -> str:
    """（法定 20 个工作日）, or nothing where the item has no statutory limit."""
    return f"（法定 {Limit(case.statute_count, case.statute_unit)}）" if case.statute_count is not None else ""
