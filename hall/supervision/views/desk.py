"""监察台, the list of signals, and 我的督查牌."""

from typing import Final

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
from hall.exports import views as exports
from hall.exports.chosen import Chosen
from hall.exports.tables import Column, Table
from hall.facts import periods
from hall.facts.periods import Period
from hall.ledger import numbers
from hall.supervision import card_page, queries
from hall.supervision.models import AccountabilityRecord, Signal
from hall.supervision.views import cards

_COLUMNS: Final = (
    Column("raised", "提示时间", "datetime"),
    Column("rule", "规则"),
    Column("fact", "事实"),
    Column("docket", "办件编号"),
    Column("happened", "发生时间", "datetime"),
    Column("department", "部门"),
    Column("staff", "当事人"),
)


@require_safe
@right_required("supervision.view")
def desk(request: StaffRequest) -> HttpResponse:
    """What waits, what is late, what was raised today; every number opens its list."""
    at, user = timezone.now(), request.user
    waiting = queries.for_rows(queries.cards_visible_to(user).open()).order_by("late_at", "pk")[:10]
    context = {
        "desk": queries.desk(user, at),
        "rows": card_page.rows(list(waiting), at),
        "signals": queries.signals_visible_to(user).select_related("rule", "staff", "department")[:5],
        "parked": queries.parked_rules(user),
        "at": at,
        "may_raise": has_right(user, "supervision.raise"),
    }
    return render(request, "supervision/desk.html", context)


@require_safe
@right_required("supervision.view", "supervision.answer")
def signals(request: StaffRequest) -> HttpResponse:
    """Reminders, newest first, of one period or all."""
    found, period = _signals(request)
    page = page_of(request, found)
    query = query_of(period=period.code if period else "")
    context = {"page": page, "query": query, "period": period}
    return render(request, "supervision/signals.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("supervision.view", "supervision.answer")
def signals_export(request: StaffRequest) -> HttpResponseBase:
    """The same list as a file."""
    found, period = _signals(request)

    def build() -> Table:
        rows = (
            (
                one.raised_at, one.rule.name, one.fact_text, numbers.grouped(one.docket), one.happened_at,
                one.department.name if one.department else "", one.staff.name if one.staff else "",
            )
            for one in found.iterator(chunk_size=500)
        )  # fmt: skip
        asked = [Chosen("期间", period.label)] if period else []
        return Table("提示", _COLUMNS, rows, ["只提醒，不发牌，不计入考核。"], filters=asked)

    back = f"{reverse('supervision:signals')}?{query_of(period=period.code if period else '')}"
    return exports.offer(request, title="提示", build=build, back=back)


def _signals(request: StaffRequest) -> tuple[QuerySet[Signal], Period | None]:
    """Those one may see, and the period of the address, where it names one."""
    found = queries.signals_visible_to(request.user).select_related("rule", "staff", "department")
    text = request.GET.get("period", "")[:24]
    try:
        period = periods.parse(text) if text else None
    except periods.InvalidPeriod:
        period = None
    if period is not None:
        found = found.filter(raised_at__gte=period.start, raised_at__lt=period.end)
    return found, period


@require_safe
@right_required("supervision.answer")
def my_cards(request: StaffRequest) -> HttpResponse:
    """Cards the person or the person's department has to answer, open ones first, and records about the person."""
    at, user = timezone.now(), request.user
    everything, own = _everything(request), queries.own_cards(user)
    page = page_of(request, queries.for_rows(own if everything else own.open()))
    tabs = [
        {"url": "?", "label": "未了结", "count": own.open().count(), "active": not everything},
        {"url": "?all=1", "label": "全部", "count": own.count(), "active": everything},
    ]
    context = {
        "page": page,
        "rows": card_page.rows(list(page), at),
        "tabs": tabs,
        "query": "all=1" if everything else "",
        "signals": queries.signals_visible_to(user).select_related("rule", "staff", "department")[:5],
        "records": _own_records(user),
    }
    return render(request, "supervision/my_cards.html", context)


def _everything(request: StaffRequest) -> bool:
    return request.GET.get("all") == "1"


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("supervision.answer")
def my_cards_export(request: StaffRequest) -> HttpResponseBase:
    """The same list as a file."""
    at, everything, own = timezone.now(), _everything(request), queries.own_cards(request.user)

    def build() -> Table:
        asked = [Chosen("当事人", "本人和本人所代表的部门"), Chosen("状态", "全部" if everything else "未了结")]
        return cards.table(own if everything else own.open(), at, filters=asked)

    back = f"{reverse('supervision:my-cards')}?{query_of(all='1' if everything else '')}"
    return exports.offer(request, title="我的督查牌", build=build, back=back)


def _own_records(user: User) -> QuerySet[AccountabilityRecord]:
    found = queries.records_visible_to(user)
    return found.filter(staff_id=user.staff_id) if user.staff_id else found.none()
