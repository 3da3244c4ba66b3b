"""How points come about. Pure: lines, facts and figures in, points with their reasons out.

A sheet is the sum of its points. A line starts full or at nothing; every fact adds or takes until the line's limit is
reached; what lies beyond is one point of zero that says how many facts were not counted any more.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from hall.appraisal.enums import Band, LineKind, Start
from hall.facts.indicators import Figure
from hall.facts.sources import Fact

START, INDICATOR, OVER, BONUS_CAP = "start", "indicator", "over", "bonus-cap"
# Keys of points that stand for no event of their own: nobody can object to them.
NO_EVENT: Final = frozenset({START, OVER, BONUS_CAP})
ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Rule:
    """What a line says, without its row."""

    kind: str
    start: str
    weight: int
    limit: Decimal
    bonus: bool = False
    per_fact: Decimal = ZERO
    scale: Sequence[Sequence[int]] = ()
    ascending: bool = True


@dataclass(frozen=True, slots=True)
class Point:
    """One entry to be."""

    key: str
    points: Decimal
    text: str
    source: str = ""
    docket: str = ""
    url: str = ""
    occurred_at: datetime | None = None
    struck: bool = False


def starting(rule: Rule) -> list[Point]:
    """What a line gives before anything happened."""
    if rule.kind == LineKind.INDICATOR or rule.bonus or rule.start == Start.ZERO:
        return []
    return [Point(START, Decimal(rule.weight), f"满分 {rule.weight} 分起扣")]


def from_facts(rule: Rule, facts: Iterable[Fact], *, source: str, struck: frozenset[str]) -> list[Point]:
    """Each fact its points, the earliest first, within the limit; struck ones count nothing and stay visible."""
    made: list[Point] = []
    left, beyond = rule.limit, 0
    for fact in sorted(facts, key=lambda one: (one.occurred_at, one.key)):
        gone = fact.key in struck
        size = ZERO if gone else min(abs(rule.per_fact), left)
        if not gone and size == ZERO:
            beyond += 1
            continue
        left -= size
        points = size if rule.per_fact > 0 else -size
        made.append(Point(fact.key, points, fact.text, source, fact.docket, fact.url, fact.occurred_at, gone))
    if beyond:
        made.append(Point(OVER, ZERO, f"另有 {beyond} 件，已到本项上限 {rule.limit:g} 分，不再计分", source))
    return made


def reached(rule: Rule, value: int) -> int:
    """The points of the best step a value reaches; none reached, none given."""
    steps = [points for least, points in rule.scale if (value >= least if rule.ascending else value <= least)]
    return max(steps, default=0)


def measured(figure: Figure) -> int:
    """A share in per mille, cut off; a count as it is."""
    if figure.denominator is None:
        return figure.numerator
    return figure.numerator * 1000 // figure.denominator


def from_indicator(rule: Rule, figure: Figure, *, label: str, url: str, struck: frozenset[str]) -> list[Point]:
    """One entry: the points of the step reached. Without data nothing is taken, and the entry says so."""
    full = Decimal(0 if rule.bonus else rule.weight)
    if INDICATOR in struck:
        return [Point(INDICATOR, full, f"{label}：异议成立，按满分计", url=url, struck=True)]
    if figure.value is None:
        why = figure.missing or "本期没有可计的数据（分母为零）"
        return [Point(INDICATOR, full, f"{label}：{why}，{'不加分' if rule.bonus else '不扣分'}", url=url)]
    points = min(Decimal(reached(rule, measured(figure))), rule.limit)
    detail = f"（{figure.fraction}）" if figure.fraction else ""
    return [Point(INDICATOR, points, f"{label} {figure.text}{detail}，得 {points:g} 分", url=url)]


def from_marks(rule: Rule, marks: Iterable[Point], *, struck: frozenset[str]) -> list[Point]:
    """Marks given by judgement, in the order given, within the limit."""
    made: list[Point] = []
    left = rule.limit
    for mark in marks:
        gone = mark.key in struck
        size = ZERO if gone else min(abs(mark.points), left)
        left -= size
        points = size if mark.points > 0 else -size
        made.append(
            Point(mark.key, points, mark.text, mark.source, mark.docket, mark.url, mark.occurred_at, struck=gone)
        )
    return made


def over_bonus(bonus: Decimal, cap: int) -> list[Point]:
    """What is taken back where bonus lines together gave more than the scheme allows."""
    if bonus <= cap:
        return []
    return [Point(BONUS_CAP, cap - bonus, f"加分合计 {bonus:g} 分，超过上限 {cap} 分，超出部分不计")]


def ranks(totals: Sequence[Decimal]) -> list[int]:
    """The place of each total; equal totals share a place (1, 2, 2, 4)."""
    ordered = sorted(totals, reverse=True)
    place = {total: ordered.index(total) + 1 for total in set(totals)}
    return [place[total] for total in totals]


def band(total: Decimal, *, excellent: int, good: int, passing: int) -> Band:
    """优秀、良好、合格、不合格."""
    if total >= excellent:
        return Band.EXCELLENT
    if total >= good:
        return Band.GOOD
    return Band.PASS if total >= passing else Band.FAIL
