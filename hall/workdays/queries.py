"""Reading the working calendar."""

from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from hall.prepared import PreparedQuery
from hall.workdays.calendars import calendar_for, calendars
from hall.workdays.models import CalendarChange, CalendarDay, CalendarNotice, CalendarVersion

_UNDER_WAY: Final = PreparedQuery(
    "recalculating", lambda: CalendarChange.objects.filter(finished_at__isnull=True).order_by().values_list("pk")[:1]
)


def regions() -> list[tuple[str, str]]:
    """Regions with days of their own, code and name, for choosing from."""
    found = calendars()
    if found is None:
        return []
    named = CalendarNotice.objects.exclude(region="").values_list("region", "region_name")
    names = {code: name for code, name in named if name}
    return [(code, names.get(code, code)) for code in found.regions]


def notices() -> QuerySet[CalendarNotice]:
    """Every notice, newest year first, with how many days it names and how many of those were replaced later."""
    return (
        CalendarNotice.objects.select_related("amends", "imported_by__staff", "change")
        .annotate(named=Count("days"), replaced=Count("days", filter=Q(days__superseded_by__isnull=False)))
        .order_by("-year", "region", "id")
    )


def token() -> UUID | None:
    """The state of the calendar: another one after every import."""
    return CalendarVersion.objects.values_list("token", flat=True).first()


def published_through() -> date:
    """The last day that rests on a national notice; after it every date is provisional."""
    return calendar_for("").published_through


def year_missing(today: date, *, alarm_month: int = 12) -> int | None:
    """The first year without a notice, once it is this year or, from December, the next: someone must act."""
    needed = today.year + (today.month >= alarm_month)
    first_missing = published_through().year + 1
    return first_missing if first_missing <= needed else None


def days_of(year: int) -> list[CalendarDay]:
    """The days named for one year, by date; a replaced row stands before the one that replaced it."""
    days = CalendarDay.objects.filter(notice__year=year).select_related("notice", "superseded_by")
    return list(days.order_by("date", "region", "id"))


def is_recalculating() -> bool:
    """Whether there is any: what every list asks."""
    return bool(_UNDER_WAY.rows())


def changes_under_way() -> QuerySet[CalendarChange]:
    """Notices the open deadlines have not followed to the end yet, the oldest first."""
    return CalendarChange.objects.filter(finished_at__isnull=True).select_related("notice__imported_by")
