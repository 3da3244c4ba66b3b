"""The day board, corrections, the return sign, the month sheet."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from hall.access.loading import StaffRequest, right_required, staff_required
from hall.access.rules import has_right
from hall.access.views.pages import posted, query_of
from hall.appraisal import queries, rules
from hall.appraisal.actions import attendance
from hall.appraisal.enums import OUT, Half, Presence
from hall.appraisal.forms.days import CorrectForm
from hall.appraisal.models import Attendance
from hall.appraisal.views.common import center_of, day_of, done, form_page, number, period_of
from hall.exports import views as exporting
from hall.exports.chosen import Chosen, named
from hall.exports.tables import Column, Table
from hall.facts.errors import Refused
from hall.facts.periods import Period, PeriodKind
from hall.organisation.models import Center, Department, Staff
from hall.workdays.calendars import calendar_for

may_keep = right_required("attendance.record")
MARKS = {
    Presence.PRESENT: "√", Presence.LATE: "迟", Presence.ABSENT: "缺", Presence.LEAVE: "假", Presence.SITE: "踏",
    Presence.MEETING: "会", Presence.VILLAGE: "乡",
}  # fmt: skip


def _people(request: StaffRequest, center: Center, on: date) -> list[Staff]:
    people = queries.board_people(request.user, center, on).order_by("department__pinyin", "pinyin", "number")
    department = number(request, "department")
    return list(people.filter(department_id=department) if department is not None else people)


@form_page
@may_keep
def board(request: StaffRequest) -> HttpResponse:
    """One day: everybody twice, and what is on record already."""
    center, today = center_of(request), timezone.localdate()
    day = day_of(request, today)
    people = _people(request, center, day)
    wrong = ""
    if request.method == "POST":
        wrong = _record(request, center, day, people)
        if not wrong:
            return redirect(f"{request.path}?{query_of(center=str(center.pk), day=day.isoformat())}")
    context = {
        "center": center, "day": day, "today": today, "rows": _lines(day, people), "wrong": wrong,
        "choices": Presence.choices, "halves": Half.choices, "before": day - timedelta(days=1),
        "after": day + timedelta(days=1), "working": calendar_for(center.region_id).is_working(day),
    }  # fmt: skip
    return render(request, "appraisal/attendance.html", context, status=422 if wrong else 200)


def _record(request: StaffRequest, center: Center, day: date, people: list[Staff]) -> str:
    """Write what the board says; the sentence where it cannot be."""
    marks = {}
    for person in people:
        for half in Half.values:
            said = request.POST.get(f"m-{person.pk}-{half}", "")
            if said and said not in Presence.values:
                return "考勤情况不在列表里，请重新选择。"
            if said:
                marks[person.pk, half] = said
    if not marks:
        return "没有选择任何人的考勤情况。"
    try:
        attendance.record(center=center, day=day, marks=marks, by=request.user, at=timezone.now())
    except Refused as refusal:
        return refusal.sentence
    return ""


def _lines(day: date, people: list[Staff]) -> list[dict[str, Any]]:
    """Each person with both halves; an absence of the organisation stands beside and fills in what is not recorded."""
    rows = Attendance.objects.filter(day=day, staff__in=people).prefetch_related("changes__changed_by__staff")
    held = {(row.staff_id, row.half): row for row in rows}
    away = queries.absences_on(Staff.objects.filter(pk__in=[one.pk for one in people]), day)
    return [
        {
            "person": one, "absence": away.get(one.pk),
            "halves": [
                {"half": half, "row": row, "out": row is not None and row.presence in OUT,
                 "preset": Presence.LEAVE.value if one.pk in away else Presence.PRESENT.value}
                for half in Half for row in (held.get((one.pk, half.value)),)
            ],
        }
        for one in people
    ]  # fmt: skip


@require_safe
@staff_required
def one_row(request: StaffRequest, pk: int) -> HttpResponse:
    """One half day with its trail: what a deduction for it links to, open to the person too."""
    row = get_object_or_404(queries.attendance_visible_to(request.user), pk=pk)
    keeps = rules.may_record(request.user, row.staff)
    context = {
        "row": row,
        "back": _board(row) if keeps else f"{reverse('appraisal:attendance_mine')}?month={row.day:%Y-%m}",
        "changes": row.changes.select_related("changed_by__staff"),
        "may_correct": rules.may_correct(request.user, row),
    }
    return render(request, "appraisal/attendance_row.html", context)


@form_page
@may_keep
def correct(request: StaffRequest, pk: int) -> HttpResponse:
    """Correct one half day, with a reason; the trail stands below."""
    row = get_object_or_404(queries.attendance_visible_to(request.user), pk=pk)
    form = CorrectForm(posted(request), initial={"presence": row.presence})
    if request.method == "POST" and form.is_valid():
        facts, at = form.cleaned_data, timezone.now()
        if done(
            lambda: attendance.correct(row, by=request.user, at=at, **facts), form, request=request, said="已更正。"
        ):
            return redirect(_board(row))
    context = {
        "form": form,
        "row": row,
        "back": _board(row),
        "changes": row.changes.select_related("changed_by__staff"),
    }
    return render(request, "appraisal/attendance_correct.html", context, status=422 if form.is_bound else 200)


def _board(row: Attendance) -> str:
    asked = query_of(center=str(row.center_id), day=row.day.isoformat())
    return f"{reverse('appraisal:attendance')}?{asked}"


@require_POST
@staff_required
def sign_return(request: StaffRequest, pk: int) -> HttpResponse:
    """Back from outside."""
    row = get_object_or_404(queries.attendance_visible_to(request.user), pk=pk)
    at = timezone.now()
    done(lambda: attendance.sign_return(row, by=request.user, at=at), request=request, said="已签到。")
    keeps = rules.may_record(request.user, row.staff)
    return redirect(_board(row) if keeps else "appraisal:attendance_mine")


@require_safe
@staff_required
def mine(request: StaffRequest) -> HttpResponse:
    """One's own month, with the return signs that are still owed."""
    month = period_of(request, PeriodKind.MONTH, timezone.localdate(), "month")
    rows = queries.attendance_visible_to(request.user).filter(staff_id=request.user.staff_id or 0)
    held = rows.filter(day__gte=month.first, day__lte=month.last).prefetch_related("changes")
    context = {"month": month, "rows": [(row, row.presence in OUT and row.returned_at is None) for row in held]}
    return render(request, "appraisal/attendance_mine.html", context)


