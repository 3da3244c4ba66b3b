"""Why that day: a term told day by day in compressed lines, and laid out as cells of the deadline ruler (期限尺). Pure.

Used for the clocks of a case (approvals.cases.clock_explanation) and by the calculator; templates/components/ruler.html
shows what is built here and computes nothing. No line walks the days: plain ones are counted by bisection, and only
those a notice names are looked at. The cells are laid out when a page asks for them (ruler.Ruler).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from hall.workdays.arithmetic import Calendar, Day, DayKind
from hall.workdays.ruler import Cell, Laid, Ruler, Week, kind_of
from hall.workdays.terms import UNIT_LABELS, Limit, Span, Term, Unit, end_of_term, united

DAY = timedelta(days=1)
START_SOURCE = "民法典第二百零一条"
ROLL_SOURCE = "民法典第二百零三条"
MONTH_SOURCE = "民法典第二百零二条"
WEEKEND_SOURCE = "国务院关于职工工作时间的规定第七条"
LINE_CELLS, SHORT_CELLS = 36, 14
REGULATION = "全国年节及纪念日放假办法"


class Line(NamedTuple):
    """One sentence of the arithmetic: when, what, and the article or notice it rests on."""

    when: str
    text: str
    source: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """A pause as it is told: `(start_on, end_on]`; while `open` it ends today for the time being."""

    start_on: date
    end_on: date
    label: str
    document_no: str = ""
    source: str = ""
    open: bool = False


@dataclass(frozen=True, slots=True)
class Wording:
    """The words around a term: 承诺 20 个工作日 … 受理 … 办结."""

    title: str = "期限"
    basis: str = ""
    start: str = "起算"
    start_text: str = "起算当日不计"
    end: str = "届满"
    source: str = ""


PLAIN = Wording()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything the ruler shows. `wide` and `weeks` are the two forms of `cells`, long plain stretches folded.

    Hours have no `ruler`: there are no days to count.
    """

    title: str
    sentence: str
    plain: str
    lines: tuple[Line, ...]
    ruler: Ruler | None = None
    provisional: bool = False
    stopped: bool = False
    due: date | None = None

    @property
    def cells(self) -> tuple[Cell, ...]:
        """One a day, from the start to the due day."""
        return self.ruler.cells if self.ruler else ()

    @property
    def wide(self) -> tuple[Laid, ...]:
        """The wide form."""
        return self.ruler.wide if self.ruler else ()

    @property
    def weeks(self) -> tuple[Week, ...]:
        """The week form."""
        return self.ruler.weeks if self.ruler else ()

    @property
    def legend(self) -> tuple[tuple[str, str], ...]:
        """Class and word of what occurs in the cells."""
        return self.ruler.legend if self.ruler else ()

    @property
    def layout(self) -> str:
        """How the wide form lies: few cells unstretched, a line, or rows of four weeks."""
        if len(self.wide) > LINE_CELLS:
            return "rows"
        return "short" if len(self.wide) <= SHORT_CELLS else "line"

    def with_lines(self, *lines: Line, sentence: str = "") -> "Explanation":
        """The same with further lines at the end, and a further sentence for the public."""
        return replace(self, lines=self.lines + lines, plain=self.plain + sentence)


class _Told(NamedTuple):
    """What the lines are written from. `off` and `made_up` are the days of the term that a notice names, `weekends`
    the number of other days off.
    """

    limit: Limit
    term: Term
    stops: tuple[Stop, ...]
    spans: Sequence[Span]
    calendar: Calendar
    wording: Wording
    today: date
    off: Sequence[tuple[date, Day]] = ()
    made_up: Sequence[tuple[date, Day]] = ()
    weekends: int = 0

    def day(self, day: date) -> str:
        return day_words(day, self.term.start_on.year)

    def span(self, first: date, last: date) -> str:
        return span_words(first, last, self.term.start_on.year)

    def kind(self, day: date) -> str:
        """What a day of the term is (ruler.kind_of)."""
        paused = bool(self.spans) and any(span.start_on < day <= span.end_on for span in self.spans)
        return kind_of(day, self.term, self.limit.unit, working=self.calendar.day(day).working, paused=paused)

    def number(self, day: date) -> int:
        """How many days of the term were counted when `day` was over."""
        last = min(day, self.term.counted_to)
        stopped = sum(self.passed(span.start_on, min(span.end_on, last)) for span in self.spans)
        return self.passed(self.term.start_on, last) - stopped

    def passed(self, after: date, until: date) -> int:
        """Days in `(after, until]` in the unit of the limit: working days, or all."""
        if self.limit.unit == Unit.WORKDAY:
            return self.calendar.count(after, until)
        return max(0, (until - after).days)


