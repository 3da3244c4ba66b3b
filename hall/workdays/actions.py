"""The only door for writing the calendar: importing the notice of a new year, or one that amends an old one."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from hall.workdays import recalculation
from hall.workdays.arithmetic import Calendar, Day, DayKind, Notice
from hall.workdays.calendars import CalendarSet, Row, calendars, rows_in_force
from hall.workdays.enums import RowKind
from hall.workdays.models import CalendarChange, CalendarDay, CalendarNotice, CalendarVersion
from hall.workdays.notice_file import BadNotice, NoticeFile, NoticeRow, gaps, parse
from hall.workdays.recalculation import Moved
from hall.workdays.shipped import day_of
from hall.workdays.trial import Trial, whole

if TYPE_CHECKING:
    from hall.access.models import User

KIND_WORDS = {
    DayKind.WORKDAY: "上班",
    DayKind.WEEKEND: "周末",
}


def day_in_words(day: Day) -> str:
    """春节放假, 调休上班（春节）, 周末, 上班."""
    if day.kind is DayKind.HOLIDAY:
        return f"{day.name.removesuffix('放假')}放假"
    return f"调休上班（{day.name}）" if day.kind is DayKind.MAKE_UP else KIND_WORDS[day.kind]


@dataclass(frozen=True, slots=True)
class DayChange:
    """One day that the notice says differently from what was in force."""

    on: date
    old: Day
    new: Day

    @property
    def old_words(self) -> str:
        return day_in_words(self.old)

    @property
    def new_words(self) -> str:
        return day_in_words(self.new)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do: `trial` says which open deadlines would move, `recalculated` how many did.

    `by_and_by`: the deadlines of open cases have yet to follow, in portions.
    """

    year: int
    document_no: str
    amends: str
    days: int
    changes: tuple[DayChange, ...]
    trial: Trial | None = None  # of a dry run
    recalculated: int = 0
    by_and_by: bool = False

    @property
    def first_moved(self) -> Sequence[Moved]:
        return self.trial.first if self.trial else ()

    @property
    def what(self) -> str:
        """What the notice itself says."""
        what = f"修改 {self.amends}" if self.amends else f"新增 {self.year} 年安排"
        return f"{what}：列明 {self.days} 天，其中 {len(self.changes)} 天与现行日历不同"

    @property
    def sentence(self) -> str:
        """What it says and what follows from it."""
        if self.trial is not None:
            return f"{self.what}；{_reach(self.trial)}。"
        rest = "在办办件的期限正在分批重算" if self.by_and_by else ""
        if not self.recalculated and rest:
            return f"{self.what}；{rest}。"
        return f"{self.what}；重新计算后 {self.recalculated} 个期限变动{'，' if rest else ''}{rest}。"


def _reach(trial: Trial) -> str:
    reach = f"{trial.cases} 件在办办件的期限会变动" if trial.cases else "没有在办办件的期限变动"
    shown = f"，以下是前 {len(trial.first)} 条" if trial.deadlines > len(trial.first) else ""
    unknown = f"，另有 {trial.unknown} 件算不出，请看日志" if trial.unknown else ""
    return f"{reach}{unknown}{shown}"


@dataclass(frozen=True, slots=True)
class Plan:
    """A notice as it would be taken in: the calendars before and after it, and what it says."""

    file: NoticeFile
    title: str
    amends: CalendarNotice | None
    before: CalendarSet
    after: CalendarSet
    report: ImportReport


@transaction.atomic
def import_notice(
    *,
    text: str,
    by: "User | None",
    at: datetime,
    title: str = "",
    url: str = "",
    region: str = "",
    region_name: str = "",
    dry_run: bool = False,
) -> ImportReport:
    """Take in a notice. A year that already has a notice is amended by this one.

    Rooms with few deadlines move them here and now; open cases follow in portions (hall.workdays.following_actions).
    Raises BadNotice for the whole file, naming lines. With `dry_run` nothing is written.
    """
    if dry_run:
        plan = planned(text=text, title=title, region=region, region_name=region_name)
        return replace(plan.report, trial=whole(plan.before.for_region, plan.after.for_region))
    # One import at a time: the second one is planned on what the first has written.
    CalendarVersion.objects.select_for_update().filter(pk=1).first()
    plan = planned(text=text, title=title, region=region, region_name=region_name)
    notice = CalendarNotice.objects.create(
        year=plan.file.year,
        region=region,
        region_name=region_name,
        document_no=plan.file.document_no,
        title=plan.title,
        url=url,
        source="导入",
        amends=plan.amends,
        imported_at=at,
        imported_by=by,
    )
    _write_days(plan.file.rows, notice)
    CalendarVersion.objects.filter(pk=1).update(number=F("number") + 1, token=uuid.uuid4(), changed_at=at)
    days = _differing(plan.before.for_region(region), plan.after.for_region(region))
    change = CalendarChange.objects.create(notice=notice, days=days)
    moved = recalculation.recalculate(by=by, at=at, reason=change.reason)
    return replace(plan.report, recalculated=moved, by_and_by=bool(recalculation.in_portions()))


