"""责任追究: list, record, deeds. Restricted; a look by somebody else than the person leaves an event."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from hall.access.loading import StaffRequest, right_required, staff_required
from hall.access.rules import has_right
from hall.access.views.pages import ask, page_of, posted, query_of
from hall.exports import views as exports
from hall.exports.chosen import picked
from hall.exports.tables import Column, Table
from hall.facts.errors import Refused
from hall.supervision import queries, transitions
from hall.supervision.actions import Subject
from hall.supervision.actions import accountability as actions
from hall.supervision.enums import Origin, RecordState
from hall.supervision.forms.accountability import (
    CancelForm,
    FindingForm,
    FinishForm,
    MeasureForm,
    ObjectForm,
    ServeForm,
)
from hall.supervision.models import AccountabilityRecord, Card
from hall.supervision.views.attempts import attempted

_COLUMNS: Final = (
    Column("number", "编号"),
    Column("state", "状态"),
    Column("staff", "当事人"),
    Column("department", "部门"),
    Column("center", "中心"),
    Column("origin", "来源"),
    Column("measure", "措施"),
    Column("found", "认定", "datetime"),
)


@dataclass(frozen=True)
class Deed:
    """One deed: its title, form, action, and what it leads to."""

    title: str
    form: type[BaseForm]
    do: Callable[..., AccountabilityRecord]
    consequence: str


DEEDS: Final[dict[str, Deed]] = {
    "measure": Deed("定措施", MeasureForm, actions.measure, "措施送达当事人后，当事人可以在期限内提出异议。"),
    "serve": Deed("送达", ServeForm, actions.serve, "当事人会收到消息，异议期限从今天起算。"),
    "object": Deed("提出异议", ObjectForm, actions.object_to, "异议由定措施以外的人处理。"),
    "finish": Deed("生效", FinishForm, actions.finish, "生效后不能再改。"),
    "cancel": Deed("撤销", CancelForm, actions.cancel, "撤销后不能恢复。"),
}


@require_safe
@never_cache
@right_required("accountability.view")
def record_list(request: StaffRequest) -> HttpResponse:
    """Records of one's centers."""
    found, state = _found(request)
    page = page_of(request, found)
    tabs = [{"url": "?", "label": "全部", "active": not state}]
    tabs += [{"url": f"?state={s.value}", "label": s.label, "active": s.value == state} for s in RecordState]
    may_write = has_right(request.user, "accountability.write")
    context = {"page": page, "tabs": tabs, "query": query_of(state=state), "may_write": may_write}
    return render(request, "supervision/records.html", context)


def _found(request: StaffRequest) -> tuple[QuerySet[AccountabilityRecord], str]:
    """Those of one's centers, in the state of the address where it names one."""
    found = queries.records_visible_to(request.user).select_related("staff", "department", "center")
    state = request.GET.get("state", "")
    return (found.filter(state=state), state) if state in RecordState.values else (found, "")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@right_required("accountability.view")
def record_export(request: StaffRequest) -> HttpResponseBase:
    """The same list as a file, for whoever may read it; findings and objections stay in the house."""
    found, state = _found(request)

    def build() -> Table:
        notes = ["限有权查看的人；不含认定的事实、异议和处理意见。"]
        asked = picked("状态", state, RecordState.choices)
        rows = _lines(found.iterator(chunk_size=500))
        return Table("责任追究", _COLUMNS, rows, notes, personal=True, filters=asked)

    back = f"{reverse('supervision:records')}?{query_of(state=state)}"
    return exports.offer(request, title="责任追究", build=build, back=back)


def _lines(found: Iterator[AccountabilityRecord]) -> Iterator[tuple[Any, ...]]:
    for one in found:
        yield (
            one.number, one.get_state_display(), one.staff.name if one.staff else "",
            one.department.name if one.department else "", one.center.name,
            f"{one.get_origin_display()} {one.origin_ref}".strip(), one.get_measure_display() or "", one.found_at,
        )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@right_required("accountability.write")
