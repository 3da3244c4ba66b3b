"""Who may be honoured: each condition with its reason. Pure.

红牌、有责投诉一票否决; a minimum of closed cases, so that few cases are no hundred per cent; full
attendance; of who came in the middle of the period, a part of it (a setting).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Evidence:
    """Counts of one candidate in the period; None where this system has no such data."""

    closed: int | None = None
    red: int | None = None
    upheld: int | None = None
    away: int | None = None
    recorded: int = 0
    # Of a person who came in the middle of the period: the first day, how many days of the period are left from it.
    joined: date | None = None
    days: int = 0
    of: int = 0


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: fulfilled or not, and the sentence that is shown and kept with the nomination."""

    ok: bool
    text: str


def conditions(found: Evidence, *, least: int, presence: int = 50) -> list[Condition]:
    """All conditions in the order people read them. `presence`: the share of the period, in percent, a person who came
    in the middle of it must have been here.
    """
    return [
        *_presence(found, presence),
        _none_of(found.red, "没有督查红牌", "有 {} 张督查红牌"),
        _none_of(found.upheld, "没有有责投诉", "有 {} 件有责投诉"),
        _volume(found.closed, least),
        _attendance(found),
    ]


def eligible(found: Sequence[Condition]) -> bool:
    """Whether every condition is fulfilled."""
    return all(one.ok for one in found)


def _presence(found: Evidence, share: int) -> Iterator[Condition]:
    if found.joined is None:
        return
    enough = found.days * 100 >= share * found.of
    said = f"不满考核期：{found.joined:%Y-%m-%d} 到岗，在岗 {found.days} 天，{'达到' if enough else '不到'}"
    yield Condition(enough, f"{said}全期 {found.of} 天的 {share}%")


def _none_of(count: int | None, good: str, bad: str) -> Condition:
    if count is None:
        return Condition(True, f"{good}：本系统没有这项数据，未核")
    return Condition(count == 0, bad.format(count) if count else good)


def _volume(closed: int | None, least: int) -> Condition:
    if closed is None:
        return Condition(True, "办结件数：本系统没有这项数据，未核")
    return Condition(closed >= least, f"办结 {closed} 件，{'达到' if closed >= least else '不到'}最低 {least} 件")


def _attendance(found: Evidence) -> Condition:
    if not found.recorded:
        return Condition(False, "本期没有考勤记录，无法认定全勤")
    away = found.away or 0
    return Condition(away == 0, f"缺勤或迟到 {away} 次" if away else "全勤")
