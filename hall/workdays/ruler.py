"""The deadline ruler laid out: one cell a day, plain weeks folded, in a wide and in a week form. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

from hall.workdays.arithmetic import Calendar, DayKind
from hall.workdays.terms import Span, Term, Unit

DAY = timedelta(days=1)
WIDE_CELLS = 84  # more than that and runs of plain weeks fold
WEEK_ROWS = 9
LEGEND = (
    ("used", "已用"),
    ("", "未到"),
    ("off", "周末与节假日不计"),
    ("paused", "停表"),
    ("made-up", "调休上班日照计"),
    ("rolled", "逢假顺延"),
    ("today", "今天"),
    ("due", "到期日"),
)


class Cell(NamedTuple):
    """One day. `kind`: start, counted, off, paused or rolled; `number` is what stands in the cell."""

    date: date
    number: str
    kind: str
    name: str
    label: str
    made_up: bool
    used: bool
    today: bool
    due: bool

    @property
    def css(self) -> str:
        """Classes of ruler.css; the due day wins over the rest, today is a frame around whatever it is."""
        look = {"off": "off", "paused": "paused", "rolled": "rolled"}.get(self.kind, "used" if self.used else "")
        marks = ["made-up"] if self.made_up else []
        marks += ["today"] if self.today else []
        return " ".join(filter(None, ["due" if self.due else look, *marks]))

    @property
    def short(self) -> str:
        """Month and day: 5/18."""
        return f"{self.date.month}/{self.date.day}"

    @property
    def weekday(self) -> int:
        """Monday is 1: the column in the week form."""
        return self.date.isoweekday()

    @property
    def plain(self) -> bool:
        """Nothing about this day needs to be seen."""
        ordinary = self.kind == "counted" or (self.kind == "off" and not self.name)
        return ordinary and not (self.made_up or self.today or self.due)


class Fold(NamedTuple):
    """A run of plain weeks drawn as one cell."""

    first: date
    last: date
    weeks: int
    numbers: str
    used: bool

    @property
    def css(self) -> str:
        return "fold used" if self.used else "fold"

    @property
    def label(self) -> str:
        span = f"{self.first.month}/{self.first.day}—{self.last.month}/{self.last.day}"
        return f"{span}，{self.weeks} 周，第 {self.numbers} 日"


Laid = Cell | Fold


class Week(NamedTuple):
    """One row of the week form: seven days at most, or a fold over the whole row."""

    cells: tuple[Cell, ...]
    fold: Fold | None = None


def cells_of(
    term: Term, unit: str, spans: Sequence[Span], calendar: Calendar, *, start: str, today: date
) -> Iterator[Cell]:
    """Every day from the start to the due day. `spans` are the united pauses that stop this term."""
    number, day = 0, term.start_on
    while day <= term.due:
        entry = calendar.day(day)
        paused = any(span.start_on < day <= span.end_on for span in spans)
        kind = kind_of(day, term, unit, working=entry.working, paused=paused)
        number += kind == "counted"
        rolled = "到期" if day == term.due else "延"
        shown = {"start": start, "counted": str(number), "off": "休", "paused": "停", "rolled": rolled}[kind]
        made_up = entry.kind is DayKind.MAKE_UP and unit == Unit.WORKDAY
        label = (
            f"{day.month}月{day.day}日 周{'一二三四五六日'[day.weekday()]} {_words(kind, number, entry.name, made_up)}"
        )
        yield Cell(
            date=day,
            number=shown,
            kind=kind,
            name=entry.name if entry.kind is DayKind.HOLIDAY else "",
            label=label,
            made_up=made_up,
            used=kind == "counted" and day <= today,
            today=day == today,
            due=day == term.due,
        )
        day += DAY


def kind_of(day: date, term: Term, unit: str, *, working: bool, paused: bool) -> str:
    """What a day is to a term: start, off, paused, rolled or counted, in this order."""
    if day == term.start_on:
        return "start"
    if unit == Unit.WORKDAY and not working:
        return "off"
    if paused:
        return "paused"
    return "rolled" if day > term.counted_to else "counted"


def _words(kind: str, number: int, name: str, made_up: bool) -> str:
    said = {
        "start": "当日不计",
        "counted": f"第 {number} 日",
        "off": f"{name}放假，不计" if name else "周末，不计",
        "paused": "停表，不计",
        "rolled": f"{name or '周末'}，顺延",
    }[kind]
    return f"调休上班，{said}" if made_up else said


def by_week(cells: Sequence[Cell]) -> list[tuple[Cell, ...]]:
    """Monday to Sunday, the first and the last week possibly cut short."""
    weeks: list[list[Cell]] = []
    for cell in cells:
        if not weeks or cell.weekday == 1:
            weeks.append([])
        weeks[-1].append(cell)
    return [tuple(week) for week in weeks]


def _folded(cells: Sequence[Cell]) -> Iterator[tuple[Cell, ...] | Fold]:
    """Weeks in order, two or more plain full ones running as one fold."""
    run: list[tuple[Cell, ...]] = []
    for week in by_week(cells):
        if len(week) == 7 and all(cell.plain for cell in week) and (not run or run[0][0].used == week[-1].used):
            run.append(week)
            continue
        yield from _close(run)
        run = []
        yield week
    yield from _close(run)


def _close(run: list[tuple[Cell, ...]]) -> Iterator[tuple[Cell, ...] | Fold]:
    if len(run) < 2:
        yield from run
        return
    counted = [cell.number for week in run for cell in week if cell.kind == "counted"]
    numbers = f"{counted[0]}—{counted[-1]}"
    yield Fold(run[0][0].date, run[-1][-1].date, len(run), numbers, used=run[0][0].used)


def fold_wide(cells: Sequence[Cell]) -> tuple[Laid, ...]:
    """The wide form: all cells in one line, folded where there are many."""
    if len(cells) <= WIDE_CELLS:
        return tuple(cells)
    return tuple(laid for part in _folded(cells) for laid in ((part,) if isinstance(part, Fold) else part))


def fold_weeks(cells: Sequence[Cell]) -> tuple[Week, ...]:
    """The week form, folded where there are many rows."""
    if len(by_week(cells)) <= WEEK_ROWS:
        return tuple(Week(week) for week in by_week(cells))
    return tuple(Week((), part) if isinstance(part, Fold) else Week(part) for part in _folded(cells))


@dataclass(frozen=True)
class Ruler:
    """A term that is laid out when somebody looks: who reads the sentences only needs no cell.

    `spans` are the united pauses that stop the term, `labels` names their grounds, `start` the day it begins.
    """

    term: Term
    unit: str
    spans: Sequence[Span]
    calendar: Calendar
    start: str
    today: date
    labels: str

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """One a day, from the start to the due day."""
        return tuple(cells_of(self.term, self.unit, self.spans, self.calendar, start=self.start, today=self.today))

    @cached_property
    def wide(self) -> tuple[Laid, ...]:
        """The wide form."""
        return fold_wide(self.cells)

    @cached_property
    def weeks(self) -> tuple[Week, ...]:
        """The week form."""
        return fold_weeks(self.cells)

    @cached_property
    def legend(self) -> tuple[tuple[str, str], ...]:
        """Class and word of what occurs."""
        return legend_of(self.cells, self.labels)


def legend_of(cells: Sequence[Cell], paused: str) -> tuple[tuple[str, str], ...]:
    """Only what occurs in this ruler; a pause is named by its ground."""
    seen: set[str] = set()
    for cell in cells:
        seen.update(cell.css.split() or [""])
    found = [(css, text) for css, text in LEGEND if css in seen]
    return tuple((css, f"{paused}停表" if css == "paused" and paused else text) for css, text in found)
