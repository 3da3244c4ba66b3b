"""Rows of `start,days,unit,pauses,region` answered with `due,provisional,error`. Pure but for the calendars given."""

import csv
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import lru_cache

from hall.workdays.arithmetic import Calendar
from hall.workdays.terms import LONGEST_COUNT, Limit, Span, Unit, end_of_term

REQUIRED = ("start", "days", "unit")
ADDED = ("due", "provisional", "error")
UNITS = {Unit.WORKDAY: Unit.WORKDAY, Unit.DAY: Unit.DAY, Unit.MONTH: Unit.MONTH}
REGION_LENGTHS = frozenset({2, 4, 6, 9, 12})
MOST_PAUSES = 200


class BadHeader(ValueError):
    """The first line does not name the columns."""


class Answerer:
    """Answers rows one by one and remembers whether any was bad."""

    def __init__(self, header: list[str], calendar_of: Callable[[str], Calendar]) -> None:
        columns = [name.strip().lstrip("\ufeff") for name in header]
        missing = [name for name in REQUIRED if name not in columns]
        if missing or len(set(columns)) != len(columns):
            raise BadHeader(
                "表头应有 start,days,unit,pauses,region，每列一次；" + (f"缺 {'、'.join(missing)}。" if missing else "")
            )
        self.kept = [(i, name) for i, name in enumerate(columns) if name not in ADDED]
        self.width = len(columns)
        self.at = {name: columns.index(name) for name in (*REQUIRED, "pauses", "region") if name in columns}
        self.calendar_of = lru_cache(maxsize=512)(calendar_of)
        self.bad = 0

    @property
    def header(self) -> list[str]:
        """The columns as they came, with the three answers last."""
        return [name for _, name in self.kept] + list(ADDED)

    def answer(self, cells: list[str]) -> list[str]:
        """One row with its due date, or the reason why it has none."""
        padded = cells + [""] * (self.width - len(cells))
        kept = [padded[i] for i, _ in self.kept]
        try:
            if len(cells) > self.width:
                raise ValueError(f"有 {len(cells)} 列，表头只有 {self.width} 列")
            due, provisional = self._due(padded)
        except ValueError as error:
            self.bad += 1
            return [*kept, "", "", str(error)]
        return [*kept, due.isoformat(), "yes" if provisional else "", ""]

    def _due(self, cells: list[str]) -> tuple[date, bool]:
        start = iso_day(cells[self.at["start"]].strip(), "start")
        limit = Limit(_count(cells[self.at["days"]].strip()), _unit(cells[self.at["unit"]].strip()))
        spans = _spans(cells[self.at["pauses"]].strip()) if "pauses" in self.at else []
        region = _region(cells[self.at["region"]].strip()) if "region" in self.at else ""
        term = end_of_term(start, limit, spans, self.calendar_of(region), strict=bool(spans))
        return term.due, term.provisional


def iso_day(text: str, what: str) -> date:
    """A date written 2024-05-20 and in no other way."""
    if len(text) == 10 and text[4] == text[7] == "-":
        try:
            return date(int(text[:4]), int(text[5:7]), int(text[8:]))
        except ValueError:
            pass
    raise ValueError(f"{what}“{text[:40]}”不是 2024-05-20 这样的日期")


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 6 or int(text) > LONGEST_COUNT:
        raise ValueError(f"days“{text[:40]}”不是 0 到 {LONGEST_COUNT} 的整数")
    return int(text)


def _unit(text: str) -> Unit:
    for unit in UNITS:
        if text == unit.value:
            return unit
    raise ValueError(f"unit“{text[:40]}”应为 workday、day 或 month")


def _region(text: str) -> str:
    if not text:
        return ""
    if not (text.isascii() and text.isdigit()) or len(text) not in REGION_LENGTHS:
        raise ValueError(f"region“{text[:40]}”不是行政区划代码")
    return text.ljust(12, "0")


def _spans(text: str) -> list[Span]:
    parts = [part.strip() for part in text.split(";") if part.strip()]
    if len(parts) > MOST_PAUSES:
        raise ValueError(f"pauses 有 {len(parts)} 段，最多 {MOST_PAUSES} 段")
    return [_span(part) for part in parts]


def _span(part: str) -> Span:
    start, separator, end = part.partition("..")
    if not separator:
        raise ValueError(f"pauses“{part[:40]}”不是 2024-05-20..2024-05-22 的样子")
    span = Span(iso_day(start.strip(), "停表开始"), iso_day(end.strip(), "停表结束"))
    if span.end_on < span.start_on:
        raise ValueError(f"停表结束 {span.end_on} 早于开始 {span.start_on}")
    return span


def rows_of(lines: Iterable[str]) -> Iterator[list[str]]:
    """CSV rows as they arrive, blank lines left out; a row the reader gives up on becomes one empty row."""
    reader = csv.reader(lines)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            cells = [""]
            yield cells
            continue
        if cells:
            yield cells
