"""Lists of the rooms below that leave the house: numbers, people, places, screens, changes; and the trail of exports.

Those rooms know no exports, so their lists are taken out here, with the same rights as their pages.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from hall.access import changes
from hall.access.loading import StaffRequest, right_required
from hall.access.models import Device, User
from hall.access.views import devices, house, places, staff
from hall.access.views.pages import page_of, query_of
from hall.exports import trail
from hall.exports.chosen import Chosen, named, typed
from hall.exports.tables import Column, ColumnKind, Table
from hall.exports.views import offer
from hall.facts import periods, queries
from hall.facts import views as facts
from hall.facts.models import Setting
from hall.facts.periods import Period
from hall.ledger.models import Event
from hall.organisation.models import Staff

form_page = require_http_methods(["GET", "HEAD", "POST"])
AT_ONCE: Final = 500
_PARAMETERS: Final = (
    Column("key", "参数"), Column("value", "值", ColumnKind.NUMBER), Column("unit", "单位"), Column("source", "依据"),
    Column("since", "施行", ColumnKind.DATE), Column("own", "本中心另有规定"), Column("coming", "以后"),
)  # fmt: skip
_PARAMETER: Final = (
    Column("since", "施行", ColumnKind.DATE), Column("value", "值", ColumnKind.NUMBER), Column("unit", "单位"),
    Column("center", "中心"), Column("source", "依据"), Column("by", "设定人"),
    Column("at", "设定时间", ColumnKind.DATETIME),
)  # fmt: skip
_STAFF: Final = (
    Column("number", "工号"), Column("name", "姓名"), Column("center", "中心"), Column("department", "部门"),
    Column("window", "窗口"), Column("username", "用户名"), Column("role", "角色"), Column("state", "状态"),
    Column("left", "离岗", ColumnKind.DATE),
)  # fmt: skip
_DEVICES: Final = (
    Column("name", "名称"), Column("kind", "用途"), Column("center", "中心"), Column("window", "窗口"),
    Column("paired", "配对", ColumnKind.DATETIME), Column("seen", "最近在线", ColumnKind.DATETIME),
    Column("revoked", "停用", ColumnKind.DATETIME), Column("by", "登记人"),
)  # fmt: skip
_CHANGES: Final = (
    Column("at", "时间", ColumnKind.DATETIME), Column("who", "谁"), Column("what", "做了什么"),
    Column("reason", "事由"), Column("name", "对象"), Column("fields", "改了什么"),
)  # fmt: skip
_TRAIL: Final = (
    Column("at", "时间", ColumnKind.DATETIME), Column("who", "导出人"), Column("title", "名单"),
    Column("rows", "行数", ColumnKind.NUMBER), Column("form", "格式"), Column("reason", "用途"),
    Column("filters", "筛选"),
)  # fmt: skip


@form_page
@facts.may_read
def parameters(request: StaffRequest) -> HttpResponseBase:
    """Every declared number with the value in force today."""
    asked, today = facts.asked(request), timezone.localdate()
    if asked.typed and asked.center is None:  # the page says so; a file would hold other numbers than were asked for
        raise Http404("no such center")

    def build() -> Table:
        found = queries.lines(center=asked.center, on=today, words=asked.words)
        center = named("中心", asked.center) or [Chosen("中心", "全部中心")]
        notes = [f"{today:%Y-%m-%d} 生效的值；个别中心另有规定的，按中心查。"]
        chosen = [*center, *typed("参数名称", asked.words)]
        return Table("参数和依据", _PARAMETERS, map(_parameter, found), notes, filters=chosen)

    return offer(request, title="参数和依据", build=build, back=f"{reverse('facts:parameters')}?{asked.query}")


def _parameter(line: queries.Line) -> tuple[Any, ...]:
    row, coming = line.row, line.coming
    later = f"{coming.effective_from:%Y-%m-%d} 起 {coming.value} {line.key.unit}".strip() if coming else ""
    if row is None:
        return line.key.label, None, line.key.unit, "没有设定", None, False, later
    return line.key.label, row.value, line.key.unit, row.source, row.effective_from, line.own, later


@form_page
@facts.may_read
def parameter(request: StaffRequest, name: str) -> HttpResponseBase:
    """Everything one number ever was or will be."""
    key = facts.key_or_404(name)

    def cells(row: Setting) -> tuple[Any, ...]:
        center, by = row.center.name if row.center else "全部中心", row.added_by
        who = by.display_name if isinstance(by, User) else "随系统提供"
        return row.effective_from, row.value, key.unit, center, row.source, who, row.added_at

    def build() -> Table:
        rows = map(cells, queries.history(name, request.user).iterator(chunk_size=AT_ONCE))
        return Table(key.label, _PARAMETER, rows, [f"编号 {key.name}。"], filters=[Chosen("参数", key.label)])

    return offer(request, title=key.label, build=build, back=reverse("facts:parameter", args=[name]))


@form_page
@right_required("accounts.edit", "organisation.history")
def people(request: StaffRequest) -> HttpResponseBase:
    """People with their accounts."""
    found, q = staff.found(request)

    def build() -> Table:
        rows = map(_person, found.iterator(chunk_size=AT_ONCE))
        return Table("人员与账号", _STAFF, rows, personal=True, filters=typed("姓名、拼音、工号或用户名", q))

    return offer(request, title="人员与账号", build=build, back=f"{reverse('access:staff_list')}?{query_of(q=q)}")


def _person(one: Staff) -> tuple[Any, ...]:
    account: User | None = getattr(one, "user", None)
    state = "没有账号" if account is None else "启用" if account.is_active else "已停用"
    return (
        one.number, one.name, one.center.name, one.department.name if one.department else "",
        one.window.number if one.window else "", account.username if account else "",
        account.get_role_display() if account else "", "离岗" if one.left_on else state, one.left_on,
    )  # fmt: skip


@form_page
@right_required("organisation.edit")
def place_list(request: StaffRequest, slug: str) -> HttpResponseBase:
    """One kind of place, with the columns of its page."""
    kind, rows, q = places.found(request, slug)
    columns = [Column(path, heading) for heading, path in kind.columns]

    def build() -> Table:
        lines = ([places.cell(row, path) for _, path in kind.columns] for row in rows.iterator(chunk_size=AT_ONCE))
        return Table(kind.title, columns, lines, filters=typed("名称或拼音首字母", q))

    back = f"{reverse('access:place_list', args=[slug])}?{query_of(q=q)}"
    return offer(request, title=kind.title, build=build, back=back)


@form_page
@right_required("devices.edit")
def device_list(request: StaffRequest) -> HttpResponseBase:
    """Screens at which nobody logs in."""

    def build() -> Table:
        rows = map(_device, devices.listed(request).iterator(chunk_size=AT_ONCE))
        return Table("设备", _DEVICES, rows, filters=())

    return offer(request, title="设备", build=build, back=reverse("access:devices"))


def _device(one: Device) -> tuple[Any, ...]:
    return (
        one.name, one.get_kind_display(), one.center.name, one.window.number if one.window else "", one.paired_at,
        one.seen_at, one.revoked_at, one.registered_by.display_name,
    )  # fmt: skip


@form_page
@right_required("organisation.history")
def history(request: StaffRequest) -> HttpResponseBase:
    """谁改了什么, of one kind of row or of one row."""
    kind, key, rows = house.asked(request)
    if key and not rows.exists():
        raise Http404("no such row")

    def build() -> Table:
        words = str(changes.KINDS[kind]._meta.verbose_name)
        chosen = [Chosen("种类", words), *([Chosen("只看一条", key)] if key else [])]
        return Table("修改记录", _CHANGES, _changes(kind, rows), personal=True, filters=chosen)

    back = f"{reverse('access:history')}?{query_of(kind=kind, row=key)}"
    return offer(request, title="修改记录", build=build, back=back)


def _changes(kind: str, rows: QuerySet[Any]) -> Iterator[tuple[Any, ...]]:
    left = rows.iterator(chunk_size=AT_ONCE)
    while records := list(islice(left, AT_ONCE)):
        for line in changes.describe(kind, records):
            fields = "；".join(f"{label}：{before} → {after}" for label, before, after in line.fields)
            yield line.at, line.who, line.what, line.reason, line.name, fields


@require_safe
@right_required("ledger.read")
def taken(request: StaffRequest) -> HttpResponse:
    """What left the house: who took it, when, what for."""
    found, period, problem = _taken(request)
    page = page_of(request, found)
    query = query_of(period=period.code if period else "")
    context = {"page": page, "lines": list(trail.lines(page)), "period": period, "query": query, "problem": problem}
    return render(request, "exports/trail.html", context)


@form_page
@right_required("ledger.read")
def taken_export(request: StaffRequest) -> HttpResponseBase:
    """The trail of exports, whose export stands in the trail too."""
    found, period, _ = _taken(request)

    def build() -> Table:
        rows = (
            (line.at, line.who, line.title, line.rows, line.form, line.reason, line.filters)
            for line in trail.lines(found.iterator(chunk_size=AT_ONCE))
        )
        return Table("导出记录", _TRAIL, rows, filters=[Chosen("期间", period.label)] if period else ())

    back = f"{reverse('exports:taken')}?{query_of(period=period.code if period else '')}"
    return offer(request, title="导出记录", build=build, back=back)


def _taken(request: StaffRequest) -> tuple[QuerySet[Event], Period | None, str]:
    """The trail in the period of the address, and why it was not understood."""
    found, text = trail.visible_to(request.user), request.GET.get("period", "")[:30]
    try:
        period = periods.parse(text) if text else None
    except periods.InvalidPeriod as error:
        return found, None, str(error)
    if period is not None:
        found = found.filter(occurred_at__gte=period.start, occurred_at__lt=period.end)
    return found, period, ""
