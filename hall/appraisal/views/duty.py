"""The roster, swaps, and the log of the day."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from hall.access.loading import StaffRequest, right_required
from hall.access.rules import has_right
from hall.access.views.pages import page_of, posted, query_of
from hall.appraisal import queries, rules
from hall.appraisal.actions import duty
from hall.appraisal.enums import SwapState
from hall.appraisal.forms.days import LogForm, SwapForm, TurnForm
from hall.appraisal.models import DutySwap, DutyTurn
from hall.appraisal.views.common import center_of, done, form_page, period_of
from hall.exports import views as exporting
from hall.exports.chosen import Chosen, Filters
from hall.exports.tables import Column, Table
from hall.facts.periods import Period, PeriodKind
from hall.organisation.models import Center, Staff

may_look = right_required("duty.log", "duty.roster")
COLUMNS = (
    Column("day", "日期", kind="date"), Column("shift", "班次"), Column("staff", "值班人"), Column("log", "日记"),
)  # fmt: skip


def _asked(request: StaffRequest) -> tuple[Center, Period]:
    return center_of(request), period_of(request, PeriodKind.MONTH, timezone.localdate(), "month")


def _chosen(center: Center, month: Period) -> Filters:
    return [Chosen("中心", center.name), Chosen("月份", month.label)]


def _turns(request: StaffRequest, center: Center, month: Period) -> Any:
    return queries.duty_visible_to(request.user).filter(center=center, day__gte=month.first, day__lte=month.last)


@require_safe
@may_look
def roster(request: StaffRequest) -> HttpResponse:
    """The month of a center; requests that wait for an answer stand above."""
    center, month = _asked(request)
    at, today = timezone.now(), timezone.localdate()
    person = request.user.staff_id
    rows = [
        {"turn": one, "mine": one.staff_id == person and person is not None, "coming": one.day >= today,
         "missed": queries.overdue(one, at), "logged": hasattr(one, "log"), "begun": one.day <= today}
        for one in _turns(request, center, month)
    ]  # fmt: skip
    context = {
        "center": center, "month": month, "rows": rows, "swaps": list(queries.swaps_for(request.user)),
        "may_arrange": rules.may_arrange(request.user, center.pk),
        "may_export": has_right(request.user, "dashboard.export"),
        "query": query_of(center=str(center.pk), month=month.code),
    }  # fmt: skip
    return render(request, "appraisal/duty.html", context)


@right_required("dashboard.export")
def roster_export(request: StaffRequest) -> HttpResponseBase:
    """The roster as a workbook or on paper."""
    center, month = _asked(request)
    rows = ([x.day, x.get_shift_display(), x.staff.name, "有" if hasattr(x, "log") else ""]
            for x in _turns(request, center, month))  # fmt: skip
    table = Table("值班表", COLUMNS, rows, center_code=center.code, filters=_chosen(center, month))
    back = f"{reverse('appraisal:duty')}?{query_of(center=str(center.pk), month=month.code)}"
    return exporting.offer(request, title="值班表", build=lambda: table, back=back)


@form_page
@right_required("duty.roster")
def turn_new(request: StaffRequest) -> HttpResponse:
    """Put somebody on duty."""
    center, today = center_of(request), timezone.localdate()
    form = TurnForm(posted(request), people=Staff.objects.serving(today).filter(center=center))
    if request.method == "POST" and form.is_valid():
        facts, at = form.cleaned_data, timezone.now()
        if done(lambda: duty.arrange(center=center, by=request.user, at=at, **facts), form, request=request,
                said="已排班。"):  # fmt: skip
            month = f"{facts['day']:%Y-%m}"
            return redirect(f"{reverse('appraisal:duty')}?{query_of(center=str(center.pk), month=month)}")
    context = {"form": form, "center": center}
    return render(request, "appraisal/duty_new.html", context, status=422 if form.is_bound else 200)


def _turn(request: StaffRequest, pk: int) -> DutyTurn:
    return get_object_or_404(queries.duty_visible_to(request.user), pk=pk)


@require_POST
@right_required("duty.roster")
def turn_remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a coming turn off the roster."""
    turn = _turn(request, pk)
    back = f"{reverse('appraisal:duty')}?{query_of(center=str(turn.center_id), month=f'{turn.day:%Y-%m}')}"
    at = timezone.now()
    done(lambda: duty.remove(turn, by=request.user, at=at), request=request, said="已取消。")
    return redirect(back)


