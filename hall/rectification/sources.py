"""The facts of 好差评 that others count, list, score and raise cards on. Each says what counts and what not.

Struck grades and grades from devices of the staff are in none of them but the two that tell their number. Facts of an
anonymous grade carry no docket and no window, and of its moment the month only. Keys of rectifications are random; the
facts that name no rectification are asked for, but never put into an address.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Now, TruncDate, TruncQuarter
from django.urls import reverse
from django.utils import timezone

from hall.evaluation.enums import Origin
from hall.evaluation.models import Evaluation, Invitation
from hall.facts import sources
from hall.facts.periods import BEIJING, midnight
from hall.facts.slices import Slice
from hall.facts.sources import Fact, QuerySource
from hall.rectification import queries
from hall.rectification.enums import RevisitOutcome
from hall.rectification.models import Rectification

_TODAY: Final = TruncDate(Now(), tzinfo=BEIJING)
_PLACES: Final = ("center", "department", "window", "item", "staff")
_COLUMNS: Final = {"center": "center", "department": "department", "window": "window", "item": "item_code",
                   "staff": "handler"}  # fmt: skip
COUNTED: Final = "不含申诉成立剔除的评价和大厅内部设备提交的评价。"


@dataclass(frozen=True)
class EvaluationSource(QuerySource):
    """A source that can also count all departments or windows at once."""

    def grouped(self, part: Slice, by: str) -> dict[int | None, int]:
        """How many facts in each center, department or window of the slice, in one query."""
        column = self.where[by]
        rows = self._rows(part).order_by().values(column).annotate(n=Count("pk"))
        return {row[column]: row["n"] for row in rows}

    def quarterly(self, part: Slice, by: Sequence[str]) -> list[dict[tuple[int | None, ...], int]]:
        """How many facts in each cell of these places, a table for each quarter that has any, in one query."""
        columns, tables = [self.where[name] for name in by], defaultdict[Any, dict[tuple[int | None, ...], int]](dict)
        rows = self._rows(part).order_by().annotate(counted_quarter=TruncQuarter(self.when, tzinfo=BEIJING))
        for quarter, *cell, n in rows.values_list("counted_quarter", *columns).annotate(n=Count("pk")):
            tables[quarter][tuple(cell)] = n
        return list(tables.values())


def where(prefix: str = "") -> dict[str, str]:
    """The lookups of place, person and item, reached through `prefix`."""
    return {name: f"{prefix}{_COLUMNS[name]}" for name in _PLACES}


def told(part: Slice, prefix: str = "") -> Q:
    """Grades the asking person may know of: where the slice says so, an anonymous one counts from the day after."""
    if queries.TOLD not in part.options:
        return Q()
    return Q(**{f"{prefix}anonymous": False}) | Q(**{f"{prefix}given_at__date__lt": _TODAY})


def _place(row: Evaluation | Invitation) -> dict[str, Any]:
    return {
        "center": row.center_id, "department": row.department_id, "window": row.window_id, "staff": row.handler_id,
        "item": row.item_code,
    }  # fmt: skip


def month(at: datetime) -> datetime:
    """The first moment of the month: all that is told of an anonymous grade's time."""
    return midnight(timezone.localdate(at).replace(day=1))


def of_evaluation(key: str, row: Evaluation, text: str, *, recorded: datetime | None, url: str = "") -> Fact:
    """The fact of one grade, with as much of it as may be told."""
    place = _place(row)
    if row.anonymous:
        when = month(row.given_at)
        return Fact(key, when, f"{when.year} 年 {when.month} 月 {text}（匿名）", url=url, **{**place, "window": None})
    docket = row.invitation.docket if row.invitation else ""
    return Fact(key, row.given_at, text, docket=docket, url=url, recorded_at=recorded, **place)


def _given(code: str, label: str, definition: str, narrow: Callable[[Any], Any], **more: Any) -> EvaluationSource:
    """A source over grades, by the moment they were given."""

    def fact(row: Evaluation) -> Fact:
        text = f"{row.get_grade_display()}：{row.item_name or '未写事项'}"
        return of_evaluation(source.key_of(row), row, text, recorded=row.given_at, url=url_of(row))

    source = EvaluationSource(
        code=code, label=label, definition=definition, fact=fact, when="given_at", where=where(), reach=queries.reach,
        rows=lambda part: (
            narrow(more.get("base", _counted)()).filter(told(part)).select_related("invitation", "rectification")
        ),
    )  # fmt: skip
    return source


