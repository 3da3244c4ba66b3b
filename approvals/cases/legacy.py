"""Reading cases of another system (存量办件): a table, a map of its columns, and what is wrong with it.

The map is TOML, see docs/legacy-import.md. Moments are read as the clock on the wall wrote them: an offset in the file
is dropped and the time taken as Beijing time, so that days and deadlines stay the days the old system counted.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from django.utils import timezone

from approvals.cases.enums import Channel
from hall.organisation.tables import Row, RowError, Table

REQUIRED = ("number", "received")
OPTIONAL = ("closed", "due", "channel", "handler", "granted", "summary")


class MapError(ValueError):
    """The map itself cannot be used; the message is a sentence for whoever wrote it."""


@dataclass(frozen=True, slots=True)
class LegacyMap:
    """What the columns mean: ours on the left, theirs on the right; and what holds for every row."""

    columns: Mapping[str, str]
    channels: Mapping[str, str]
    handlers: Mapping[str, str]
    item: str
    handler: str
    events: Mapping[str, str]

    @classmethod
    def read(cls, path: Path) -> "LegacyMap":
        """Read the TOML file. Raises MapError."""
        try:
            raw = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise MapError(f"对照表读不出来：{error}") from error
        columns = raw.get("columns", {})
        missing = [name for name in REQUIRED if not columns.get(name)]
        if missing:
            raise MapError(f"对照表 [columns] 里缺：{'、'.join(missing)}。")
        unknown = set(columns) - {*REQUIRED, *OPTIONAL}
        if unknown:
            raise MapError(f"对照表 [columns] 里不认识：{'、'.join(sorted(unknown))}。")
        wrong = set(raw.get("channels", {}).values()) - set(Channel.values)
        if wrong:
            raise MapError(f"对照表 [channels] 里没有这种渠道：{'、'.join(sorted(wrong))}。")
        fixed = raw.get("fixed", {})
        if not fixed.get("item") or not fixed.get("handler"):
            raise MapError("对照表 [fixed] 里要写 item（事项编码）和 handler（经办人工号）。")
        return cls(
            columns=columns,
            channels=raw.get("channels", {}),
            handlers=raw.get("handlers", {}),
            item=str(fixed["item"]),
            handler=str(fixed["handler"]),
            events=raw.get("events", {}),
        )


@dataclass(frozen=True, slots=True)
class LegacyCase:
    """One row, understood."""

    line: int
    number: str
    received_at: datetime
    closed_at: datetime | None
    due_on: date | None
    channel: str
    handler: str
    granted: bool | None = None
    summary: str = ""

    @property
    def late(self) -> bool:
        """Closed after the last day its own system gave, counted in days."""
        return bool(self.closed_at and self.due_on and timezone.localdate(self.closed_at) > self.due_on)


@dataclass(slots=True)
class Reading:
    """What the file holds: cases to import, warnings, and errors that stop all of it."""

    cases: list[LegacyCase] = field(default_factory=list)
    warnings: list[RowError] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    skipped: int = 0

    @property
    def closed_late(self) -> int:
        return sum(case.late for case in self.cases)

    @property
    def open(self) -> int:
        return sum(case.closed_at is None for case in self.cases)


def read_cases(table: Table, legacy: LegacyMap, *, known: set[str]) -> Reading:
    """Understand every row. `known`: numbers imported before, which are skipped."""
    table.require(*legacy.columns.values())
    reading, seen = Reading(), set[str]()
    for row in table.rows:
        number = row.get(legacy.columns["number"])
        if number in known:
            reading.skipped += 1
            continue
        if number in seen:
            reading.errors.append(row.error(legacy.columns["number"], f"编号 {number} 在文件里出现了两次。"))
            continue
        seen.add(number)
        case = _case(row, legacy, reading)
        if case is not None:
            reading.cases.append(case)
    return reading


def _case(row: Row, legacy: LegacyMap, reading: Reading) -> LegacyCase | None:
    before = len(reading.errors)
    value = _reader(row, legacy)
    number = value("number")
    received, closed, due = (_moment(row, legacy, reading, name) for name in ("received", "closed", "due"))
    if not number or received is None:
        reading.errors.append(row.error(legacy.columns["number"], "编号和收件时间都要有。"))
        return None
    channel = legacy.channels.get(value("channel"), value("channel")) or Channel.WINDOW
    if channel not in Channel.values:
        reading.errors.append(row.error(legacy.columns["channel"], f"渠道“{channel}”在对照表里没有。"))
    if closed is not None and closed < received:
        words = "办结早于收件" if closed.date() < received.date() else "办结时刻早于收件时刻"
        reading.warnings.append(row.error(legacy.columns["closed"], f"{words}，按收件当日办结导入。"))
        closed = received
    if len(reading.errors) > before:
        return None
    return LegacyCase(
        line=row.line,
        number=number[:64],
        received_at=received,
        closed_at=closed,
        due_on=due.date() if due else None,
        channel=channel,
        handler=legacy.handlers.get(value("handler"), legacy.handler),
        granted={"1": True, "0": False}.get(value("granted")),
        summary=value("summary")[:200],
    )


def _reader(row: Row, legacy: LegacyMap) -> Callable[[str], str]:
    return lambda name: row.get(legacy.columns[name]).strip() if name in legacy.columns else ""


def _moment(row: Row, legacy: LegacyMap, reading: Reading, name: str) -> datetime | None:
    """A moment as the wall clock wrote it, in Beijing time; None where the cell is empty or wrong."""
    column = legacy.columns.get(name)
    text = row.get(column).strip() if column else ""
    if not column or not text:
        return None
    try:
        parsed = datetime.fromisoformat(text).replace(tzinfo=None)
        if not 1949 < parsed.year < 2100:
            raise ValueError
    except ValueError:
        reading.errors.append(row.error(column, f"“{text[:40]}”不是时间，应写成 2026-04-13T10:08 的样子。"))
        return None
    return timezone.make_aware(parsed)
