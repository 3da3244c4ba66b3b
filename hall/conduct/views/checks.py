"""Checks of closing times: the draws, one draw with its cases, one case with what a look found."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hall.access import navigation
from hall.access.loading import StaffRequest, right_required
from hall.access.rules import has_right
from hall.access.views.pages import ask, page_of, posted
from hall.conduct import queries
from hall.conduct.actions import closure_checks as actions
from hall.conduct.enums import CheckVerdict
from hall.conduct.forms.checks import DrawForm, JudgeForm
from hall.conduct.models import ClosureItem, ClosureSample
from hall.conduct.views.places import chosen, chosen_center, in_center, one_of
from hall.exports import views as exporting
from hall.exports.tables import Column, Table
from hall.facts.periods import PeriodKind, holding
from hall.supervision.views.attempts import attempted, pressed

form_page = require_http_methods(["GET", "HEAD", "POST"])
may_read = right_required("supervision.check", "supervision.view")
may_check = right_required("supervision.check")
STATES = (("open", "没有查完"), ("finished", "查完了"))


def _found(request: StaffRequest) -> Any:
    rows = in_center(queries.samples_for(request.user), request, request.user)
    state = one_of(request, "state", ["open", "finished"])
    if not state:
        return rows
    waiting = Q(pk__in=ClosureItem.objects.filter(verdict="").values("sample"))
    return rows.filter(waiting if state == "open" else ~waiting)


@require_safe
@may_read
def checks(request: StaffRequest) -> HttpResponse:
    """The draws."""
    query = request.GET.copy()
    query.pop("page", None)
    may_draw = has_right(request.user, "supervision.check")
    context = {"page": page_of(request, _found(request)), "query": query.urlencode(), "may_draw": may_draw}
    return render(request, "conduct/checks.html", context)


@form_page
@may_read
def checks_export(request: StaffRequest) -> HttpResponseBase:
    """The draws as a file."""
    columns = [
        Column("period", "月份"), Column("department", "部门"), Column("center", "中心"),
        Column("population", "办结", "number"), Column("taken", "抽取", "number"), Column("checked", "已查", "number"),
        Column("seed", "随机种子"), Column("by", "抽取人"), Column("at", "抽取时间", "datetime"),
    ]  # fmt: skip

    def build() -> Table:
        rows = (
            (
                row.period, row.department.name, row.center.name, row.population, row.taken, row.checked, row.seed,
                row.drawn_by.display_name, row.drawn_at,
            )
            for row in _found(request)
        )  # fmt: skip
        asked = chosen(request, request.user, state=("状态", STATES))
        return Table("办结时间查验", columns, rows, notes=["一次抽取一行，每月每个部门抽一次。"], filters=asked)

    back = f"{reverse('conduct:checks')}?{request.GET.urlencode()}"
    return exporting.offer(request, title="办结时间查验", build=build, back=back)


@form_page
@may_check
def check_new(request: StaffRequest) -> HttpResponse:
    """Draw a month of a department."""
    at, center = timezone.now(), chosen_center(request, request.user)
    if center is None:
        raise PermissionDenied("您的账号没有可以抽查的中心。")
    last = holding(PeriodKind.MONTH, timezone.localdate(at)).previous()
    form = DrawForm(posted(request), center=center, initial={"period": last.code})
    made: list[ClosureSample] = []

    def do(data: dict[str, Any]) -> None:
        made.append(actions.take(by=request.user, at=at, **data))

    if request.method == "POST" and attempted(form, do):
        return redirect("conduct:check", pk=made[0].pk)
    return ask(request, "conduct/check_new.html", form, center=center)


@require_safe
@may_read
def check(request: StaffRequest, pk: UUID) -> HttpResponse:
    """One draw with its cases."""
    row = get_object_or_404(queries.samples_for(request.user), pk=pk)
    items = queries.items_for(request.user).filter(sample=row).order_by("docket")
    page = page_of(request, items)
    shown = [(item, navigation.docket_url(item.docket)) for item in page]
    repeated = actions.repeated(row) if "verify" in request.GET else None
    context = {"sample": row, "page": page, "rows": shown, "verify": "verify" in request.GET, "repeated": repeated}
    return render(request, "conduct/check.html", context)


@form_page
@may_read
def check_export(request: StaffRequest, pk: UUID) -> HttpResponseBase:
    """The cases of one draw as a file."""
    row = get_object_or_404(queries.samples_for(request.user), pk=pk)
    columns = [
        Column("docket", "办件编号"), Column("text", "事项"), Column("staff", "经办人"),
        Column("closed", "办结时间", "datetime"), Column("recorded", "记录时间", "datetime"),
        Column("beside", "同一人前后几分钟办结的其他件", "number"), Column("verdict", "结论"), Column("reason", "依据"),
    ]  # fmt: skip

    def build() -> Table:
        rows = (
            (
                i.docket, i.text, i.staff.name if i.staff else "", i.closed_at, i.recorded_at, i.neighbours,
                i.get_verdict_display(), i.reason,
            )
            for i in queries.items_for(request.user).filter(sample=row).order_by("docket")
        )  # fmt: skip
        drawn = f"从 {row.population} 件办结件中抽 {row.percent}%，种子 {row.seed}，清单摘要 {row.population_digest}。"
        return Table("办结时间查验", columns, rows, notes=[drawn], center_code=row.center.code, filters=None)

    back = reverse("conduct:check", kwargs={"pk": pk})
    return exporting.offer(request, title="办结时间查验", build=build, back=back)


@form_page
@may_check
def check_item(request: StaffRequest, pk: UUID) -> HttpResponse:
    """One drawn case: both times, how many beside it, and the verdict."""
    row = get_object_or_404(queries.items_for(request.user), pk=pk)
    form = JudgeForm(posted(request))

    def do(data: dict[str, Any]) -> None:
        actions.judge(item=row, by=request.user, at=timezone.now(), **data)

    if request.method == "POST" and attempted(form, do):
        messages.success(request, "查验结论已登记。")
        return redirect("conduct:check_item", pk=pk)
    context = {
        "item": row,
        "url": navigation.docket_url(row.docket),
        "gap": row.recorded_at - row.closed_at,
        "backdated": row.verdict in (CheckVerdict.BACKDATED, CheckVerdict.BATCHED),
    }
    return ask(request, "conduct/check_item.html", form, **context)


@require_POST
@right_required("supervision.check")
def check_card(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Raise a yellow card on what the check found."""
    row = get_object_or_404(queries.items_for(request.user), pk=pk)
    at, back = timezone.now(), reverse("conduct:check_item", kwargs={"pk": pk})
    return pressed(request, back, "已发黄牌。", lambda: actions.raise_card(item=row, by=request.user, at=at))
