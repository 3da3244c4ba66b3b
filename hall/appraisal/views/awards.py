"""Honours: what was given, who could be, nomination, decision, the public page, the certificate."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hall.access.loading import StaffRequest, right_required
from hall.access.rules import has_right
from hall.access.scope import centers_of
from hall.access.views.pages import page_of, posted, query_of
from hall.appraisal import candidates, queries, rules
from hall.appraisal.actions import awards
from hall.appraisal.candidates import Candidate
from hall.appraisal.enums import AwardKind, AwardState
from hall.appraisal.forms.awards import AwardDecisionForm, NominateForm, WithdrawForm
from hall.appraisal.models import Award
from hall.appraisal.views.common import center_of, choice, done, form_page, number, period_of
from hall.exports import views as exporting
from hall.exports.chosen import Chosen, Filters, picked
from hall.exports.tables import Column, Table
from hall.facts.periods import Period, PeriodKind, parse
from hall.organisation.models import Center, Staff, Window
from hall.organisation.queries import public_centers

may_look = right_required("appraisal.view")
COLUMNS = (
    Column("kind", "荣誉"), Column("subject", "获得者"), Column("period", "评选期"), Column("first", "起", kind="date"),
    Column("last", "止", kind="date"), Column("state", "状态"), Column("reasons", "理由"),
)  # fmt: skip
CANDIDATES = (
    Column("rank", "名次", kind="number"), Column("tied", "并列"), Column("subject", "对象"),
    Column("total", "考核分", kind="days"), Column("ok", "条件"), Column("found", "评选条件"),
)  # fmt: skip


def _rows(request: StaffRequest) -> tuple[Any, dict[str, str]]:
    asked = {
        "kind": choice(request, "kind", AwardKind.values), "state": choice(request, "state", AwardState.values)
    }  # fmt: skip
    rows = queries.awards_visible_to(request.user)
    return rows.filter(**{name: value for name, value in asked.items() if value}), asked


@require_safe
@may_look
def award_list(request: StaffRequest) -> HttpResponse:
    """Nominations and honours."""
    rows, asked = _rows(request)
    context = {
        "page": page_of(request, rows), "asked": asked, "query": query_of(**asked), "kinds": AwardKind.choices,
        "states": AwardState.choices, "may_nominate": has_right(request.user, "awards.nominate"),
        "may_export": has_right(request.user, "dashboard.export"),
    }  # fmt: skip
    return render(request, "appraisal/awards.html", context)


@right_required("dashboard.export")
def award_export(request: StaffRequest) -> HttpResponseBase:
    """The same list as a workbook or on paper."""
    rows, asked = _rows(request)
    back = f"{reverse('appraisal:awards')}?{query_of(**asked)}"
    return exporting.offer(request, title="荣誉", build=lambda: _table(rows, _chosen(asked)), back=back)


def _chosen(asked: dict[str, str]) -> Filters:
    return [*picked("荣誉", asked["kind"], AwardKind.choices), *picked("状态", asked["state"], AwardState.choices)]


def _table(rows: Any, asked: Filters) -> Table:
    lines = (
        [one.get_kind_display(), one.subject_label, parse(one.period_code).label, one.first, one.last,
         one.get_state_display(), one.reasons]
        for one in rows
    )  # fmt: skip
    return Table("荣誉", columns=COLUMNS, rows=lines, notes=["提名、评定由不同的人办理。"], filters=asked)


def _kind(request: HttpRequest) -> str:
    return choice(request, "kind", AwardKind.values, AwardKind.STAR)


def _asked_period(request: HttpRequest) -> Period:
    """The month before this one, unless the address names another period."""
    text = request.GET.get("period", "")
    for kind in (PeriodKind.QUARTER, PeriodKind.HALF, PeriodKind.YEAR):
        asked = period_of(request, kind, timezone.localdate())
        if asked.code == text:
            return asked
    if not text:
        return period_of(request, PeriodKind.MONTH, timezone.localdate()).previous()
    return period_of(request, PeriodKind.MONTH, timezone.localdate())


def _drawn(request: StaffRequest) -> tuple[Center, str, Period, list[Candidate]]:
    """The list of the address: for which center, honour and period, and who stands on it."""
    center, kind, period = center_of(request), _kind(request), _asked_period(request)
    return center, kind, period, candidates.drawn_up(kind, center, period, timezone.localdate())


def _drawn_query(kind: str, center: Center, period: Period) -> str:
    return query_of(kind=kind, period=period.code, center=str(center.pk))


@form_page
@right_required("awards.nominate", "awards.decide")
def candidate_export(request: StaffRequest) -> HttpResponseBase:
    """The same list as a workbook or on paper, each condition with what it says."""
    center, kind, period, drawn = _drawn(request)

    def build() -> Table:
        rows = (
            [one.score.rank, "并列" if one.tied else "", one.score.label, float(one.total),
             "符合" if one.ok else "不符合", "；".join(reason.text for reason in one.found)]
            for one in drawn
        )  # fmt: skip
        asked = [*picked("荣誉", kind, AwardKind.choices), Chosen("评选期", period.label), Chosen("中心", center.name)]
        run = candidates.sheets_for(kind, center, period)
        notes = [f"考核分：{run.get_state_display()}。"] if run else ["这一期还没有考核分。"]
        return Table("候选名单", CANDIDATES, rows, notes=notes, center_code=center.code, personal=True, filters=asked)

    back = f"{reverse('appraisal:candidates')}?{_drawn_query(kind, center, period)}"
    return exporting.offer(request, title="候选名单", build=build, back=back)


@require_safe
@right_required("awards.nominate", "awards.decide")
def candidate_list(request: StaffRequest) -> HttpResponse:
    """Drawn up from the sheets of the period: who could be honoured, and why not."""
    center, kind, period, drawn = _drawn(request)
    watches = rules.reaches(request.user, center.pk)
    rows = [(one, rules.may_nominate(request.user, one.subject, watches=watches)) for one in drawn]
    tabs = [
        {"url": f"?{_drawn_query(one, center, period)}", "label": one.label, "active": one == kind} for one in AwardKind
    ]
    context = {
        "center": center, "kind": kind, "period": period, "rows": rows, "tabs": tabs,
        "run": candidates.sheets_for(kind, center, period), "query": _drawn_query(kind, center, period),
    }  # fmt: skip
    return render(request, "appraisal/candidates.html", context)


def _subject(request: StaffRequest, kind: str, pk: int) -> Staff | Window:
    """Whom the address names, within the person's reach; 403 for whom the person does not nominate."""
    if kind not in AwardKind.values:
        raise Http404
    reach = centers_of(request.user)
    subject: Staff | Window
    if kind == AwardKind.BANNER:
        subject = get_object_or_404(Window, pk=pk, center__in=reach)
    else:
        subject = get_object_or_404(Staff, pk=pk, center__in=reach)
    if not rules.may_nominate(request.user, subject):
        raise PermissionDenied("首席代表提名本部门的，督查人员提名本中心的，谁都不能提名自己。")
    return subject


