"""A term told by walking its days one by one: what hall.workdays.explanation, which counts by bisection, is checked
against. The words are the same; only where the numbers come from differs.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

from hall.workdays.arithmetic import Calendar, Day
from hall.workdays.explanation import (
    MONTH_SOURCE,
    PLAIN,
    REGULATION,
    ROLL_SOURCE,
    START_SOURCE,
    WEEKEND_SOURCE,
    Line,
    Stop,
    Wording,
    day_words,
    span_words,
)
from hall.workdays.ruler import Cell, cells_of
from hall.workdays.terms import UNIT_LABELS, Limit, Span, Term, Unit, end_of_term, united

DAY = timedelta(days=1)


class Words(NamedTuple):
    """Every text of an explanation."""

    sentence: str
    plain: str
    lines: tuple[Line, ...]


class _Told(NamedTuple):
    """What the lines are written from."""

    limit: Limit
    term: Term
    stops: tuple[Stop, ...]
    cells: tuple[Cell, ...]
    calendar: Calendar
    wording: Wording
    today: date

    def day(self, day: date) -> str:
        return day_words(day, self.term.start_on.year)

    def span(self, first: date, last: date) -> str:
        return span_words(first, last, self.term.start_on.year)


def walked(
    start_on: date,
    limit: Limit,
    stops: Iterable[Stop],
    calendar: Calendar,
    *,
    today: date,
    wording: Wording = PLAIN,
    term: Term | None = None,
) -> Words:
    """The texts of a term, every number read off its cells."""
    stops = tuple(sorted(stops, key=lambda stop: (stop.start_on, stop.end_on)))
    spans = [Span(stop.start_on, stop.end_on) for stop in stops]
    term = term or end_of_term(start_on, limit, spans, calendar)
    effective = tuple(stop for stop in stops if stop.start_on < term.due)
    merged = united((Span(s.start_on, s.end_on) for s in effective), start_on)
    cells = tuple(cells_of(term, limit.unit, merged, calendar, start=wording.start, today=today))
    told = _Told(limit, term, effective, cells, calendar, wording, today)
    return Words(_sentence(told), _plain(told), tuple(_same_source(_lines(told))))


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
    off = [cell for cell in told.cells if cell.kind == "off"]
    names = list(dict.fromkeys(cell.name for cell in off if cell.name))
    if told.limit.unit == Unit.WORKDAY and off:
        parts.append("、".join((["周末"] if any(not c.name for c in off) else []) + names) + "不算")
    parts += [_plain_stop(stop, told) for stop in told.stops if _days_stopped(stop, told)]
    made_up = [cell for cell in told.cells if cell.made_up and cell.kind == "counted"]
    if told.limit.unit == Unit.WORKDAY:
        parts += [f"{told.day(cell.date)}调休上班，算 1 天" for cell in made_up]
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
    return any(cell.date == day and cell.kind == "counted" for cell in told.cells)


def _weekends(told: _Told) -> Iterator[Line]:
    plain = [cell for cell in told.cells if cell.kind == "off" and not cell.name]
    if plain:
        yield Line("周末", f"共 {len(plain)} 天，不计", WEEKEND_SOURCE)


def _holidays(told: _Told) -> Iterator[tuple[date, Line]]:
    """Runs of days off under one name, each with its notice."""
    if told.limit.unit != Unit.WORKDAY:
        return
    named = [(cell.date, told.calendar.day(cell.date)) for cell in told.cells if cell.kind == "off" and cell.name]
    for run in _runs(named):
        (first, entry), (last, _) = run[0], run[-1]
        source = entry.notice
        yield first, Line(told.span(first, last), f"{entry.name}放假 {len(run)} 天，不计", str(source), source.url)


def _runs(days: Sequence[tuple[date, Day]]) -> Iterator[list[tuple[date, Day]]]:
    """Consecutive days of one holiday under one notice."""
    numbered = enumerate(days)
    for _, run in groupby(numbered, key=lambda item: (item[1][0] - item[0] * DAY, item[1][1].name, item[1][1].notice)):
        yield [day for _, day in run]


def _made_up(told: _Told) -> Iterator[tuple[date, Line]]:
    if told.limit.unit != Unit.WORKDAY:
        return
    for cell in told.cells:
        if not cell.made_up or cell.kind == "start":
            continue
        notice = told.calendar.day(cell.date).notice
        what = {"paused": "停表期间，不计", "rolled": "顺延到这一天"}.get(cell.kind) or f"计第 {cell.number} 日"
        yield cell.date, Line(told.day(cell.date), f"调休上班，{what}", str(notice), notice.url)


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
        days = told.calendar.between(begin, stop.end_on)
        return (days[0], days[-1]) if days else (stop.start_on, stop.end_on)
    return (begin + DAY, stop.end_on) if stop.end_on > begin else (stop.start_on, stop.end_on)


def _days_stopped(stop: Stop, told: _Told) -> int:
    begin = max(stop.start_on, told.term.start_on)
    if told.limit.unit == Unit.WORKDAY:
        return told.calendar.count(begin, stop.end_on)
    return max(0, (stop.end_on - begin).days)


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
    last = told.cells[-1].number if told.cells else ""
    which = f"第 {last} 日，" if limit.count and limit.unit != Unit.MONTH and last.isdigit() else ""
    yield Line(told.day(term.due), f"{which}到期，当天下班前{told.wording.end}", told.wording.source)


def _provisional(told: _Told) -> Line:
    years = sorted({c.date.year for c in told.cells if told.calendar.is_provisional(c.date, c.date)})
    named = "、".join(f"{year}年" for year in years) or "相应年度"
    text = f"{named}放假安排尚未公布，暂按周末和法定节假日推算，没有计入调休；公布后日期可能变动"
    return Line("暂定", text, REGULATION)


def _same_source(lines: Iterable[Line]) -> Iterator[Line]:
    """A notice named on the line above is not written out again."""
    previous = ""
    for line in lines:
        yield line._replace(source="同上", url="") if line.source and line.source == previous else line
        previous = line.source or previous
