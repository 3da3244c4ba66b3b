"""Small files of notices, and a stand-in for the cases room, which registers what depends on the calendar."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from hall.workdays import recalculation
from hall.workdays.actions import ImportReport, import_notice
from hall.workdays.following_actions import follow
from hall.workdays.recalculation import CalendarOf, Moved
from hall.workdays.statutory import statutory_days

HEAD = "date,kind,name,document_no\n"
AT = timezone.make_aware(datetime.fromisoformat("2026-11-22 10:00"))
ORIGINAL, AMENDMENT = "国办发明电〔2019〕16号", "国办发明电〔2020〕1号"


def whole_year(year: int, *more: str, document_no: str = "") -> str:
    """The statutory days of a year as a notice, and further rows."""
    rows = [f"{day},off,{entry.name},{document_no}" for day, entry in statutory_days(year).items()]
    return HEAD + "\n".join([*rows, *(f"{row},{document_no}" for row in more), ""])


def amending(*rows: str, document_no: str = "") -> str:
    return HEAD + "\n".join([*(f"{row},{document_no}" for row in rows), ""])


def take_in(text: str, **facts: Any) -> ImportReport:
    return import_notice(text=text, **{"by": None, "at": AT, **facts})


def taken_in(*, at: datetime, **facts: Any) -> ImportReport:
    """A notice, and everything that follows from it in every room."""
    report = import_notice(at=at, **facts)
    assert follow(at=at).finished
    return report


@contextmanager
def open_case(
    start: date, count: int, region: str = "", then: Callable[[], None] = lambda: None
) -> Iterator[list[str]]:
    """One open case of `count` working days from `start`; yields the reasons it was recalculated for.

    `then` happens inside the recalculation.
    """
    reasons: list[str] = []

    def preview(old: CalendarOf, new: CalendarOf) -> Iterator[Moved]:
        was, will_be = (calendar_of(region).add(start, count).on for calendar_of in (old, new))
        if was != will_be:
            yield Moved("130302-0012-20200101-00001-5", "decision", was, will_be)

    def recalculate(*, by: Any, at: datetime, reason: str) -> int:
        reasons.append(reason)
        then()
        return 1

    recalculation.register("test", preview, recalculate)
    try:
        yield reasons
    finally:
        recalculation.unregister("test")