@form_page
@right_required("awards.nominate")
def nominate(request: StaffRequest, kind: str, pk: int) -> HttpResponse:
    """Nominate one candidate."""
    subject, period, at = _subject(request, kind, pk), _asked_period(request), timezone.now()
    form = NominateForm(posted(request), kind=kind, posts=queries.posts_of(subject))
    found = awards.judged(subject, period, timezone.localdate(at))
    if request.method == "POST" and form.is_valid():
        facts, made = form.cleaned_data, []
        term = (facts["first"], facts["last"]) if facts.get("first") and facts.get("last") else None
        more: dict[str, Any] = {"term": term, "post": facts.get("post"), "evidence": facts["evidence"]}
        more |= {"by": request.user, "at": at}
        if done(lambda: made.append(awards.nominate(subject, kind=kind, period=period, **more)), form):
            return redirect("appraisal:award", pk=made[0].pk)
    context = {"form": form, "subject": subject, "kind": AwardKind(kind), "period": period, "found": found}
    return render(request, "appraisal/nominate.html", context, status=422 if form.is_bound else 200)


def _award(request: StaffRequest, pk: int) -> Award:
    return get_object_or_404(queries.awards_visible_to(request.user), pk=pk)


@require_safe
@may_look
def award(request: StaffRequest, pk: int) -> HttpResponse:
    """One nomination or honour."""
    row = _award(request, pk)
    user = request.user
    context = {
        "award": row, "period": parse(row.period_code),
        "may_decide": row.state == AwardState.NOMINATED and rules.may_decide_award(user, row),
        "may_withdraw": row.state == AwardState.PUBLISHED and rules.may_withdraw_award(user, row),
    }  # fmt: skip
    return render(request, "appraisal/award.html", context)