def url_of(row: Evaluation) -> str:
    """The page of its rectification, where it has one."""
    held = getattr(row, "rectification", None)
    return reverse("rectification:detail", kwargs={"pk": held.pk}) if held else ""


def _counted() -> QuerySet[Evaluation]:
    return Evaluation.objects.counted()


def _all() -> QuerySet[Evaluation]:
    return Evaluation.objects.all()


def evaluable() -> QuerySet[Invitation]:
    """Closed cases that may be evaluated, without those whose grade was struck."""
    return Invitation.objects.live().exclude(evaluation__struck_at__isnull=False)


def _of_closed(
    code: str, label: str, definition: str, narrow: Callable[[Slice], Q], *, tells: bool
) -> EvaluationSource:
    """A source over invitations, by the moment the case was closed. Untold, whoever evaluated stays unknown."""

    def fact(row: Invitation) -> Fact:
        place = _place(row)
        if tells:
            text = f"可评价：{row.item_name}"
            return Fact(source.key_of(row), row.closed_at, text, docket=row.docket, recorded_at=row.closed_at, **place)
        when = month(row.closed_at)
        text = f"{when.year} 年 {when.month} 月办结：{row.item_name}"
        return Fact(source.key_of(row), when, text, **{**place, "window": None})

    source = EvaluationSource(
        code=code, label=label, definition=definition, fact=fact, when="closed_at", where=where(), reach=queries.reach,
        rows=lambda part: evaluable().filter(narrow(part)),
    )  # fmt: skip
    return source


def _after(code: str, label: str, definition: str, narrow: Q) -> EvaluationSource:
    """A source over rectifications, by the moment the bad grade was given."""

    def fact(row: Rectification) -> Fact:
        text = f"{label}：{row.evaluation.get_grade_display()}，{row.evaluation.item_name or '未写事项'}"
        url = reverse("rectification:detail", kwargs={"pk": row.pk})
        return of_evaluation(source.key_of(row), row.evaluation, text, recorded=row.opened_at, url=url)

    source = EvaluationSource(
        code=code, label=label, definition=f"{definition}{COUNTED}", fact=fact, when="opened_at",
        where=where("evaluation__"), reach=queries.reach,
        rows=lambda part: _counted_rectifications().filter(narrow & told(part, "evaluation__")),
    )  # fmt: skip
    return source


def _counted_rectifications() -> QuerySet[Rectification]:
    rows = Rectification.objects.filter(evaluation__origin=Origin.CITIZEN, evaluation__struck_at__isnull=True)
    return rows.select_related("evaluation__invitation")


_COUNTS: Final = Q(evaluation__isnull=False, evaluation__origin=Origin.CITIZEN)
_UNREACHED: Final = Q(unreached_at__isnull=False, unreached_at__date__lte=F("contact_due"))
_UNREACHED_AGAIN: Final = Q(outcome=RevisitOutcome.UNREACHABLE, rounds=1)
_ASKED: Final = Q(outcome__in=(RevisitOutcome.SATISFIED, RevisitOutcome.UNSATISFIED)) | Q(rounds__gt=1)
_CHECK_DUE: Final = Q(named=True) & (Q(contacted_at__isnull=False) | Q(contact_due__lt=_TODAY)) & ~_UNREACHED
_RECTIFY_DUE: Final = Q(rectified_at__isnull=False) | Q(rectify_due__lt=_TODAY) | Q(rounds__gt=1)
_REVISIT_DUE: Final = Q(named=True) & (_ASKED | (Q(revisit_due__lt=_TODAY) & ~_UNREACHED_AGAIN))


