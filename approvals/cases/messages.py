"""What goes out when a case moves: SMS to the applicant, inbox for staff. Texts name docket and item only."""

from datetime import date, datetime

from approvals.cases.models import Case
from hall.ledger import numbers
from hall.outbox import actions as outbox


def tell_applicant(case: Case, template: str, *, at: datetime, **context: str | int) -> None:
    """Queue one SMS for the applicant or whoever acts for them. Imported cases raise no message."""
    if case.imported:
        return
    outbox.enqueue(
        docket=case.docket,
        channel="sms",
        template=f"applicant_{template}",
        recipient_kind="cases.applicant",
        recipient_ref=str(case.pk),
        dedupe_key=f"{case.docket}|{template}|{case.version}|applicant",
        context={"docket": numbers.grouped(case.docket), "item": case.version_filed.name, **context},
        available_at=at,
    )


def tell_staff(case: Case, template: str, *, at: datetime, staff_id: int, key: str, **context: str | int) -> None:
    """Queue one inbox entry for a member of staff."""
    if case.imported:
        return
    outbox.enqueue(
        docket=case.docket,
        channel="inbox",
        template=f"staff_{template}",
        recipient_kind="cases.staff",
        recipient_ref=str(staff_id),
        dedupe_key=f"{case.docket}|{template}|{key}|{staff_id}",
        context={"docket": numbers.grouped(case.docket), "item": case.version_filed.name, **context},
        available_at=at,
    )


def spoken_day(day: date) -> str:
    """`5月18日（周一）`, as every page and message says a day."""
    return f"{day.month}月{day.day}日（周{'一二三四五六日'[day.weekday()]}）"
