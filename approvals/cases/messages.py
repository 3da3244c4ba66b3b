"""What goes out when a case moves: SMS to the applicant, inbox for staff. Texts name docket and item only."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from approvals.cases.enums import ParameterKey
from approvals.cases.models import Case
from approvals.cases.parameters import whole_numbers
from hall.ledger import numbers
from hall.outbox import actions as outbox
from hall.workdays.calendars import calendar_for


def tell_applicant(case: Case, template: str, *, at: datetime, by_clock: bool = False, **context: str | int) -> None:
    """Queue one SMS for the applicant or whoever acts for them. Imported cases raise no message.

    What the clock does by itself happens at midnight: `by_clock` holds its message until people are awake.
    """
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
        available_at=awake(case, at) if by_clock else at,
    )


def awake(case: Case, at: datetime) -> datetime:
    """The first moment from `at` on that lies on a working day within the hours the center has set (T22)."""
    local = timezone.localtime(at)
    keys = (ParameterKey.TELL_FROM_HOUR, ParameterKey.TELL_UNTIL_HOUR)
    hours = whole_numbers(keys, center=case.center_id, on=local.date())
    opens, closes = (hours[key] for key in keys)
    calendar = calendar_for(case.region_code)
    if calendar.is_working(local.date()) and opens <= local.hour < closes:
        return at
    first = local.date() + timedelta(days=1) if local.hour >= closes else local.date()
    return timezone.make_aware(datetime.combine(calendar.roll_forward(first), time(opens)))


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