def explain_term(
    start_on: date,
    limit: Limit,
    stops: Iterable[Stop],
    calendar: Calendar,
    *,
    today: date,
    wording: Wording = PLAIN,
    term: Term | None = None,
) -> Explanation:
    """Tell one term of working days, days or months. `term` replaces the computed end where it was extended."""
    stops = tuple(sorted(stops, key=lambda stop: (stop.start_on, stop.end_on)))
    spans = [Span(stop.start_on, stop.end_on) for stop in stops]
    term = term or end_of_term(start_on, limit, spans, calendar)
    effective = tuple(stop for stop in stops if stop.start_on < term.due)
    merged = united((Span(s.start_on, s.end_on) for s in effective), start_on)
    told = _read(limit, term, effective, merged, calendar, wording, today)
    labels = "、".join(dict.fromkeys(stop.label for stop in effective))
    return Explanation(
        title=wording.title,
        sentence=_sentence(told),
        plain=_plain(told),
        lines=tuple(_same_source(_lines(told))),
        ruler=Ruler(term, limit.unit, merged, calendar, wording.start, today, labels),
        provisional=term.provisional,
        stopped=any(stop.open for stop in effective),
        due=term.due,
    )


def _read(
    limit: Limit,
    term: Term,
    stops: tuple[Stop, ...],
    spans: Sequence[Span],
    calendar: Calendar,
    wording: Wording,
    today: date,
) -> _Told:
    """The term with its days off; terms of days and months pass over none."""
    if limit.unit != Unit.WORKDAY:
        return _Told(limit, term, stops, spans, calendar, wording, today)
    start, due = term.start_on, term.due
    named = calendar.exceptions(start + DAY, due)
    off = [(day, entry) for day, entry in named if entry.kind is DayKind.HOLIDAY and entry.name]
    made_up = [(day, entry) for day, entry in named if entry.kind is DayKind.MAKE_UP]
    weekends = max(0, (due - start).days) - calendar.count(start, due) - len(off)
    return _Told(limit, term, stops, spans, calendar, wording, today, off, made_up, weekends)


def day_words(day: date, year: int) -> str:
    """5月18日（周一）, with its year where that is not the one being talked of."""
    return f"{_short(day, year)}（周{'一二三四五六日'[day.weekday()]}）"


def span_words(first: date, last: date, year: int) -> str:
    """4月20日—22日, 4月30日—5月3日, 12月31日—2027年1月2日."""
    if first == last:
        return _short(first, year)
    if (first.year, first.month) == (last.year, last.month):
        return f"{_short(first, year)}—{last.day}日"
    return f"{_short(first, year)}—{_short(last, first.year)}"


def _short(day: date, year: int) -> str:
    return f"{'' if day.year == year else f'{day.year}年'}{day.month}月{day.day}日"


def _sentence(told: _Told) -> str:
    basis = f"{told.wording.basis} {told.limit}，" if told.wording.basis else f"{told.limit}，"
    due, end = told.day(told.term.due), told.wording.end
    if any(stop.open for stop in told.stops):
        return f"{basis}停表中，期限顺延；如今天恢复，到 {due}{end}。"
    expected = "预计 " if told.term.provisional else ""
    late = f"，已过 {(told.today - told.term.due).days} 天" if told.today > told.term.due else ""
    return f"{basis}{expected}{due}下班前{end}{late}。"


def _plain(told: _Told) -> str:
    """The paragraph of the public page: what was left out, in everyday words."""
    start = told.wording.start
    parts = [f"{start}当天不算"] if told.limit.count else []
    names = list(dict.fromkeys(entry.name for _, entry in told.off))
    if told.limit.unit == Unit.WORKDAY and (names or told.weekends):
        parts.append("、".join((["周末"] if told.weekends else []) + names) + "不算")
    parts += [_plain_stop(stop, told) for stop in told.stops if _days_stopped(stop, told)]
    parts += [f"{told.day(day)}调休上班，算 1 天" for day, _ in told.made_up if told.kind(day) == "counted"]
    if told.term.due != told.term.counted_to:
        parts.append(f"最后一天逢假，顺延到 {told.day(told.term.due)}")
    basis = f"{told.wording.basis} {told.limit}。" if told.wording.basis else ""
    tail = "有的放假安排还没有公布，公布后日期可能变动。" if told.term.provisional else ""
    return basis + "；".join(parts) + ("。" if parts else "") + tail


def _plain_stop(stop: Stop, told: _Told) -> str:
    first, last = _told_days(stop, told)
    return f"{told.span(first, last)}{stop.label}，停表 {_days_stopped(stop, told)} {_stop_unit(told)}"


def _lines(told: _Told) -> Iterator[Line]:
    """The start, then everything by date, then the day it is due."""
    first = told.term.start_on + DAY
    began = f"，{first.month}月{first.day}日为第 1 日" if _counted_on(told, first) else ""
    yield Line(told.day(told.term.start_on), told.wording.start_text + began, START_SOURCE)
    middle = [*_holidays(told), *_made_up(told), *_stops(told)]
    if told.limit.unit == Unit.WORKDAY:
        yield from _weekends(told)
    for _, line in sorted(middle, key=lambda pair: pair[0]):
        yield line
    yield from _end(told)
    if told.term.provisional:
        yield _provisional(told)


def _counted_on(told: _Told, day: date) -> bool:
    return day <= told.term.due and told.kind(day) == "counted"


