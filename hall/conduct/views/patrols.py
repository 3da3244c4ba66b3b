"""Patrols on a phone: begin, walk from stop to stop, write down line by line, finish."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hall.access.loading import StaffRequest, right_required
from hall.access.rules import has_right
from hall.access.views.pages import ask, page_of, posted
from hall.conduct import photos, queries, rules
from hall.conduct.actions import patrols as actions
from hall.conduct.actions.patrols import Seen
from hall.conduct.enums import Outcome
from hall.conduct.forms.patrols import FinishForm, ListForm, ProblemForm, StartForm
from hall.conduct.models import Patrol, PatrolStop
from hall.conduct.views.places import chosen, chosen_center, in_center, one_of
from hall.exports import views as exporting
from hall.exports.tables import Column, Table
from hall.supervision.views.attempts import attempted

form_page = require_http_methods(["GET", "HEAD", "POST"])
may_read = right_required("patrol.record", "supervision.view")
may_walk = right_required("patrol.record")
STATES = (("open", "进行中"), ("finished", "已结束"))


def _found(request: StaffRequest) -> Any:
    rows = in_center(queries.patrols_for(request.user), request, request.user)
    state = one_of(request, "state", ["open", "finished"])
    return rows.filter(finished_at__isnull=state == "open") if state else rows


@require_safe
@may_read
def patrols(request: StaffRequest) -> HttpResponse:
    """Rounds, newest first."""
    page = page_of(request, _found(request))
    context = {"page": page, "query": _query(request), "may_walk": has_right(request.user, "patrol.record")}
    return render(request, "conduct/patrols.html", context)


def _query(request: StaffRequest) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()


@form_page
@may_read
def patrols_export(request: StaffRequest) -> HttpResponseBase:
    """The list as a file."""
    columns = [
        Column("at", "开始", "datetime"), Column("center", "中心"), Column("by", "巡查人"),
        Column("stops", "巡查点", "number"), Column("looked", "看了几项", "number"),
        Column("problems", "问题", "number"), Column("end", "结束", "datetime"),
    ]  # fmt: skip

    def build() -> Table:
        rows = (
            (r.started_at, r.center.name, r.started_by.display_name, r.stop_count, r.looked, r.problems, r.finished_at)
            for r in _found(request)
        )
        asked = chosen(request, request.user, state=("状态", STATES))
        return Table("巡查", columns, rows, notes=["一次巡查一行；没有结束的巡查不计入统计。"], filters=asked)

    back = f"{reverse('conduct:patrols')}?{request.GET.urlencode()}"
    return exporting.offer(request, title="巡查", build=build, back=back)


@form_page
@may_walk
def patrol_new(request: StaffRequest) -> HttpResponse:
    """Choose the center, how many windows are drawn, and which are added."""
    center, at = chosen_center(request, request.user), timezone.now()
    if center is None:
        raise PermissionDenied("您的账号没有可以巡查的中心。")
    windows = queries.windows_of(center.pk, timezone.localdate(at))
    form = StartForm(posted(request), windows=windows, initial={"drawn": min(5, windows.count())})
    begun: list[Patrol] = []

    def do(data: dict[str, Any]) -> None:
        chosen = list(data["windows"])
        begun.append(actions.start(center=center, chosen=chosen, drawn=data["drawn"], by=request.user, at=at))

    if request.method == "POST" and attempted(form, do):
        return redirect("conduct:patrol", pk=begun[0].pk)
    running = Patrol.objects.filter(started_by=request.user, finished_at__isnull=True).first()
    return ask(request, "conduct/patrol_new.html", form, center=center, running=running)


@never_cache
@require_safe
@may_read
def patrol(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The route with how far it is; once finished, what was found."""
    row = get_object_or_404(queries.patrols_for(request.user), pk=pk)
    return _show(request, row, FinishForm())


def _show(request: StaffRequest, row: Patrol, form: FinishForm) -> HttpResponse:
    findings = list(row.findings.select_related("stop__window", "line", "staff", "department", "rectification"))
    done: dict[int, list[Any]] = {}
    for finding in findings:
        done.setdefault(finding.stop_id, []).append(finding)
    lines = list(row.checklist.lines.all())
    stops = [
        {
            "stop": stop,
            "of": sum(line.place == stop.place for line in lines),
            "done": len(done.get(stop.pk, ())),
            "problems": sum(f.outcome == Outcome.PROBLEM for f in done.get(stop.pk, ())),
        }
        for stop in row.stops.select_related("window")
    ]
    context = {
        "patrol": row,
        "stops": stops,
        "problems": [finding for finding in findings if finding.outcome == Outcome.PROBLEM],
        "mine": rules.may_patrol(request.user, row),
        "form": form,
    }
    return render(request, "conduct/patrol.html", context, status=422 if form.is_bound else 200)


