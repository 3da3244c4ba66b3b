"""The cases behind a number: the measure's own filter over what the person may see."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.db.models import F, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.functional import cached_property

from approvals.cases import clock, figures, listing
from approvals.cases.clock import Lamp
from approvals.cases.enums import OPEN
from approvals.cases.models import Case, CaseQuerySet, ClockRow
from approvals.cases.row_reading import LAMP_CSS
from hall.access.models import User
from hall.access.rules import has_right
from hall.access.scope import centers_of
from hall.dashboard import queries, tiles
from hall.dashboard.measures import MEASURES, STANDINGS, Measure, Standing, of_moment
from hall.dashboard.queries import Totals
from hall.exports.tables import Column, Table
from hall.facts.indicators import DASH
from hall.facts.periods import midnight
from hall.facts.slices import Slice
from hall.pledges.asking import Question
from hall.workdays.arithmetic import Calendar
from hall.workdays.calendars import calendar_for

Counted = Measure | Standing
PAGE_SIZE: Final = 50
# Where no more cases than this would have to be looked at, a list is counted to the last one.
COUNTED: Final = 5_000
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
    return _with_days(figures.measurable(found) if isinstance(counted, Standing) else found).order_by(*_order(counted))


def _seen(user: User, part: Slice) -> CaseQuerySet:
    """What the person may see, with the centers named one by one for those who see whole centers.

    Of a condition on the tree of centers the database thinks that it finds few cases, and takes seconds for the many.
    """
    if not has_right(user, "cases.view.center"):
        return Case.objects.visible_to(user).filter(Q() if part.centers is None else Q(center__in=part.centers))
    reached = set(centers_of(user).values_list("pk", flat=True))
    return Case.objects.filter(center__in=reached if part.centers is None else reached & part.centers)


def _order(counted: Counted) -> tuple[str, str]:
    return ("received_at" if isinstance(counted, Standing) else f"-{counted.moment}"), "docket"


def chosen(user: User, part: Slice, counted: Counted, at: datetime) -> QuerySet[Case]:
    """The same cases with nothing beside them: this is what is counted."""
    seen = _seen(user, part).filter(_place(part))
    if isinstance(counted, Standing):
        return _under(seen.open(), counted, at)
    days = {f"{counted.moment}__gte": part.period.start, f"{counted.moment}__lt": part.period.end}
    return counted.cases(seen).filter(**days)


class Pages(Paginator):
    """Pages of a list that are found, and counted, without reading all that the list has.

    Which days a page of closed cases lies in says the tally. A list out of many has as many cases as the tally says,
    which is at most a minute old; one out of few is counted.
    """

    def __init__(self, user: User, part: Slice, counted: Counted, at: datetime) -> None:
        super().__init__(cases(user, part, counted, at), PAGE_SIZE)
        self._part, self._measure, self._cases = part, counted, chosen(user, part, counted, at)

    @cached_property
    def count(self) -> int:
        """How many cases the list has. Of one person's the tally knows nothing."""
        if self._part.staff is not None:
            return self._cases.count()
        if isinstance(self._measure, Standing):
            return tiles.of_standing(queries.standing_by(self._part).get((), Totals()), self._measure.code)
        totals = queries.totals(self._part)
        asked = max(totals[one.code] for one in of_moment(self._measure.moment) if not one.adds)
        return totals[self._measure.code] if asked > COUNTED else self._cases.count()

    def page(self, number: Any) -> Any:
        """The rows of one page: first which, then what they show."""
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        last = min(first + self.per_page, self.count)
        keys = self._keys(first, last)
        rows = for_rows(self.object_list).filter(pk__in=keys)  # type: ignore[arg-type] # a queryset, as given above
        return Page(list(rows), number, self)

    def _keys(self, first: int, last: int) -> list[Any]:
        found: Any = self._cases.order_by(*_order(self._measure))
        if isinstance(self._measure, Measure) and (since := queries.since_when(self._part, self._measure.code, last)):
            recent = found.filter(**{f"{self._measure.moment}__gte": midnight(since)})
            keys = list(recent.values_list("pk", flat=True)[first:last])
            if len(keys) == last - first:
                return keys  # nothing older can come before these
        return list(found.values_list("pk", flat=True)[first:last])


def _under(cases: QuerySet[Case], counted: Standing, at: datetime) -> QuerySet[Case]:
    """Open cases under some lamps."""
    return listing.showing(cases, counted.lamps, at) if counted.lamps else cases


def _place(part: Slice) -> Q:
    exact = {
        "department": part.department, "window": part.window, "version_filed__item__code": part.item,
        "handler": part.staff,
    }  # fmt: skip
    return Q(**{name: value for name, value in exact.items() if value is not None})


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
    return Row(case, lamp, LAMP_CSS[lamp.kind] if lamp else "off")


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
            f"截至：{timezone.localtime(at):%Y-%m-%d %H:%M}",
        ],
        filters=question.chosen,
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
