"""The board of the five zeros for staff."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hall.access.loading import StaffRequest
from hall.access.models import User
from hall.exports import views as exporting
from hall.exports.tables import Column, Table
from hall.pledges import asking, choices
from hall.pledges import board as boards
from hall.pledges.asking import OutOfScope, Question
from hall.pledges.views.facts import may_look

COLUMNS = (
    Column("pledge", "承诺"),
    Column("part", "构成"),
    Column("role", "作用"),
    Column("number", "件数", kind="number"),
)


@may_look
@require_safe
def board(request: StaffRequest) -> HttpResponse:
    """Five cards and seven styles for one's centers, under the filters of the address."""
    at, question = timezone.now(), _question(request)
    link = boards.link_of(question.query, request.user)
    context = {
        "question": question,
        "choices": choices.of(request.user, question, timezone.localdate(at)),
        "cards": boards.cards(question.part, at, link),
        "styles": boards.styles(question.part, link),
        "query": question.encoded,
        "at": at,
    }
    return render(request, "pledges/board.html", context)


@may_look
def export(request: StaffRequest) -> HttpResponseBase:
    """The same numbers as a workbook or on paper."""
    question = _question(request)
    back = f"{reverse('pledges:board')}?{question.encoded}"
    return exporting.offer(request, title="五个零", build=lambda: table(question, request.user), back=back)


def table(question: Question, user: User) -> Table:
    """Pledges, parts and styles with their numbers; what is missing says why."""
    at, link = timezone.now(), boards.link_of(question.query, user)
    rows: list[list[Any]] = []
    for card in boards.cards(question.part, at, link):
        rows.append([str(card.pledge.label), "合计", card.comparison, _cell(card.figure.text)])
        rows += [[str(card.pledge.label), row.label, row.role, row.missing or _cell(row.text)] for row in card.rows]
    styles = boards.styles(question.part, link)
    rows += [["七办", str(row.style.label), "", row.missing or _cell(row.text)] for row in styles]
    return Table("五个零", columns=COLUMNS, rows=rows, filters=question.chosen)


def _cell(text: str) -> int | str:
    """A count as a number that can be added; a share or a dash as it is written."""
    digits = text.replace(",", "")
    return int(digits) if digits.isascii() and digits.isdecimal() else text


def _question(request: StaffRequest) -> Question:
    try:
        return asking.read(request.user, request.GET.dict(), timezone.localdate())
    except OutOfScope as error:
        raise Http404 from error
