"""Ranking, sheets, objections, marks and the runs of periods."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeGuard

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from hall.access.loading import StaffRequest, right_required
from hall.access.models import User
from hall.access.navigation import docket_url
from hall.access.rules import has_right
from hall.access.scope import departments_of
from hall.access.views.pages import page_of, posted, query_of, words
from hall.appraisal import queries, rules, scoring, transitions
from hall.appraisal.actions import computing, periods, sheets
from hall.appraisal.enums import Band, LineKind, PeriodState, SchemeState, SubjectKind
from hall.appraisal.forms.sheets import (
    MarkDecisionForm,
    MarkForm,
    ObjectionDecisionForm,
    ObjectionForm,
    PeriodForm,
)
from hall.appraisal.models import AppraisalPeriod, Line, Score, ScoreEntry
from hall.appraisal.views.common import choice, done, form_page, number
from hall.exports import views as exporting
from hall.exports.chosen import Chosen, Filters, named, picked, typed
from hall.exports.tables import Column, Table
from hall.facts import sources
from hall.facts.periods import parse
from hall.organisation.models import Department

may_look = right_required("appraisal.view")
RECENT = 24
COLUMNS = (
    Column("rank", "名次", kind="number"), Column("subject", "对象"), Column("department", "部门"),
    Column("total", "总分", kind="days"), Column("band", "等次"), Column("confirmed", "阅知", kind="date"),
)  # fmt: skip
WAITING = (
    Column("since", "提出", kind="datetime"), Column("what", "种类"), Column("sheet", "考核表"),
    Column("period", "考核期"), Column("line", "项目"), Column("text", "记分"), Column("points", "分数", kind="days"),
    Column("why", "理由或证据"), Column("who", "记分人"),
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What the address of the ranking asks for."""

    subject: str
    period: AppraisalPeriod | None
    department: int | None
    band: str
    q: str
    rows: QuerySet[Score]

    @property
    def query(self) -> str:
        return query_of(
            subject=self.subject, period=str(self.period.pk) if self.period else "", band=self.band, q=self.q,
            department=str(self.department or ""),
        )  # fmt: skip


def _asked(request: StaffRequest) -> Asked:
    subject = choice(request, "subject", SubjectKind.values, SubjectKind.PERSON)
    known = queries.periods_visible_to(request.user).filter(version__subject=subject)
    wanted = number(request, "period")
    period = known.filter(pk=wanted).first() if wanted is not None else known.first()
    department, band, q = number(request, "department"), choice(request, "band", Band.values), words(request)
    rows = queries.scores_visible_to(request.user).filter(period=period) if period else Score.objects.none()
    if department is not None:
        get_object_or_404(departments_of(request.user), pk=department)
        rows = rows.filter(department_id=department)
    if band:
        rows = rows.filter(band=band)
    if q:
        named = Q(staff__name__icontains=q) | Q(window__name__icontains=q) | Q(window__number=q)
        rows = rows.filter(named | Q(staff__isnull=True, window__isnull=True, department__name__icontains=q))
    return Asked(subject, period, department, band, q, rows.order_by("rank", "pk"))


@require_safe
@may_look
def overview(request: StaffRequest) -> HttpResponse:
    """The ranking of a period, with everything that narrows it in the address."""
    asked = _asked(request)
    known = queries.periods_visible_to(request.user).filter(version__subject=asked.subject)[:RECENT]
    seen = queries.scores_visible_to(request.user).filter(period=asked.period, department__isnull=False)
    homes = seen.order_by("department__pinyin").values_list("department_id", "department__name").distinct()
    run = asked.period is not None and rules.may_run(request.user, asked.period.center_id)
    tabs = [
        {"url": f"?subject={kind.value}", "label": kind.label, "active": kind == asked.subject} for kind in SubjectKind
    ]
    context = {
        "asked": asked, "page": page_of(request, asked.rows), "tabs": tabs, "bands": Band.choices,
        "periods": [(one, parse(one.code).label) for one in known], "departments": list(homes) if asked.period else [],
        "steps": transitions.allowed(transitions.PERIOD, asked.period.state) if run and asked.period else [],
        "may_open": has_right(request.user, "appraisal.score"),
        "behind": asked.period is not None and queries.missed_a_night(asked.period, timezone.now()),
        "untold": list(queries.out_of_reach(asked.period)) if run and _is_announced(asked.period) else [],
        "without_events": queries.without_events(asked.rows), "may_export": has_right(request.user, "dashboard.export"),
    }  # fmt: skip
    return render(request, "appraisal/overview.html", context)