@require_POST
@may_walk
def patrol_finish(request: StaffRequest, pk: UUID) -> HttpResponse:
    """End the round."""
    row = get_object_or_404(queries.patrols_for(request.user), pk=pk)
    form = FinishForm(request.POST)

    def do(data: dict[str, Any]) -> None:
        actions.finish(patrol=row, note=data["note"], by=request.user, at=timezone.now())

    if attempted(form, do):
        messages.success(request, "巡查已结束，有问题的已发给责任部门整改。")
        return redirect("conduct:patrol", pk=pk)
    return _show(request, row, form)


@never_cache
@form_page
@may_walk
def patrol_stop(request: StaffRequest, pk: int) -> HttpResponse:
    """One stop with all its lines; a tap on 正常 writes that line down at once, so that nothing is lost."""
    stop = _stop(request, pk)
    lines = list(stop.patrol.checklist.lines.filter(place=stop.place))
    if request.method == "POST":
        line = next((line for line in lines if str(line.pk) == request.POST.get("line")), None)
        form = FinishForm({})
        if line is not None and attempted(form, lambda _: _fine(request, stop, line)):
            return redirect(f"{request.path}#line-{line.position + 1}")
        messages.error(
            request, "".join(str(error) for error in form.non_field_errors()) or "清单里没有这一项，请重新打开这一页。"
        )
        return redirect("conduct:patrol", pk=stop.patrol_id)
    findings = {finding.line_id: finding for finding in stop.findings.all()}
    rows = [(line, findings.get(line.pk)) for line in lines]
    following = stop.patrol.stops.filter(position__gt=stop.position).select_related("window").first()
    context = {"stop": stop, "rows": rows, "left": len(lines) - len(findings), "following": following}
    return render(request, "conduct/patrol_stop.html", context)


def _stop(request: StaffRequest, pk: int) -> PatrolStop:
    rows = PatrolStop.objects.select_related("patrol__center", "patrol__checklist", "window__department")
    return get_object_or_404(rows, pk=pk, patrol__in=queries.patrols_for(request.user))


def _fine(request: StaffRequest, stop: PatrolStop, line: Any) -> None:
    actions.record(stop=stop, line=line, seen=Seen(Outcome.FINE), by=request.user, at=timezone.now())


@never_cache
@form_page
@may_walk
def patrol_line(request: StaffRequest, pk: int, line: int) -> HttpResponse:
    """What is wrong on one line."""
    stop = _stop(request, pk)
    if not rules.may_patrol(request.user, stop.patrol):
        raise PermissionDenied("这次巡查已经结束，或由别人登记。")
    row = get_object_or_404(stop.patrol.checklist.lines.filter(place=stop.place), pk=line)
    known = stop.findings.filter(line=row, outcome=Outcome.PROBLEM).first()
    start = {"points": row.points}
    if known:
        start = {name: getattr(known, name) for name in ("text", "severity", "points", "staff", "department")}
    files = request.FILES if request.method == "POST" else None
    form = ProblemForm(posted(request), files, initial=start, center=stop.patrol.center, window=stop.window)

    def do(_: dict[str, Any]) -> None:
        actions.record(stop=stop, line=row, seen=form.seen(), by=request.user, at=timezone.now())

    if request.method == "POST" and attempted(form, do):
        return redirect(f"{reverse('conduct:patrol_stop', kwargs={'pk': pk})}#line-{row.position + 1}")
    return ask(request, "conduct/patrol_line.html", form, stop=stop, line=row, known=known)


@form_page
@may_walk
def patrol_list(request: StaffRequest) -> HttpResponse:
    """The check list in force, and a form for its next version."""
    current = queries.list_in_force()
    lines = list(current.lines.all())
    text = "\n".join(f"{x.group}｜{x.text}｜{x.get_place_display()}｜{x.source}｜{x.points}" for x in lines)
    form = ListForm(posted(request), initial={"lines": text})

    def do(data: dict[str, Any]) -> None:
        actions.new_list(lines=data["lines"], note=data["note"], by=request.user, at=timezone.now())

    if request.method == "POST" and attempted(form, do):
        messages.success(request, "新清单已启用，进行中的巡查仍用原来的。")
        return redirect("conduct:patrol_list")
    return ask(request, "conduct/patrol_list.html", form, current=current, lines=lines)


@never_cache
@require_safe
@right_required("patrol.record", "patrol.answer", "supervision.view")
def photo(request: StaffRequest, pk: UUID) -> HttpResponse:
    """One photo, to those who may see what it belongs to."""
    row = get_object_or_404(queries.photos_for(request.user), pk=pk)
    response = HttpResponse(photos.content_of(row), content_type=row.media_type)
    response["Content-Disposition"] = "inline"
    response["Cache-Control"] = "no-store, private"
    return response