def record_new(request: StaffRequest) -> HttpResponse:
    """Open a record, from an upheld red card where the address names one."""
    card = _card_of(request)
    form = FindingForm(posted(request), user=request.user, from_card=card is not None)
    made: list[AccountabilityRecord] = []
    if request.method == "POST" and attempted(form, lambda data: made.append(_open(request, card, data))):
        messages.success(request, f"已登记 {made[0].number}。")
        return redirect("supervision:record", made[0].pk)
    return ask(request, "supervision/record_new.html", form, card=card)


def _card_of(request: StaffRequest) -> Card | None:
    named = request.GET.get("card", "")
    if not named:
        return None
    try:
        key = UUID(named)
    except ValueError:
        raise Http404 from None
    cards = queries.cards_visible_to(request.user).select_related("center", "department", "staff", "window")
    return get_object_or_404(cards, pk=key)


def _open(request: StaffRequest, card: Card | None, data: dict[str, Any]) -> AccountabilityRecord:
    at = timezone.now()
    if card is not None:
        subject = Subject(card.center, card.department, card.window, card.staff)
        ground = actions.Ground(Origin.CARD, card=card)
    else:
        staff = data["staff"]
        department = data["department"] or (staff and staff.department)
        place = staff or department
        if place is None:
            raise Refused("请选当事人或部门。", field="staff")
        subject = Subject(place.center, department, None, staff)
        ground = actions.Ground(Origin(data["origin"]), data["origin_ref"])
    return actions.open_record(subject=subject, ground=ground, finding=data["finding"], by=request.user, at=at)


def _record_of(request: StaffRequest, pk: UUID) -> AccountabilityRecord:
    found = queries.records_visible_to(request.user).select_related(
        "staff", "department", "center", "card", "found_by__staff", "measured_by__staff", "served_by__staff",
        "objected_by__staff", "ended_by__staff",
    )  # fmt: skip
    return get_object_or_404(found, pk=pk)


@require_safe
@never_cache
@staff_required
def record(request: StaffRequest, pk: UUID) -> HttpResponse:
    """One record. The person sees their own; whoever else looks is on the trail."""
    shown = _record_of(request, pk)
    actions.looked_at(shown, by=request.user, at=timezone.now())
    context = {
        "record": shown,
        "notes": shown.notes.all(),
        "due": actions.objection_due(shown) if shown.served_at else None,
        "doings": _doings(shown, request),
        "card_url": _card_url(shown, request),
        "may_view": has_right(request.user, "accountability.view"),
    }
    return render(request, "supervision/record.html", context)


def _card_url(shown: AccountabilityRecord, request: StaffRequest) -> str:
    if shown.card is None or not queries.cards_visible_to(request.user).filter(pk=shown.card.pk).exists():
        return ""
    return reverse("supervision:card", args=[shown.card.pk])


def _doings(shown: AccountabilityRecord, request: StaffRequest) -> list[dict[str, Any]]:
    found = []
    for name, move in transitions.RECORD.items():
        if shown.state not in move.sources:
            continue
        if actions.permitted(name, shown, by=request.user):
            url = reverse("supervision:record-act", args=[shown.pk, name])
            found.append({"label": move.label, "url": url, "allowed": True, "why": ""})
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@staff_required
def record_act(request: StaffRequest, pk: UUID, deed: str) -> HttpResponse:
    """One deed: ask, or do."""
    if deed not in DEEDS:
        raise Http404
    shown, wanted = _record_of(request, pk), DEEDS[deed]
    if not actions.permitted(deed, shown, by=request.user):
        raise PermissionDenied("这一步由有权办理的人办，当事人只能提出异议。")
    form = wanted.form(posted(request))
    if request.method == "POST" and attempted(
        form, lambda data: wanted.do(shown, by=request.user, at=timezone.now(), **data)
    ):
        messages.success(request, "已办理。")
        return redirect("supervision:record", pk)
    return ask(request, "supervision/record_act.html", form, record=shown, deed=wanted)