def _differing(old: Calendar, new: Calendar) -> list[str]:
    """Every day that is something else now, those included that were only assumed before the year was published."""
    days = {day for calendar in (old, new) for day, _ in calendar.exceptions(date.min, date.max)}
    return sorted(day.isoformat() for day in days if old.day(day).kind is not new.day(day).kind)


def _checked_title(title: str, region: str, region_name: str) -> str:
    """The title as given; of a region's own notice a plain one, never one that says the State Council wrote it."""
    faults = [
        (region and not re.fullmatch(r"[0-9]{12}", region), "地区代码是 12 位数字，全国的通知不填。"),
        (region and not region_name.strip(), "请填写地区名称，算式里要写明是哪里的假日。"),
        (len(region_name) > 60, "地区名称最多 60 个字。"),
        (len(title) > 120, "通知标题最多 120 个字。"),
    ]
    if found := [sentence for wrong, sentence in faults if wrong]:
        raise BadNotice(found)
    return title or (f"{region_name}放假通知" if region else "")


def planned(*, text: str, title: str, region: str, region_name: str) -> Plan:
    """Everything that can be known before writing but what would move. Raises BadNotice."""
    title = _checked_title(title, region, region_name)
    rows, years = rows_in_force()
    if not rows:
        raise BadNotice(["数据库里还没有日历，请先运行 manage.py migrate。"])
    before = CalendarSet(rows, years)
    own = {row.on: day_of(row.kind, row.name, row.notice) for row in rows if row.region == region}
    file = parse(text, own)
    if CalendarNotice.objects.filter(region=region, document_no=file.document_no).exclude(document_no="").exists():
        raise BadNotice([f"文号 {file.document_no} 的通知已经导入过。"])
    amends = CalendarNotice.objects.filter(year=file.year, region=region, amends__isnull=True).first()
    title = title or f"国务院办公厅关于{file.year}年部分节假日安排的通知"
    new_rows = _overlay(rows, file.rows, region, Notice(title, file.document_no))
    _refuse_gaps(new_rows, file, region)
    if amends is not None and set(_facts(new_rows)) == set(_facts(rows)):
        raise BadNotice(["文件与现行日历完全相同，没有可以导入的内容。"])
    after = CalendarSet(new_rows, [*years, *([] if region else [file.year])])
    report = ImportReport(
        year=file.year,
        document_no=file.document_no,
        amends=str(amends) if amends else "",
        days=len(file.rows),
        changes=_changes(file.rows, before.for_region(region), after.for_region(region)),
    )
    return Plan(file, title, amends, before, after, report)


def _overlay(rows: list[Row], new: tuple[NoticeRow, ...], region: str, notice: Notice) -> list[Row]:
    named = {row.on for row in new}
    kept = [row for row in rows if row.region != region or row.on not in named]
    return kept + [Row(row.on, region, row.kind, row.name, notice) for row in new if _needs_row(row)]


def _facts(rows: list[Row]) -> list[tuple[date, str, str, str]]:
    """Rows without the notice they come from."""
    return [(row.on, row.region, row.kind, row.name) for row in rows]


def _needs_row(row: NoticeRow) -> bool:
    """A weekday that is worked again needs no row of its own: the old one is only marked as replaced."""
    return row.kind == RowKind.OFF or row.on.weekday() >= 5


def _refuse_gaps(rows: list[Row], file: NoticeFile, region: str) -> None:
    if region:
        return  # what a region adds to the national holidays is its own affair
    found = gaps({row.on: day_of(row.kind, row.name, row.notice) for row in rows if not row.region}, file.year)
    if found:
        raise BadNotice(found)


def _changes(rows: tuple[NoticeRow, ...], old: Calendar, new: Calendar) -> tuple[DayChange, ...]:
    pairs = ((row.on, old.day(row.on), new.day(row.on)) for row in sorted(rows, key=lambda row: row.on))
    return tuple(
        DayChange(on, was, now) for on, was, now in pairs if was.working != now.working or was.name != now.name
    )


def _write_days(rows: tuple[NoticeRow, ...], notice: CalendarNotice) -> None:
    dates = [row.on for row in rows]
    CalendarDay.objects.in_force().filter(region=notice.region, date__in=dates).update(superseded_by=notice)
    CalendarDay.objects.bulk_create(
        CalendarDay(date=row.on, region=notice.region, kind=row.kind, name=row.name, notice=notice)
        for row in rows
        if _needs_row(row)
    )


__all__ = ["BadNotice", "DayChange", "ImportReport", "Plan", "calendars", "import_notice", "planned"]