def _is_announced(period: AppraisalPeriod | None) -> TypeGuard[AppraisalPeriod]:
    return period is not None and period.state == PeriodState.OBJECTION


@right_required("dashboard.export")
def overview_export(request: StaffRequest) -> HttpResponseBase:
    """The ranking as a workbook or on paper."""
    asked = _asked(request)
    back = f"{reverse('appraisal:overview')}?{asked.query}"
    return exporting.offer(request, title="考核分", build=lambda: _table(asked), back=back)


def _table(asked: Asked) -> Table:
    label = parse(asked.period.code).label if asked.period else ""
    rows = (
        [score.rank, score.label, getattr(score.department, "name", ""), float(score.total), score.get_band_display(),
         timezone.localdate(score.confirmation.confirmed_at) if hasattr(score, "confirmation") else None]
        for score in asked.rows.iterator(chunk_size=500)
    )  # fmt: skip
    state = asked.period.get_state_display() if asked.period else ""
    notes = ["总分是各条记分之和，每条记分都有事由。同分同名次。", f"考核期：{label}（{state}）"]
    code = asked.period.center.code if asked.period else ""
    return Table("考核分", columns=COLUMNS, rows=rows, notes=notes, center_code=code, filters=_chosen(asked))


def _chosen(asked: Asked) -> Filters:
    period = [Chosen("考核期", f"{parse(asked.period.code).label} {asked.period.version.name}")] if asked.period else []
    department = Department.objects.filter(pk=asked.department).first() if asked.department is not None else None
    return [
        *picked("对象", asked.subject, SubjectKind.choices), *period, *named("部门", department),
        *picked("等次", asked.band, Band.choices), *typed("姓名、窗口或部门", asked.q),
    ]  # fmt: skip


@require_safe
@right_required("appraisal.object")
def mine(request: StaffRequest) -> HttpResponse:
    """One's own sheets, the newest first; beside them those of the window and the department."""
    person = request.user.staff
    rows = queries.scores_visible_to(request.user).order_by("-period__last", "-period_id")
    own = rows.filter(staff=person) if person else rows.none()
    near = Q(window_id=person.window_id) if person and person.window_id else Q(pk__in=())
    if person and person.department_id:
        near |= Q(staff__isnull=True, window__isnull=True, department_id=person.department_id)
    ours = rows.filter(near, staff__isnull=True)
    context = {"own": list(own[:RECENT]), "ours": list(ours[:RECENT])}
    if context["own"]:
        context |= _sheet(context["own"][0], request)
    return render(request, "appraisal/mine.html", context)


@dataclass(frozen=True)
class Block:
    """One line of a sheet with its entries."""

    line: Line
    entries: list[dict[str, Any]]
    total: Decimal
    url: str


def _opens(source: str, user: User) -> bool:
    """Whether the person may look at facts of a source: some are for who supervises only."""
    right = sources.right_of(sources.source_of(source)) if sources.known(source) else ""
    return not right or has_right(user, right)


def _link(row: ScoreEntry, user: User, *, own: bool) -> str:
    """Where an entry leads; nowhere for what the person could not open. What concerns oneself one may see."""
    if row.url:
        return row.url if own or _opens(row.source, user) else ""
    return docket_url(row.docket)