@form_page
@right_required("duty.log")
def swap_ask(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask a colleague to take the turn."""
    turn, today = _turn(request, pk), timezone.localdate()
    if turn.staff_id != request.user.staff_id:
        raise PermissionDenied("只能为自己的班请人代替。")
    people = Staff.objects.serving(today).filter(center_id=turn.center_id, user__is_active=True)
    people = people.exclude(pk=turn.staff_id)
    turns = DutyTurn.objects.filter(center_id=turn.center_id, day__gte=today).exclude(staff_id=turn.staff_id)
    form = SwapForm(posted(request), people=people, turns=turns)
    if request.method == "POST" and form.is_valid():
        facts, at = form.cleaned_data, timezone.now()
        if done(lambda: duty.ask_swap(turn, by=request.user, at=at, **facts), form, request=request,
                said="已请求，对方同意后换班。"):  # fmt: skip
            return redirect("appraisal:duty")
    context = {"form": form, "turn": turn}
    return render(request, "appraisal/duty_swap.html", context, status=422 if form.is_bound else 200)


@require_POST
@right_required("duty.log")
def swap_answer(request: StaffRequest, pk: int) -> HttpResponse:
    """Agree or not."""
    waiting = DutySwap.objects.filter(to_id=request.user.staff_id, state=SwapState.ASKED)
    swap = get_object_or_404(waiting, pk=pk)
    accept, at = request.POST.get("answer") == "yes", timezone.now()
    done(lambda: duty.answer_swap(swap, accept=accept, by=request.user, at=at), request=request, said="已答复。")
    return redirect("appraisal:duty")


@form_page
@may_look
def log(request: StaffRequest, pk: int) -> HttpResponse:
    """Read the log of a turn; write it, where it is one's own and still open."""
    turn, at = _turn(request, pk), timezone.now()
    held = getattr(turn, "log", None)
    writes = rules.may_log(request.user, turn) and turn.day <= timezone.localdate(at)
    until = duty.editable_until(held, turn) if held else None
    writes = writes and (until is None or at < until)
    if request.method == "POST" and not writes:
        raise PermissionDenied("值班日记由值班人本人记，写成后过了可以修改的时间就不能再改。")
    initial = {"text": held.text, "handover": held.handover} if held else None
    form = LogForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        if done(lambda: duty.write_log(turn, by=request.user, at=at, **facts), form, request=request, said="已记。"):
            return redirect("appraisal:duty_log", pk=pk)
    context = {"turn": turn, "log": held, "form": form, "writes": writes, "until": until}
    return render(request, "appraisal/duty_log.html", context, status=422 if form.is_bound else 200)


def _logs(request: StaffRequest, center: Center, month: Period) -> Any:
    days = {"turn__day__gte": month.first, "turn__day__lte": month.last}
    return queries.logs_visible_to(request.user).filter(turn__center=center, **days).order_by("-turn__day", "-pk")


@require_safe
@may_look
def log_list(request: StaffRequest) -> HttpResponse:
    """The logs of a month, newest first, to read and to print."""
    center, month = _asked(request)
    rows = _logs(request, center, month)
    context = {
        "center": center, "month": month, "page": page_of(request, rows, 20),
        "query": query_of(center=str(center.pk), month=month.code),
        "may_export": has_right(request.user, "dashboard.export"),
    }  # fmt: skip
    return render(request, "appraisal/duty_logs.html", context)


@right_required("dashboard.export")
def log_export(request: StaffRequest) -> HttpResponseBase:
    """The same logs as a workbook or on paper."""
    center, month = _asked(request)
    columns = (
        Column("day", "日期", kind="date"), Column("shift", "班次"), Column("staff", "值班人"), Column("text", "日记"),
        Column("handover", "交接"), Column("written", "记录时间", kind="datetime"),
    )  # fmt: skip

    def build() -> Table:
        rows = (
            [x.turn.day, x.turn.get_shift_display(), x.turn.staff.name, x.text, x.handover, x.written_at]
            for x in _logs(request, center, month)
        )
        return Table("值班日记", columns, rows, center_code=center.code, filters=_chosen(center, month))

    back = f"{reverse('appraisal:duty_logs')}?{query_of(center=str(center.pk), month=month.code)}"
    return exporting.offer(request, title="值班日记", build=build, back=back)