@form_page
@right_required("awards.decide")
def award_decide(request: StaffRequest, pk: int) -> HttpResponse:
    """Publish or refuse."""
    row = _award(request, pk)
    form = AwardDecisionForm(posted(request))
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["reasons"]
        who: dict[str, Any] = {"by": request.user, "at": timezone.now()}
        publish = form.cleaned_data["publish"] == "yes"
        if done(lambda: awards.publish(row, reasons=text, **who) if publish else awards.refuse(row, reason=text, **who),
                form, request=request, said="已公布。" if publish else "已记录。"):  # fmt: skip
            return redirect("appraisal:award", pk=pk)
    context = {"form": form, "award": row, "period": parse(row.period_code)}
    return render(request, "appraisal/award_decide.html", context, status=422 if form.is_bound else 200)


@form_page
@right_required("awards.decide")
def award_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a published honour back."""
    row = _award(request, pk)
    form = WithdrawForm(posted(request))
    if request.method == "POST" and form.is_valid():
        who: dict[str, Any] = {"by": request.user, "at": timezone.now()}
        reason = form.cleaned_data["reason"]
        if done(lambda: awards.withdraw(row, reason=reason, **who), form, request=request, said="已撤销。"):
            return redirect("appraisal:award", pk=pk)
    context = {"form": form, "award": row}
    return render(request, "appraisal/award_withdraw.html", context, status=422 if form.is_bound else 200)


@require_safe
@may_look
def certificate(request: StaffRequest, pk: int) -> HttpResponse:
    """A sheet to print and hang up. Only what is published has one."""
    row = _award(request, pk)
    if row.state != AwardState.PUBLISHED:
        raise Http404
    return render(request, "appraisal/certificate.html", {"award": row, "period": parse(row.period_code)})


@require_safe
def honours(request: HttpRequest) -> HttpResponse:
    """What the public sees: who, which window, which period, why. Names of staff only."""
    centers = public_centers()
    asked = number(request, "center")
    center = centers.filter(pk=asked).first() if asked is not None else None
    rows = queries.published().filter(center=center) if center else queries.published()
    kind = choice(request, "kind", AwardKind.values)
    if kind:
        rows = rows.filter(kind=kind)
    page = page_of(request, rows, 30)
    tabs = [{"url": f"?{query_of(center=_text(center))}", "label": "全部", "active": not kind}] + [
        {"url": f"?{query_of(kind=one.value, center=_text(center))}", "label": one.label, "active": one == kind}
        for one in AwardKind
    ]
    context = {
        "page": page, "lines": [(one, parse(one.period_code)) for one in page], "tabs": tabs, "center": center,
        "query": query_of(kind=kind, center=_text(center)), "today": timezone.localdate(),
    }  # fmt: skip
    return render(request, "appraisal/honours.html", context)


def _text(center: Any) -> str:
    return str(center.pk) if center else ""