def _sheet(score: Score, request: StaffRequest) -> dict[str, Any]:
    """Everything a sheet shows: lines with entries, what was objected to, who may do what."""
    user = request.user
    entries: dict[int, list[ScoreEntry]] = {}
    for entry in sorted(score.entries.all(), key=_place):
        entries.setdefault(entry.line_id, []).append(entry)
    objections = {(one.line_id, one.key): one for one in score.objections.select_related("line", "decided_by__staff")}
    part = computing.part_for(score)
    own = score.staff_id is not None and score.staff_id == user.staff_id
    may_list = has_right(user, "pledges.view")
    blocks = []
    for line in score.period.version.lines.all():
        rows = entries.get(line.pk, [])
        shown = [
            {"row": row, "url": _link(row, user, own=own), "objection": objections.get((line.pk, row.key)),
             "open": row.key not in scoring.NO_EVENT}
            for row in rows
        ]  # fmt: skip
        lists = line.kind == LineKind.FACTS and may_list and _opens(line.source, user)
        url = computing.list_of(line.source, part) if lists else ""
        blocks.append(Block(line, shown, sum((row.points for row in rows), start=Decimal(0)), url))
    frozen = score.period.state == PeriodState.FROZEN
    speaks = rules.speaks_for(user, score)
    return {
        "score": score, "blocks": blocks, "label": parse(score.period.code).label,
        "may_object": not frozen and rules.may_object(user, score),
        "may_mark": not frozen and rules.may_score(user, score),
        "may_confirm": speaks and score.period.state != PeriodState.OPEN and not hasattr(score, "confirmation"),
        "marks": list(score.marks.select_related("line", "marked_by__staff", "decided_by__staff")),
        "objections": list(objections.values()),
    }  # fmt: skip


def _place(entry: ScoreEntry) -> tuple[int, float, int]:
    """The start of a line first, what happened in its order, then what lies beyond the limit."""
    if entry.occurred_at is not None:
        return 1, entry.occurred_at.timestamp(), entry.pk
    return (0 if entry.key == scoring.START else 2), 0.0, entry.pk


def _score(request: StaffRequest, pk: int) -> Score:
    return get_object_or_404(queries.scores_visible_to(request.user), pk=pk)


@require_safe
@may_look
def sheet(request: StaffRequest, pk: int) -> HttpResponse:
    """One sheet: every point opens its event."""
    return render(request, "appraisal/sheet.html", _sheet(_score(request, pk), request))


@require_POST
@right_required("appraisal.object")
def confirm(request: StaffRequest, pk: int) -> HttpResponse:
    """阅知."""
    score = _score(request, pk)
    done(lambda: sheets.confirm(score, by=request.user, at=timezone.now()), request=request, said="已确认阅知。")
    return redirect("appraisal:sheet", pk=pk)


@form_page
@right_required("appraisal.object")
def object_to(request: StaffRequest, pk: int, entry: int) -> HttpResponse:
    """Object to one entry."""
    score = _score(request, pk)
    row = get_object_or_404(score.entries.select_related("line", "score__period"), pk=entry)
    if not rules.may_object(request.user, score):
        raise PermissionDenied("只能对自己的考核表提异议；部门和窗口的由首席代表提。")
    form = ObjectionForm(posted(request))
    if request.method == "POST" and form.is_valid():
        facts, at = form.cleaned_data, timezone.now()
        if done(lambda: sheets.object_to(row, by=request.user, at=at, **facts), form, request=request):
            return redirect("appraisal:sheet", pk=pk)
    return _ask(request, "appraisal/object.html", form, score=score, entry=row)


def _ask(request: StaffRequest, template: str, form: Any, **context: Any) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, **context}, status=status)


@form_page
@right_required("appraisal.score")
def mark(request: StaffRequest, pk: int) -> HttpResponse:
    """Propose points by judgement."""
    score = _score(request, pk)
    form = MarkForm(posted(request), version=score.period.version)
    if request.method == "POST" and form.is_valid():
        facts, at = form.cleaned_data, timezone.now()
        said = "已提交，第二人审核通过后计分。"
        if done(lambda: sheets.mark(score, by=request.user, at=at, **facts), form, request=request, said=said):
            return redirect("appraisal:sheet", pk=pk)
    return _ask(request, "appraisal/mark.html", form, score=score)


@require_safe
@right_required("appraisal.score")
def worklist(request: StaffRequest) -> HttpResponse:
    """What waits for a second person: objections and marks."""
    context = {
        "page": page_of(request, queries.open_objections(request.user)),
        "marks": list(queries.open_marks(request.user)[:100]),
    }
    return render(request, "appraisal/worklist.html", context)


