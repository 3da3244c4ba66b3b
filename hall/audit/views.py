"""What auditors and supervisors look at: who saw full data, what changed behind the doors, heads, kept logs."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, cast

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from hall.access.loading import StaffRequest, right_required
from hall.access.models import User
from hall.access.rules import has_right
from hall.access.views.pages import page_of, query_of
from hall.audit import foreign, heads, keeping, viewings
from hall.audit.parameters import VIEWINGS
from hall.exports.chosen import Chosen, named
from hall.exports.tables import Column, ColumnKind, Table
from hall.exports.views import offer
from hall.facts import parameters, periods
from hall.facts.periods import Period
from hall.ledger.models import Event, Heartbeat

may_watch = right_required("supervision.view", "ledger.read")
may_audit = right_required("ledger.read")
form_page = require_http_methods(["GET", "HEAD", "POST"])
AT_ONCE: Final = 500
_PAGES: Final = (
    ("查看完整信息", "audit:viewings"), ("绕过系统的改动", "audit:foreign"), ("封存值", "audit:heads"),
    ("服务器日志", "audit:logs"),
)  # fmt: skip
_VIEWINGS: Final = (
    Column("at", "时间", ColumnKind.DATETIME), Column("who", "查看人"), Column("what", "看了什么"),
    Column("docket", "编号"), Column("reason", "理由"),
)  # fmt: skip
_FOREIGN: Final = (
    Column("at", "时间", ColumnKind.DATETIME), Column("role", "数据库角色"), Column("source", "来自"),
    Column("deed", "做了什么"), Column("what", "对象"), Column("row", "行"), Column("docket", "编号"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address names: a span of days, one person, and why a period was not understood."""

    period: Period | None
    person: User | None
    problem: str

    @property
    def query(self) -> str:
        period, person = self.period.code if self.period else "", str(self.person.pk) if self.person else ""
        return query_of(period=period, person=person)

    @property
    def chosen(self) -> list[Chosen]:
        spans = [Chosen("期间", self.period.label)] if self.period else []
        return [*spans, *named("查看人", self.person.staff if self.person else None)]

    def narrow(self, rows: QuerySet[Event]) -> QuerySet[Event]:
        if self.period:
            rows = rows.filter(occurred_at__gte=self.period.start, occurred_at__lt=self.period.end)
        return rows.filter(actor=self.person) if self.person else rows


def asked(request: StaffRequest) -> Asked:
    """Nonsense narrows nothing."""
    text, key = request.GET.get("period", "")[:30], request.GET.get("person", "")
    person = viewings.person_of(key, request.user) if re.fullmatch("[0-9]{1,18}", key, re.ASCII) else None
    try:
        return Asked(periods.parse(text) if text else None, person, "")
    except periods.InvalidPeriod as error:
        return Asked(None, person, str(error))


def _frame(request: StaffRequest, opened: str) -> dict[str, Any]:
    audits = has_right(request.user, "ledger.read")
    shown = [(label, name) for label, name in _PAGES if audits or name == "audit:viewings"]
    return {"tabs": [{"label": label, "url": reverse(name), "active": name == opened} for label, name in shown]}


@require_safe
@may_watch
def viewing_list(request: StaffRequest) -> HttpResponse:
    """Who had full data shown, how often today and this month, and each look with its reason."""
    found, today = asked(request), timezone.localdate()
    center = request.user.staff.center_id if request.user.staff else None
    limit = parameters.whole_number(VIEWINGS, center=center, on=today)
    page = page_of(request, found.narrow(viewings.visible_to(request.user)))
    context = {
        **_frame(request, "audit:viewings"), "asked": found, "query": found.query, "page": page, "limit": limit,
        "lines": list(viewings.lines(page)), "people": viewings.people(request.user, today, limit), "today": today,
    }  # fmt: skip
    return render(request, "audit/viewings.html", context)


@form_page
@may_watch
def viewings_export(request: StaffRequest) -> HttpResponseBase:
    """Every look of the list."""
    found = asked(request)

    def build() -> Table:
        rows = found.narrow(viewings.visible_to(request.user)).iterator(chunk_size=AT_ONCE)
        lines = ((one.at, one.who, one.what, one.docket, one.reason) for one in viewings.lines(rows))
        return Table("查看完整信息", _VIEWINGS, lines, filters=found.chosen)

    return offer(request, title="查看完整信息", build=build, back=f"{reverse('audit:viewings')}?{found.query}")


@require_safe
@may_audit
def foreign_list(request: StaffRequest) -> HttpResponse:
    """What was changed without an event of ours."""
    found = asked(request)
    page = page_of(request, found.narrow(foreign.visible_to(request.user)))
    context = {**_frame(request, "audit:foreign"), "asked": found, "query": found.query, "page": page}
    return render(request, "audit/foreign.html", {**context, "lines": list(foreign.lines(page))})


@form_page
@may_audit
def foreign_export(request: StaffRequest) -> HttpResponseBase:
    """The same as a file."""
    found = asked(request)

    def build() -> Table:
        rows = foreign.lines(found.narrow(foreign.visible_to(request.user)).iterator(chunk_size=AT_ONCE))
        lines = ((one.at, one.role, one.source, one.deed, one.what, one.row, one.docket) for one in rows)
        return Table("绕过系统的改动", _FOREIGN, lines, filters=found.chosen)

    return offer(request, title="绕过系统的改动", build=build, back=f"{reverse('audit:foreign')}?{found.query}")


@require_safe
@may_audit
def head_list(request: StaffRequest) -> HttpResponse:
    """The heads of one day, to be printed and locked away; and how the last verification went."""
    days = heads.days()
    wanted = next((day for day in days if day.isoformat() == request.GET.get("day", "")), days[0] if days else None)
    rows, problem = _heads_of(wanted, request.user)
    verified = Heartbeat.objects.filter(pk="verify").first()
    context = {
        **_frame(request, "audit:heads"), "days": days[:60], "day": wanted, "rows": rows, "problem": problem,
        "verified": verified, "faults": verified is not None and verified.note != "0", "at": timezone.now(),
    }  # fmt: skip
    return render(request, "audit/heads.html", context)


def _heads_of(day: date | None, user: User) -> tuple[list[heads.Head], str]:
    try:
        return (heads.of_day(day, user) if day else []), ""
    except heads.UnreadableHeads:
        return [], "这一天的封存值文件读不出来，可能被改动过。请与另行保存的副本核对。"


@require_safe
@may_audit
def log_list(request: StaffRequest) -> HttpResponse:
    """Which logs this machine keeps, without their content."""
    on = timezone.localdate()
    page = page_of(request, cast(Any, keeping.days(on)))
    context = {**_frame(request, "audit:logs"), "page": page, "months": keeping.months(on), "on": on}
    return render(request, "audit/logs.html", context)
