"""The cases behind a number: the measure's own filter over what the person may see."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final, cast

from django.core.paginator import Paginator
from django.db.models import F, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.functional import cached_property

from approvals.cases import clock, figures, listing
from approvals.cases.clock import Lamp, LampKind
from approvals.cases.enums import OPEN
from approvals.cases.models import Case, ClockRow
from hall.access.models import User
from hall.dashboard import queries, tiles
from hall.dashboard.measures import LATE_LAMPS, MEASURES, STANDINGS, Measure, Standing
from hall.dashboard.queries import Totals
from hall.exports.tables import Column, Table
from hall.facts.indicators import DASH
from hall.facts.slices import Slice
from hall.pledges.asking import Question
from hall.workdays.arithmetic import Calendar
from hall.workdays.calendars import calendar_for

Counted = Measure | Standing
PAGE_SIZE: Final = 50
_DECISION = {"due": "due", "net": "net_days", "elapsed": "elapsed_days", "spare": "spare_days"}
COLUMNS = (
    Column("docket", "办件编号"), Column("item", "事项"), Column("center", "中心"), Column("department", "部门"),
    Column("window", "窗口"), Column("handler", "经办"), Column("state", "环节"),
    Column("received", "收件", kind="datetime"), Column("accepted", "受理", kind="datetime"),
    Column("decided", "决定", kind="datetime"), Column("closed", "办结", kind="datetime"),
    Column("due", "期限", kind="date"), Column("net", "净用工作日", kind="days"),
    Column("elapsed", "历时日历日", kind="days"), Column("spare", "提前工作日", kind="days"),
)  # fmt: skip


def measure_of(code: str) -> Counted | None:
    """What a code of an address counts; sums have no list of their own."""
    found: Counted | None = MEASURES.get(code) or STANDINGS.get(code)
    return None if isinstance(found, Measure) and found.adds else found


def cases(user: User, part: Slice, counted: Counted, at: datetime) -> QuerySet[Case]:
    """The cases a number counts, newest first; open ones by how long they wait."""
    found = chosen(user, part, counted, at)
    if isinstance(counted, Standing):
        return _with_days(figures.measurable(found)).order_by("received_at", "docket")
    return _with_days(found).order_by(f"-{counted.moment}", "docket")


def chosen(user: User, part: Slice, counted: Counted, at: datetime) -> QuerySet[Case]:
    """The same cases with nothing beside them: this is what is counted."""
    seen = Case.objects.visible_to(user).filter(_place(part))
    if isinstance(counted, Standing):
        return _under(seen.open(), counted, at)
    days = {f"{counted.moment}__gte": part.period.start, f"{counted.moment}__lt": part.period.end}
    return counted.cases(seen).filter(**days)


class Pages(Paginator):
    """Pages of a list whose number is not counted over what its rows show.

    Of open cases it is the tally's, at most a minute old: counting a hundred thousand lamps takes seconds.
    """

    def __init__(self, user: User, part: Slice, counted: Counted, at: datetime) -> None:
        super().__init__(for_rows(cases(user, part, counted, at)), PAGE_SIZE)
        self._part, self._measure, self._cases = part, counted, chosen(user, part, counted, at)

    @cached_property
    def count(self) -> int:
        """How many cases the list has."""
        if isinstance(self._measure, Measure):
            return self._cases.count()
        return tiles.of_standing(queries.standing_by(self._part).get((), Totals()), self._measure.code)


def _under(cases: QuerySet[Case], counted: Standing, at: datetime) -> QuerySet[Case]:
    """Open cases under some lamps. The lamp is computed case by case; what cannot show it is left out beforehand."""
    if not counted.lamps:
        return cases
    signs = Q()
    for lamp in counted.lamps:
        signs |= _SIGNS[lamp](at)
    possible = ClockRow.objects.filter(signs, ended_on__isnull=True).values("case")
    if set(counted.lamps) in _GRAVEST:  # no graver lamp can hide these: the signs alone decide
        return cases.filter(pk__in=possible)
    lit: Any = listing.with_lamp(cases.filter(pk__in=possible), at)
    return cast("QuerySet[Case]", lit.filter(lamp__in=counted.lamps))


_GRAVEST: Final = ({LampKind.OVER_STATUTE.value}, set(LATE_LAMPS))
# What one of the running clocks must say for a case to show the lamp.
_SIGNS: Final[dict[str, Callable[[datetime], Q]]] = {
    LampKind.OVER_STATUTE: lambda at: Q(statute_late_from__lte=at),
    LampKind.OVER_PROMISE: lambda at: Q(stopped=False, late_from__lte=at),
    LampKind.DUE_SOON: lambda at: Q(warn_from__lte=at),
    LampKind.PAUSED: lambda _: Q(stopped=True),
    LampKind.NORMAL: lambda _: Q(),
}


def _place(part: Slice) -> Q:
    found = Q() if part.centers is None else Q(center__in=part.centers)
    exact = {"department": part.department, "window": part.window, "version_filed__item__code": part.item}
    return found & Q(**{name: value for name, value in exact.items() if value is not None})


def _with_days(found: QuerySet[Case]) -> QuerySet[Case]:
    """What a row says of the decision: due, how long, how early."""
    return found.annotate(**{f"decision_{name}": F(f"decision__{column}") for name, column in _DECISION.items()})


@dataclass(frozen=True, slots=True)
class Row:
    """One case of a list, with the gravest of its lamps."""

    case: Any
    lamp: Lamp | None
    css: str

    @property
    def spare(self) -> str:
        """How many working days were left, or too many."""
        days = self.case.decision_spare
        if days is None:
            return DASH
        return f"提前 {days}" if days > 0 else f"超 {-days}" if days < 0 else "当天"


def for_rows(found: QuerySet[Case]) -> QuerySet[Case]:
    """What a row shows, and no person who applied."""
    running = Prefetch("clocks", ClockRow.objects.filter(ended_on__isnull=True), to_attr="running_clocks")
    return found.select_related("version_filed", "handler", "center", "department").prefetch_related(running)


def rows(found: Iterable[Any], at: datetime) -> list[Row]:
    """The cases with their lamps; a calendar is asked for once a region."""
    asked = cache(calendar_for)
    return [_row(case, asked, at) for case in found]


def _row(case: Any, calendar: Callable[[str], Calendar], at: datetime) -> Row:
    local = timezone.localtime(at)
    region = case.region_code
    lamps = (
        clock.lamp(row.as_deadline(), calendar(region), today=local.date(), at=local) for row in case.running_clocks
    )
    lamp = clock.gravest(list(lamps))
    return Row(case, lamp, listing.LAMP_CSS[lamp.kind] if lamp else "off")


def oldest(user: User, waiting: Sequence[tuple[int, datetime]], at: datetime) -> list[Row]:
    """The open cases of some departments received at these moments, the oldest first."""
    if not waiting:
        return []
    which = Q()
    for department, since in waiting:
        which |= Q(department=department, received_at=since)
    found = Case.objects.visible_to(user).filter(which, state__in=OPEN).order_by("received_at", "docket")
    return rows(for_rows(found)[: len(waiting)], at)


def table(user: User, question: Question, counted: Counted, at: datetime) -> Table:
    """The list as a workbook or on paper takes it."""
    return Table(
        counted.label,
        columns=COLUMNS,
        rows=_cells(cases(user, question.part, counted, at)),
        notes=[
            f"定义：{counted.definition}",
            f"范围：{'，'.join(question.words)}",
            f"截至：{timezone.localtime(at):%Y-%m-%d %H:%M}",
        ],
        filters=question.query,
    )


def as_of(at: datetime) -> str:
    """The note under every list and table that leaves the house."""
    return f"截至：{timezone.localtime(at):%Y-%m-%d %H:%M}"


def _cells(found: QuerySet[Case]) -> Iterator[list[Any]]:
    named = found.select_related("version_filed", "center", "department", "window", "handler")
    for case in named.iterator(chunk_size=2000):
        row: Any = case
        yield [
            case.docket, case.version_filed.name, case.center.name, case.department.name,
            case.window.number if case.window else "", case.handler.name, case.get_state_display(), case.received_at,
            case.accepted_at, case.decided_at, case.closed_at, row.decision_due, row.decision_net,
            row.decision_elapsed, row.decision_spare,
        ]  # fmt: skip