@form_page
@right_required("appraisal.score")
def worklist_export(request: StaffRequest) -> HttpResponseBase:
    """The same as a workbook or on paper, objections and marks in one list, the oldest first."""

    def build() -> Table:
        waiting: list[list[Any]] = [
            *([one.raised_at, "异议", one, one.text, one.grounds, ""] for one in queries.open_objections(request.user)),
            *([one.marked_at, "人工记分", one, "", one.evidence, one.marked_by.display_name]
              for one in queries.open_marks(request.user)),
        ]  # fmt: skip
        rows = (
            [since, what, one.score.label, parse(one.score.period.code).label, one.line.name, text, float(one.points),
             why, who]
            for since, what, one, text, why, who in sorted(waiting, key=lambda row: row[0])
        )  # fmt: skip
        return Table("考核待审", WAITING, rows, personal=True, filters=[Chosen("状态", "等第二人裁定或审核")])

    return exporting.offer(request, title="考核待审", build=build, back=reverse("appraisal:worklist"))


@form_page
@right_required("appraisal.score")
def objection(request: StaffRequest, pk: int) -> HttpResponse:
    """Decide an objection."""
    row = get_object_or_404(queries.objections_visible_to(request.user), pk=pk)
    form = ObjectionDecisionForm(posted(request))
    if request.method == "POST" and form.is_valid():
        strike, at = form.cleaned_data["strike"] == "yes", timezone.now()
        facts = {"reason": form.cleaned_data["reason"], "by": request.user, "at": at}
        if done(lambda: sheets.decide_objection(row, strike=strike, **facts), form, request=request, said="已裁定。"):
            return redirect("appraisal:worklist")
    return _ask(request, "appraisal/objection.html", form, row=row)


@form_page
@right_required("appraisal.score")
def mark_decide(request: StaffRequest, pk: int) -> HttpResponse:
    """Decide a mark."""
    row = get_object_or_404(queries.marks_visible_to(request.user), pk=pk)
    form = MarkDecisionForm(posted(request))
    if request.method == "POST" and form.is_valid():
        agree, at = form.cleaned_data["agree"] == "yes", timezone.now()
        facts = {"reason": form.cleaned_data["reason"], "by": request.user, "at": at}
        if done(lambda: sheets.decide_mark(row, agree=agree, **facts), form, request=request, said="已审核。"):
            return redirect("appraisal:worklist")
    return _ask(request, "appraisal/mark_decide.html", form, row=row)


@form_page
@right_required("appraisal.score")
def period_new(request: StaffRequest) -> HttpResponse:
    """Begin to score a period."""
    versions = queries.schemes_visible_to(request.user).filter(state=SchemeState.ON)
    form = PeriodForm(posted(request), versions=versions)
    if request.method == "POST" and form.is_valid():
        facts, made = form.cleaned_data, []
        version, code, at = facts["version"], facts["code"], timezone.now()
        if done(lambda: made.append(periods.open_period(version, code=code, by=request.user, at=at)), form):
            return redirect(f"{reverse('appraisal:overview')}?subject={version.subject}&period={made[0].pk}")
    return _ask(request, "appraisal/period_new.html", form, any_scheme=versions.exists())


STEPS = {
    "announce": (periods.announce, "已公示，异议期开始。"),
    "reopen": (periods.reopen, "已退回计分。"),
    "freeze": (periods.freeze, "已定分。"),
}


@require_POST
@right_required("appraisal.score")
def period_step(request: StaffRequest, pk: int, step: str) -> HttpResponse:
    """Announce, take back, freeze, or compute now."""
    period = get_object_or_404(queries.periods_visible_to(request.user), pk=pk)
    user, at = request.user, timezone.now()
    if step == "recompute":
        done(lambda: computing.recompute(period, at=at), request=request, said="已重新计算。")
    elif step in STEPS:
        act, said = STEPS[step]
        done(lambda: act(period, by=user, at=at), request=request, said=said)
    else:
        raise Http404
    return redirect(f"{reverse('appraisal:overview')}?subject={period.version.subject}&period={period.pk}")
