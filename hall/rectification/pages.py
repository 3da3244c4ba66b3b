"""What the pages of bad grades show: rows, facts, trail, tables for export. No page decides anything here."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from functools import cache
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import timezone

from hall.access.models import User
from hall.access.navigation import docket_url
from hall.evaluation.models import Evaluation
from hall.exports.chosen import Filters
from hall.exports.tables import Column, ColumnKind, Table
from hall.ledger import numbers
from hall.privacy import masks
from hall.rectification import deeds, queries, rules, transitions
from hall.rectification.enums import AppealState, RevisitOutcome
from hall.rectification.models import Appeal, Rectification
from hall.workdays.arithmetic import Calendar
from hall.workdays.calendars import calendar_for

BADGES: Final = {
    "contacting": "warn", "rectifying": "accent", "rectified": "accent", "answered": "accent", "revisited": "accent",
    "closed": "ok", "struck": "hold",
}  # fmt: skip


def work_rows(rows: Iterable[Rectification], user: User, today: date) -> list[dict[str, Any]]:
    """The lines of the worklist."""
    asked = cache(calendar_for)  # once per region, not once per row
    return [_work_row(row, user, today, asked) for row in rows]


def _work_row(row: Rectification, user: User, today: date, asked: Callable[[str], Calendar]) -> dict[str, Any]:
    tells, appeal = rules.knows_the_day(user, row), appeal_of(row)
    return {
        "row": row,
        "shown": queries.shown(row.evaluation, user),
        "lamp": queries.lamp(row, today, asked) if tells else None,
        "badge": BADGES[row.state],
        "appealed": appeal is not None and appeal.state == AppealState.PENDING,
    }


def appeal_of(row: Rectification) -> Appeal | None:
    """The appeal against the grade, if any."""
    return getattr(row.evaluation, "appeal", None)


def detail(row: Rectification, user: User, at: datetime) -> dict[str, Any]:
    """Everything the page of one bad grade shows this person."""
    today, shown = timezone.localdate(at), queries.shown(row.evaluation, user)
    tells = rules.knows_the_day(user, row)
    may_call = row.named and rules.may(user, "reveal", row)
    return {
        "row": row,
        "shown": shown,
        "badge": BADGES[row.state],
        "lamp": queries.lamp(row, today) if tells else None,
        "facts": list(_facts(row, shown)),
        "limits": list(_limits(row)) if tells else [],
        "doings": deeds.doings(row, user, at),
        "events": list(_events(row)),
        "appeal": appeal_of(row),
        "masked": masks.mask_phone(row.evaluation.phone) if may_call and row.evaluation.phone else "",
        "may_call": may_call,
    }


def _facts(row: Rectification, shown: queries.Shown) -> Iterator[dict[str, Any]]:
    yield {"label": "事项", "value": row.evaluation.item_name}
    yield {"label": "评价时间", "value": shown.when}
    yield {"label": "署名", "value": "匿名" if row.evaluation.anonymous else "实名"}
    if shown.docket:
        yield {"label": "办件", "value": numbers.grouped(shown.docket), "url": docket_url(shown.docket), "mono": True}
    yield {"label": "部门", "value": shown.place}
    if shown.window:
        yield {"label": "窗口", "value": shown.window}
    yield {"label": "经办人", "value": row.evaluation.handler.name if row.evaluation.handler else ""}
    yield {"label": "评价渠道", "value": row.evaluation.get_via_display()}


def _limits(row: Rectification) -> Iterator[dict[str, Any]]:
    dates = (("联系核实", row.contact_due), ("整改答复", row.rectify_due), ("回访", row.revisit_due),
             ("申诉", row.appeal_due))  # fmt: skip
    yield from ({"label": label, "value": f"最晚 {due:%Y-%m-%d}"} for label, due in dates if due)


def _events(row: Rectification) -> Iterator[dict[str, Any]]:
    for step in row.steps.select_related("done_by__staff"):
        text = transitions.BY_NAME[step.deed].label
        if step.outcome in RevisitOutcome.values:
            text = f"{text}：{RevisitOutcome(step.outcome).label}"
        late = "（逾期）" if step.late else ""
        yield {"at": timezone.localtime(step.done_at), "text": text + late, "by": step.done_by.display_name,
               "more": step.note}  # fmt: skip


def work_table(title: str, rows: QuerySet[Rectification], user: User, at: datetime, *, filters: Filters) -> Table:
    """The worklist as a file."""
    columns = (
        Column("grade", "评价"),
        Column("item", "事项"),
        Column("docket", "办件编号"),
        Column("when", "评价时间"),
        Column("place", "部门"),
        Column("state", "环节"),
        Column("limit", "期限"),
        Column("due", "到期日", ColumnKind.DATE),
    )
    today = timezone.localdate(at)
    return Table(title, columns, _work_cells(rows, user, today), notes=_notes(at), filters=filters)


def _work_cells(rows: Iterable[Rectification], user: User, today: date) -> Iterator[tuple[Any, ...]]:
    for line in work_rows(rows, user, today):
        shown, lamp = line["shown"], line["lamp"]
        row = line["row"]
        yield (
            row.evaluation.get_grade_display(), row.evaluation.item_name, shown.docket, shown.when, shown.place,
            row.get_state_display(), lamp.text if lamp else "", lamp.due if lamp else None,
        )  # fmt: skip


def grade_table(rows: QuerySet[Evaluation], user: User, at: datetime, *, filters: Filters) -> Table:
    """The list of grades as a file, with no more than the page shows."""
    columns = (Column("when", "评价时间"), Column("grade", "评价"), Column("reasons", "原因"), Column("text", "意见"),
               Column("item", "事项"), Column("docket", "办件编号"), Column("place", "部门"), Column("signed", "署名"),
               Column("counted", "计入指标"))  # fmt: skip
    cells = (_grade_cells(queries.shown(row, user)) for row in rows)
    return Table("评价", columns, cells, notes=_notes(at), filters=filters)


def _grade_cells(shown: queries.Shown) -> tuple[Any, ...]:
    row = shown.row
    counted = "剔除" if row.struck_at else "内部设备，不计" if row.origin != "citizen" else "计入"
    return (
        shown.when, row.get_grade_display(), "、".join(shown.reasons), row.text, row.item_name, shown.docket,
        shown.place, "匿名" if row.anonymous else "实名", counted,
    )  # fmt: skip


def _notes(at: datetime) -> list[str]:
    return [
        "匿名评价不列办件编号；窗口和部门人员看到的匿名评价只到月份。",
        f"截至 {timezone.localtime(at):%Y-%m-%d %H:%M}。",
    ]