def _weekends(told: _Told) -> Iterator[Line]:
    if told.weekends:
        yield Line("周末", f"共 {told.weekends} 天，不计", WEEKEND_SOURCE)


def _holidays(told: _Told) -> Iterator[tuple[date, Line]]:
    """Runs of days off under one name, each with its notice."""
    for run in _runs(told.off):
        (first, entry), (last, _) = run[0], run[-1]
        source = entry.notice
        yield first, Line(told.span(first, last), f"{entry.name}放假 {len(run)} 天，不计", str(source), source.url)


def _runs(days: Sequence[tuple[date, Day]]) -> list[list[tuple[date, Day]]]:
    """Consecutive days of one holiday under one notice."""
    runs: list[list[tuple[date, Day]]] = []
    for day, entry in days:
        before = runs[-1][-1] if runs else None
        if before and before[0] + DAY == day and before[1] == entry:
            runs[-1].append((day, entry))
        else:
            runs.append([(day, entry)])
    return runs


def _made_up(told: _Told) -> Iterator[tuple[date, Line]]:
    for day, entry in told.made_up:
        kind = told.kind(day)
        what = {"paused": "停表期间，不计", "rolled": "顺延到这一天"}.get(kind) or f"计第 {told.number(day)} 日"
        yield day, Line(told.day(day), f"调休上班，{what}", str(entry.notice), entry.notice.url)


def _stops(told: _Told) -> Iterator[tuple[date, Line]]:
    for stop in told.stops:
        first, last = _told_days(stop, told)
        notice = f"，{stop.document_no}书面告知" if stop.document_no else ""
        days = _days_stopped(stop, told)
        if stop.open:
            text = f"{stop.label}停表，至今 {days} {_stop_unit(told)}{notice}"
            when = f"{told.span(stop.start_on, stop.start_on)}起"
        elif days:
            when, text = told.span(first, last), f"{stop.label}停表 {days} {_stop_unit(told)}{notice}"
        else:
            when, text = (
                told.span(stop.start_on, stop.end_on),
                f"{stop.label}停表，其间没有应计的日子，期限不变{notice}",
            )
        if _overlapped(stop, told.stops):
            text += "（与其他停表重叠的日子只算一次）"
        yield first, Line(when, text, stop.source)


def _told_days(stop: Stop, told: _Told) -> tuple[date, date]:
    """First and last day of a stop that would otherwise have counted."""
    begin = max(stop.start_on, told.term.start_on)
    if told.limit.unit == Unit.WORKDAY:
        if not told.calendar.count(begin, stop.end_on):
            return stop.start_on, stop.end_on
        return told.calendar.add(begin, 1).on, told.calendar.add(stop.end_on + DAY, -1).on
    return (begin + DAY, stop.end_on) if stop.end_on > begin else (stop.start_on, stop.end_on)


def _days_stopped(stop: Stop, told: _Told) -> int:
    return told.passed(max(stop.start_on, told.term.start_on), stop.end_on)


def _stop_unit(told: _Told) -> str:
    return UNIT_LABELS[Unit.WORKDAY if told.limit.unit == Unit.WORKDAY else Unit.DAY]


def _overlapped(stop: Stop, stops: Sequence[Stop]) -> bool:
    return any(other is not stop and other.start_on < stop.end_on and stop.start_on < other.end_on for other in stops)


def _end(told: _Told) -> Iterator[Line]:
    term, limit = told.term, told.limit
    if limit.unit == Unit.MONTH:
        missing = term.counted_to.day != term.start_on.day and not told.stops
        text = f"满 {limit}" + ("，当月没有对应的日子，取月末日" if missing else "")
        yield Line(told.day(term.counted_to), text, MONTH_SOURCE)
    if term.due != term.counted_to:
        name = told.calendar.day(term.counted_to).name
        why = f"{name}放假" if name else "周末"
        yield Line(told.day(term.counted_to), f"最后一日逢{why}，顺延到 {told.day(term.due)}", ROLL_SOURCE)
    numbered = limit.count and limit.unit != Unit.MONTH and _counted_on(told, term.due)
    which = f"第 {told.number(term.due)} 日，" if numbered else ""
    yield Line(told.day(term.due), f"{which}到期，当天下班前{told.wording.end}", told.wording.source)


def _provisional(told: _Told) -> Line:
    start, due, unknown = told.term.start_on, told.term.due, told.calendar.is_provisional
    within = range(start.year, due.year + 1)
    years = [y for y in within if unknown(max(start, date(y, 1, 1)), min(due, date(y, 12, 31)))]
    named = "、".join(f"{year}年" for year in years) or "相应年度"
    text = f"{named}放假安排尚未公布，暂按周末和法定节假日推算，没有计入调休；公布后日期可能变动"
    return Line("暂定", text, REGULATION)


def _same_source(lines: Iterable[Line]) -> Iterator[Line]:
    """A notice named on the line above is not written out again."""
    previous = ""
    for line in lines:
        yield line._replace(source="同上", url="") if line.source and line.source == previous else line
        previous = line.source or previous
