"""Tables of the nine figures by center, department or window: one query a source, however many lines there are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, cast
from urllib.parse import urlencode

from hall.facts import parameters
from hall.facts.indicators import Figure, Indicator, indicator_of
from hall.facts.slices import Slice
from hall.facts.sources import source_of
from hall.organisation.models import Center, Department, Window
from hall.rectification import deadlines
from hall.rectification.indicators import RATES
from hall.rectification.published_groups import Published
from hall.rectification.sources import EvaluationSource

BY: Final = {"center": "中心", "department": "部门", "window": "窗口"}
_MODELS: Final[Mapping[str, Any]] = {"center": Center, "department": Department, "window": Window}
TOO_SMALL: Final = "样本少于 {n}（或为防倒推），不公布"
EXCLUDED: Final = ("evaluation.struck", "evaluation.from_staff", "evaluation.unreached")


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure with the way to its list."""

    code: str
    figure: Figure
    query: str


@dataclass(frozen=True, slots=True)
class Line:
    """One center, department or window with its figures. `n` is the number of grades behind them."""

    key: int | None
    label: str
    n: int
    evaluable: int
    cells: tuple[Cell, ...]
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class Total:
    """A figure of the whole slice with its definition."""

    indicator: Indicator
    figure: Figure
    query: str


def totals(part: Slice, at: datetime) -> list[Total]:
    """The nine figures of the slice."""
    rates = [indicator_of(rate.code) for rate in RATES]
    return [Total(rate, rate.figure(part, at), query(rate.numerator[0], part)) for rate in rates]


def excluded(part: Slice) -> list[tuple[str, int, str]]:
    """How many were left out and why, each with the way to its list."""
    found = [(source_of(code), code) for code in EXCLUDED]
    return [(source.label, source.count(part), query(code, part)) for source, code in found]


def lines(by: str, part: Slice, at: datetime) -> list[Line]:
    """The table, by name. Lines without any closed case and any grade do not appear."""
    counts = {code: _source(code).grouped(part, by) for code in sorted(_codes())}
    keys = {key for code in ("evaluation.evaluable", "evaluation.given") for key in counts[code]}
    labels = _labels(by, keys)
    made = [
        _line(by, key, labels.get(key, "未分窗口" if by == "window" else "未分部门"), counts, part, at) for key in keys
    ]
    return sorted(made, key=lambda line: (line.key is None, line.label))


def _codes() -> set[str]:
    return {code for rate in RATES for code in (*rate.numerator, *rate.denominator)}


def _source(code: str) -> EvaluationSource:
    return cast(EvaluationSource, source_of(code))


def _line(
    by: str, key: int | None, label: str, counts: Mapping[str, Mapping[int | None, int]], part: Slice, at: datetime
) -> Line:
    here = part.but(centers=frozenset([key])) if by == "center" and key else part
    cells = []
    for rate in RATES:
        up, down = (counts[code[0]].get(key, 0) for code in (rate.numerator, rate.denominator))
        place = {by: key} if key and by != "center" else {}
        cells.append(Cell(rate.code, Figure(up, down, as_of=at), query(rate.numerator[0], here.but(**place))))
    n, evaluable = (counts[code].get(key, 0) for code in ("evaluation.given", "evaluation.evaluable"))
    return Line(key, label, n, evaluable, tuple(cells))


def _labels(by: str, keys: Iterable[int | None]) -> dict[int | None, str]:
    rows = _MODELS[by].objects.filter(pk__in=[key for key in keys if key])
    return {row.pk: str(row) if by == "window" else row.name for row in rows}


def query(code: str, part: Slice) -> str:
    """The address of the facts behind a number, as the query string of `rectification:facts`."""
    facts: dict[str, str | int] = {"source": code, "period": part.period.code}
    if part.centers is not None and len(part.centers) == 1:
        facts["center"] = next(iter(part.centers))
    for name in ("department", "window"):
        if value := getattr(part, name):
            facts[name] = value
    return urlencode(facts)


def small_group(center: int | None, on: date) -> int:
    """How many grades a public figure must rest on."""
    return parameters.whole_number(deadlines.SMALL_GROUP, center=center, on=on)


def public_lines(by: str, part: Slice, at: datetime, published: Published, *, least: int) -> list[Line]:
    """The same for everybody: what does not stand is hidden, in the same words whether few or to hide the few."""
    return [_told(line, by, published, least) for line in lines(by, part, at)]


def public_totals(part: Slice, at: datetime, published: Published, *, least: int) -> list[Total]:
    """The nine figures for everybody: one that does not stand is a dash with the reason."""
    found = totals(part, at)
    return [replace(one, figure=_cover(one.figure, least, published.whole(one.indicator.code))) for one in found]


def _told(line: Line, by: str, published: Published, least: int) -> Line:
    if not published.line(by, line.key):
        return Line(line.key, line.label, 0, 0, (), TOO_SMALL.format(n=least))
    cells = (
        replace(cell, figure=_cover(cell.figure, least, published.line(by, line.key, cell.code))) for cell in line.cells
    )
    return replace(line, cells=tuple(cells))


def _cover(figure: Figure, least: int, stands: bool) -> Figure:
    """Many grades may hold a single bad one: what became of it would be told of one person."""
    if stands or not figure.denominator:
        return figure
    return Figure(missing=TOO_SMALL.format(n=least), as_of=figure.as_of)


def league(made: list[Line]) -> list[Line]:
    """Windows by their share of good grades, the hidden ones last; of equal share the one with more grades first."""
    good = "evaluation.good_rate"

    def rank(line: Line) -> tuple[bool, float, int, str]:
        share = next((cell.figure.value or 0.0 for cell in line.cells if cell.code == good), 0.0)
        return bool(line.hidden), -share, -line.n, line.label

    return sorted(made, key=rank)
