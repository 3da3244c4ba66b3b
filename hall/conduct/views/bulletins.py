"""Bulletins: the public list and page, and the desk where they are drafted, reviewed and withdrawn."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hall.access.loading import StaffRequest, right_required
from hall.access.rules import has_right
from hall.access.views.pages import ask, page_of, posted
from hall.conduct import bulletin_page, queries, rules
from hall.conduct.actions import bulletins as actions
from hall.conduct.enums import Audience, BulletinState
from hall.conduct.forms.bulletins import DraftForm, EditForm, NoteForm, WithdrawForm
from hall.conduct.models import Bulletin
from hall.conduct.views.places import chosen, chosen_center, in_center, one_of
from hall.exports import views as exporting
from hall.exports.tables import Column, Table
from hall.facts.periods import PeriodKind, holding
from hall.supervision.views.attempts import attempted, pressed

form_page = require_http_methods(["GET", "HEAD", "POST"])
may_read = right_required("bulletins.read", "bulletins.write")
may_write = right_required("bulletins.write")


@require_safe
def public_bulletins(request: HttpRequest) -> HttpResponse:
    """Everything published for everybody, newest first."""
    page = page_of(request, queries.public_bulletins().order_by("-published_at", "-pk"), 20)
    return render(request, "conduct/bulletins_public.html", {"page": page})


@require_safe
def public_bulletin(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One of them; a withdrawn one with its reason on top."""
    row = get_object_or_404(queries.public_bulletins(), pk=pk)
    return render(request, "conduct/bulletin_public.html", _reading(row))


def _reading(row: Bulletin) -> dict[str, Any]:
    return {"bulletin": row, "rows": bulletin_page.rows_of(row), "period": bulletin_page.period_label(row)}


def _found(request: StaffRequest) -> Any:
    rows = in_center(queries.bulletins_for(request.user), request, request.user)
    state = one_of(request, "state", BulletinState.values)
    audience = one_of(request, "audience", Audience.values)
    rows = rows.filter(state=state) if state else rows
    return rows.filter(audience=audience) if audience else rows


@require_safe
@may_read
def bulletins(request: StaffRequest) -> HttpResponse:
    """What the person may read, and where it stands."""
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "page": page_of(request, _found(request)),
        "query": query.urlencode(),
        "states": BulletinState.choices,
        "audiences": Audience.choices,
        "may_write": has_right(request.user, "bulletins.write"),
    }
    return render(request, "conduct/bulletins.html", context)


@form_page
@may_read
def bulletins_export(request: StaffRequest) -> HttpResponseBase:
    """The list as a file."""
    columns = [
        Column("number", "期号"), Column("title", "标题"), Column("center", "中心"), Column("audience", "范围"),
        Column("state", "状态"), Column("published", "发布", "datetime"),
    ]  # fmt: skip

    def build() -> Table:
        rows = (
            (r.number, r.title, r.center.name, r.get_audience_display(), r.get_state_display(), r.published_at)
            for r in _found(request)
        )
        states, audiences = ("状态", BulletinState.choices), ("范围", Audience.choices)
        asked = chosen(request, request.user, state=states, audience=audiences)
        return Table("通报目录", columns, rows, filters=asked)

    back = f"{reverse('conduct:bulletins')}?{request.GET.urlencode()}"
    return exporting.offer(request, title="通报目录", build=build, back=back)


@form_page
@may_write
def bulletin_new(request: StaffRequest) -> HttpResponse:
    """Choose period and figures; they are frozen as the draft is made."""
    at, center = timezone.now(), chosen_center(request, request.user)
    if center is None:
        raise PermissionDenied("您的账号没有可以通报的中心。")
    last = holding(PeriodKind.MONTH, timezone.localdate(at)).previous()
    form = DraftForm(
        posted(request), initial={"period": last.code, "title": f"{center.name}{last.label}运行情况通报"[:100]}
    )
    made: list[Bulletin] = []

    def do(data: dict[str, Any]) -> None:
        made.append(actions.draft(center=center, by=request.user, at=at, **data))

    if request.method == "POST" and attempted(form, do):
        return redirect("conduct:bulletin", pk=made[0].pk)
    return ask(request, "conduct/bulletin_new.html", form, center=center)