def _month(request: StaffRequest) -> tuple[Center, Period, list[dict[str, Any]]]:
    """Everybody's month: a mark each day for both halves, and the sums."""
    center = center_of(request)
    month = period_of(request, PeriodKind.MONTH, timezone.localdate(), "month")
    people = _people(request, center, month.first)
    rows = Attendance.objects.filter(staff__in=people, day__gte=month.first, day__lte=month.last)
    held = {(row.staff_id, row.day.day, row.half): Presence(row.presence) for row in rows}
    days = range(1, month.days + 1)
    lines = []
    for one in people:
        cells = [[held.get((one.pk, day, half)) for half in Half.values] for day in days]
        sums = Counter(mark for cell in cells for mark in cell if mark is not None)
        marks = ["".join(MARKS[mark] if mark else "·" for mark in cell) if any(cell) else "" for cell in cells]
        lines.append({"person": one, "marks": marks, "sums": [sums[word] / 2 for word in Presence]})
    return center, month, lines


@require_safe
@may_keep
def month_sheet(request: StaffRequest) -> HttpResponse:
    """The month of a department or center, to print."""
    center, month, lines = _month(request)
    words = [(MARKS[one], one.label) for one in Presence]
    context = {
        "center": center, "month": month, "lines": lines, "days": range(1, month.days + 1), "words": words,
        "query": query_of(center=str(center.pk), month=month.code, department=str(number(request, "department") or "")),
        "may_export": has_right(request.user, "dashboard.export"),
    }  # fmt: skip
    return render(request, "appraisal/attendance_month.html", context)


@right_required("dashboard.export")
def month_export(request: StaffRequest) -> HttpResponseBase:
    """The month's sums as a workbook or on paper."""
    center, month, lines = _month(request)
    columns = [Column("name", "姓名"), Column("department", "部门")]
    columns += [Column(one.value, f"{one.label}（天）", kind="days") for one in Presence]

    def build() -> Table:
        rows = [[x["person"].name, getattr(x["person"].department, "name", ""), *x["sums"]] for x in lines]
        department = Department.objects.filter(center=center, pk=number(request, "department") or 0).first()
        asked = [Chosen("中心", center.name), Chosen("月份", month.label), *named("部门", department)]
        notes = ["半天计 0.5 天；没有登记的不计。"]
        return Table("考勤月表", columns=columns, rows=rows, notes=notes, center_code=center.code, filters=asked)

    back = f"{reverse('appraisal:attendance_month')}?{query_of(center=str(center.pk), month=month.code)}"
    return exporting.offer(request, title="考勤月表", build=build, back=back)
