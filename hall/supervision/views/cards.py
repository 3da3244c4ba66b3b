"""Cards: list, export, raising by hand, the letter, and the deeds of due process."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from hall.access.loading import StaffRequest, right_required
from hall.access.rules import has_right
from hall.access.views.pages import ask, page_of, posted
from hall.exports import views as exports
from hall.exports.chosen import Filters, set_in
from hall.exports.tables import Column, Table
from hall.facts.errors import Refused
from hall.ledger import numbers
from hall.supervision import card_page, queries, rules
from hall.supervision.actions import Subject, cards, raise_by_hand
from hall.supervision.forms.cards import AnswerForm, AppealForm, CardFilter, RaiseForm, RevokeForm, TextForm
from hall.supervision.models import Card
from hall.supervision.models.card import CardQuerySet
from hall.supervision.views.attempts import attempted

_COLUMNS: Final = (
    Column("number", "编号"),
    Column("colour", "颜色"),
    Column("state", "状态"),
    Column("rule", "规则"),
    Column("department", "部门"),
    Column("staff", "当事人"),
    Column("docket", "办件编号"),
    Column("happened", "发生时间", "datetime"),
    Column("raised", "发牌时间", "datetime"),
    Column("due", "反馈期限", "date"),
    Column("answered", "反馈时间", "datetime"),
    Column("ground", "撤销理由"),
)


@dataclass(frozen=True)
class Deed:
    """One deed of due process: its form, its action, and what the page says before and after it."""

    title: str
    form: type[BaseForm]
    do: Callable[..., Card]
    consequence: str
    done: str


DEEDS: Final[dict[str, Deed]] = {
    "answer": Deed("反馈", AnswerForm, cards.answer, "反馈后由督查人员审核，审核前不能再改。", "反馈已提交。"),
    "uphold": Deed("认定成立", TextForm, cards.uphold, "牌计入考核；当事人可以在期限内申诉一次。", "已认定成立。"),
    "revoke": Deed("认定不成立", RevokeForm, cards.revoke, "牌随即撤销，不计入考核，不能恢复。", "已撤销。"),
    "appeal": Deed("申诉", AppealForm, cards.appeal, "由没有参与过的另一人裁定，只能申诉一次。", "申诉已提交。"),
    "confirm": Deed("维持", TextForm, cards.confirm, "裁定后牌最终成立，不能再申诉。", "已裁定维持。"),
    "overturn": Deed("撤销", RevokeForm, cards.overturn, "裁定后牌撤销，不计入考核，不能恢复。", "已裁定撤销。"),
}


@require_safe
@right_required("supervision.view")
def card_list(request: StaffRequest) -> HttpResponse:
    """All cards one may see, filtered by the address."""
    at = timezone.now()
    form = CardFilter(request.GET, user=request.user)
    found = form.narrow(queries.cards_visible_to(request.user), at)
    page = page_of(request, queries.for_rows(found))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "rows": card_page.rows(list(page), at),
        "query": query.urlencode(),
        "at": at,
        "may_raise": has_right(request.user, "supervision.raise"),
    }
    return render(request, "supervision/cards.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("supervision.view")
def card_export(request: StaffRequest) -> HttpResponseBase:
    """The same list as a file."""
    at, back = timezone.now(), f"{reverse('supervision:cards')}?{request.GET.urlencode()}"

    def build() -> Table:
        form = CardFilter(request.GET, user=request.user)
        return table(form.narrow(queries.cards_visible_to(request.user), at), at, filters=set_in(form))

    return exports.offer(request, title="督查牌", build=build, back=back)


def table(cards: CardQuerySet, at: datetime, *, filters: Filters) -> Table:
    """Cards as a workbook or on paper takes them."""
    found = queries.for_rows(cards)
    notes = [
        "黄牌、红牌按规则自动发出或由督查人员发出；不成立、申诉后撤销、自动撤销的不计入考核。",
        f"截至 {timezone.localtime(at):%Y-%m-%d %H:%M}。",
    ]
    return Table("督查牌", _COLUMNS, _lines(found.iterator(chunk_size=500)), notes, filters=filters)


def _lines(found: Iterator[Card]) -> Iterator[tuple[Any, ...]]:
    for card in found:
        yield (
            card.number,
            card.get_colour_display(),
            card.get_state_display(),
            card.rule.name if card.rule else "人工",
            card.department.name if card.department else "",
            card.staff.name if card.staff else "",
            numbers.grouped(card.docket),
            card.happened_at,
            card.raised_at,
            card.feedback_due,
            card.answered_at,
            card.get_ground_display(),
        )


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("supervision.raise")
def card_new(request: StaffRequest) -> HttpResponse:
    """Raise a card by hand."""
    form = RaiseForm(posted(request), user=request.user)
    raised: list[Card] = []
    if request.method == "POST" and attempted(form, lambda data: raised.append(_raise(request, data))):
        messages.success(request, f"已发{raised[0].get_colour_display()} {raised[0].number}。")
        return redirect("supervision:card", raised[0].pk)
    return ask(request, "supervision/card_new.html", form)


def _raise(request: StaffRequest, data: dict[str, Any]) -> Card:
    staff = data["staff"]
    department = data["department"] or (staff and staff.department)
    place = staff or department
    if place is None:
        raise Refused("督查牌要发给一个人或一个部门。", field="staff")
    subject = Subject(place.center, department, staff.window if staff else None, staff)
    return raise_by_hand(
        colour=data["colour"],
        subject=subject,
        reason=data["reason"],
        basis=data["basis"],
        docket=data["docket"],
        happened_at=data["happened_at"],
        by=request.user,
        at=timezone.now(),
    )


def _card_of(request: StaffRequest, pk: UUID) -> Card:
    found = queries.cards_visible_to(request.user).select_related(
        "rule", "version", "department", "staff", "center", "window", "chief", "raised_by__staff", "answered_by__staff",
        "decided_by__staff", "appealed_by__staff", "ruled_by__staff",
    )  # fmt: skip
    return get_object_or_404(found, pk=pk)


@require_safe
@right_required("supervision.view", "supervision.answer")
def card(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The notice, as it is printed, and its course so far."""
    shown, at = _card_of(request, pk), timezone.now()
    context = {
        "card": shown,
        "letter": card_page.letter(shown, at),
        "course": card_page.course(shown),
        "doings": card_page.doings(shown, request.user),
        "may_open_record": card_page.may_open_record(shown, request.user),
        "may_view": has_right(request.user, "supervision.view"),
        "at": at,
    }
    return render(request, "supervision/card.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("supervision.answer", "supervision.decide")
def card_act(request: StaffRequest, pk: UUID, deed: str) -> HttpResponse:
    """Ask for one deed, or do it."""
    if deed not in DEEDS:
        raise Http404
    shown, wanted = _card_of(request, pk), DEEDS[deed]
    if not rules.may(request.user, deed, shown):
        raise PermissionDenied(rules.WHO[deed])
    form = wanted.form(posted(request))
    if request.method == "POST" and attempted(
        form, lambda data: wanted.do(shown, by=request.user, at=timezone.now(), **data)
    ):
        messages.success(request, wanted.done)
        return redirect("supervision:card", pk)
    letter = card_page.letter(shown, timezone.now())
    return ask(request, "supervision/card_act.html", form, card=shown, deed=wanted, letter=letter)