@require_safe
@may_read
def bulletin(request: StaffRequest, pk: UUID) -> HttpResponse:
    """One bulletin with what may be done to it."""
    return _show(request, _row(request, pk))


def _row(request: StaffRequest, pk: UUID) -> Bulletin:
    return get_object_or_404(queries.bulletins_for(request.user), pk=pk)


def _show(request: StaffRequest, row: Bulletin, form: Any = None) -> HttpResponse:
    start = {"title": row.title, "audience": row.audience, "body": row.body}
    context = {
        **_reading(row),
        "edit": form if isinstance(form, EditForm) else EditForm(initial=start),
        "note": form if isinstance(form, NoteForm) else NoteForm(),
        "withdraw": form if isinstance(form, WithdrawForm) else WithdrawForm(),
        "may_edit": rules.may_edit_bulletin(request.user, row),
        "may_review": rules.may_review_bulletin(request.user, row),
        "may_withdraw": rules.may_withdraw_bulletin(request.user, row),
    }
    return render(request, "conduct/bulletin.html", context, status=422 if form else 200)


@form_page
@may_read
def bulletin_export(request: StaffRequest, pk: UUID) -> HttpResponseBase:
    """The figures of one bulletin as a file, with the definitions as notes."""
    row = _row(request, pk)
    title = f"{row.title}{row.number}"
    columns = [
        Column("label", "指标"),
        Column("text", "数值"),
        Column("fraction", "分子 / 分母"),
        Column("note", "定义"),
    ]

    def build() -> Table:
        frozen = (
            f"数字截至 {timezone.localtime(row.frozen_at):%Y-%m-%d %H:%M}，时段：{bulletin_page.period_label(row)}。"
        )
        rows = [(one.label, one.text, one.fraction, one.note) for one in bulletin_page.rows_of(row)]
        notes = [frozen, *row.body.splitlines()]
        return Table(title, columns, rows, notes=notes, center_code=row.center.code, filters=None)

    back = reverse("conduct:bulletin", kwargs={"pk": pk})
    return exporting.offer(request, title=title, build=build, back=back)


@require_POST
@may_write
def bulletin_edit(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Save the draft."""
    row, form = _row(request, pk), EditForm(request.POST)

    def do(data: dict[str, Any]) -> None:
        actions.edit(bulletin=row, by=request.user, at=timezone.now(), **data)

    if attempted(form, do):
        messages.success(request, "草稿已保存。")
        return redirect("conduct:bulletin", pk=pk)
    return _show(request, row, form)


@require_POST
@may_write
def bulletin_submit(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Hand it to a second person."""
    row, back = _row(request, pk), reverse("conduct:bulletin", kwargs={"pk": pk})
    at = timezone.now()
    return pressed(
        request, back, "已提交，请另一位督查人员审核。", lambda: actions.submit(bulletin=row, by=request.user, at=at)
    )


@require_POST
@may_write
def bulletin_return(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Back to its author."""
    row, form = _row(request, pk), NoteForm(request.POST)

    def do(data: dict[str, Any]) -> None:
        actions.send_back(bulletin=row, by=request.user, at=timezone.now(), **data)

    if attempted(form, do):
        messages.success(request, "已退回起草人。")
        return redirect("conduct:bulletin", pk=pk)
    return _show(request, row, form)


@require_POST
@may_write
def bulletin_publish(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Publish it under its number."""
    row, back = _row(request, pk), reverse("conduct:bulletin", kwargs={"pk": pk})
    at = timezone.now()
    return pressed(request, back, "通报已发布。", lambda: actions.publish(bulletin=row, by=request.user, at=at))


@require_POST
@may_write
def bulletin_withdraw(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Take it back, with the reason on top."""
    row, form = _row(request, pk), WithdrawForm(request.POST)

    def do(data: dict[str, Any]) -> None:
        actions.withdraw(bulletin=row, by=request.user, at=timezone.now(), **data)

    if attempted(form, do):
        messages.success(request, "通报已撤回，原因和通报一起显示。")
        return redirect("conduct:bulletin", pk=pk)
    return _show(request, row, form)