def of_closed() -> tuple[EvaluationSource, ...]:
    """By the moment of closing."""
    return (
        _of_closed(
            "evaluation.evaluable",
            "可评件",
            "办结后邀请评价的办件，按办结时间计。作废、撤销办结和导入的存量办件不邀请；申诉成立剔除的不计。",
            lambda _part: Q(),
            tells=True,
        ),
        _of_closed(
            "evaluation.unrated",
            "未评件",
            "可评而没有评价的办件，按办结时间计。大厅内部设备提交的不算评价，仍计为未评。名单不列编号，以免倒推匿名评价人。",
            lambda part: ~(_COUNTS & told(part, "evaluation__")),
            tells=False,
        ),
        _of_closed(
            "evaluation.active_of_closed",
            "已主动评价的可评件",
            "可评件中办事人自己评价的，按办结时间计。纸质代录的不算主动评价。名单不列编号。",
            lambda part: _COUNTS & Q(evaluation__active=True) & told(part, "evaluation__"),
            tells=False,
        ),
    )


def of_given() -> tuple[EvaluationSource, ...]:
    """By the moment of giving."""
    return (
        _given("evaluation.given", "收到的评价", f"全部评价，含纸质代录，按评价时间计。{COUNTED}", lambda rows: rows),
        _given(
            "evaluation.active",
            "主动评价",
            f"办事人自己作出的评价，按评价时间计。{COUNTED}",
            lambda rows: rows.filter(active=True),
        ),
        _given(
            "evaluation.good", "好评", f"非常满意、满意、基本满意，按评价时间计。{COUNTED}", lambda rows: rows.good()
        ),
        _given(
            "evaluation.active_good",
            "主动好评",
            f"主动评价中的好评，按评价时间计。{COUNTED}",
            lambda rows: rows.filter(active=True).good(),
        ),
        _given("evaluation.bad", "差评", f"不满意、非常不满意，按评价时间计。{COUNTED}", lambda rows: rows.bad()),
        _given(
            "evaluation.struck",
            "剔除的评价",
            "申诉成立（误评、恶意）剔除的评价，按评价时间计，不计入任何指标。",
            lambda rows: rows.filter(struck_at__isnull=False),
            base=_all,
        ),
        _given(
            "evaluation.from_staff",
            "内部设备提交的评价",
            "大厅内部设备或网络提交的评价，按评价时间计，不计入任何指标。",
            lambda rows: rows.filter(origin=Origin.STAFF_DEVICE, struck_at__isnull=True),
            base=_all,
        ),
    )


def of_contacts() -> tuple[EvaluationSource, ...]:
    """Whether people were reached, by the moment the rectification was opened."""
    return (
        _after(
            "evaluation.check_due",
            "应核实的实名差评",
            "已联系上的，和联系核实期限已过的实名差评；按规定次数联系不上且在期限内的除外。",
            _CHECK_DUE,
        ),
        _after(
            "evaluation.checked_in_time",
            "按期核实的实名差评",
            "在期限内联系上评价人的实名差评。",
            _CHECK_DUE & Q(contacted_at__date__lte=F("contact_due")),
        ),
        _after(
            "evaluation.unreached",
            "联系不上的实名差评",
            "期限内按规定次数联系、没有联系上的实名差评。",
            Q(named=True) & _UNREACHED,
        ),
    )


def of_rectifications() -> tuple[EvaluationSource, ...]:
    """Whether it was put right and asked after, by the moment the rectification was opened."""
    return (
        _after(
            "evaluation.rectify_due",
            "应整改的差评",
            "已整改或已答复的，和整改期限已过的差评；回访不满意退回的也在内。",
            _RECTIFY_DUE,
        ),
        _after(
            "evaluation.rectified",
            "已整改的差评",
            "已整改或已答复解释的差评，逾期办的也算；退回重办未完的不算。",
            Q(rectified_at__isnull=False),
        ),
        _after(
            "evaluation.revisit_due",
            "应回访的实名差评",
            "已回访到本人的，和回访期限已过的实名差评；回访时联系不上的除外。",
            _REVISIT_DUE,
        ),
        _after(
            "evaluation.revisited",
            "已回访的实名差评",
            "由没有参与整改的人回访到本人的实名差评。",
            Q(named=True) & _ASKED,
        ),
        _after(
            "evaluation.satisfied",
            "对整改满意的",
            "最后一次回访表示满意的实名差评。",
            Q(named=True, outcome=RevisitOutcome.SATISFIED),
        ),
    )


def announce() -> None:
    """Register them all; called once from AppConfig.ready."""
    for source in (*of_closed(), *of_given(), *of_contacts(), *of_rectifications()):
        sources.register(source)
