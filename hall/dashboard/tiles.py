"""The figures of the dashboard, each with its fraction, what is left out, and the list behind it (law 11)."""

from collections.abc import Sequence
from dataclasses import dataclass

from hall.dashboard.addresses import Links
from hall.dashboard.measures import MEASURES, STANDINGS
from hall.dashboard.queries import Totals
from hall.dashboard.spread import Spread
from hall.facts.indicators import DASH, Figure


@dataclass(frozen=True, slots=True)
class Line:
    """One line under a figure, with the list behind its number where it has one."""

    text: str
    url: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure."""

    title: str
    value: str
    url: str = ""
    fraction: str = ""
    lines: Sequence[Line] = ()
    definition: str = ""
    unit: str = ""


def count(totals: Totals, code: str, links: Links) -> Tile:
    """A plain number of cases."""
    measure = MEASURES[code]
    return Tile(measure.label, f"{totals[code]:,}", links.cases(code), definition=measure.definition)


def rate(title: str, top: str, now: Totals, before: Totals, links: Links, lines: Sequence[Line]) -> Tile:
    """A share of the closings that had a limit, against the same days before."""
    figure = Figure(now[top], now["timed"])
    compared = Line(versus(figure, Figure(before[top], before["timed"])))
    return Tile(
        title, figure.text, links.cases(top), figure.fraction, (*lines, compared), MEASURES[top].definition
    )  # fmt: skip


def left_out(totals: Totals, links: Links) -> Line:
    """What was closed but stands in no rate."""
    out = totals["closed"] - totals["timed"]
    return Line(f"办结 {totals['closed']:,} 件，其中 {out:,} 件没有决定或没有期限，不在分母内", links.cases("closed"))


def open_late(standing: Totals, links: Links) -> Line:
    """Open and late already: beside every rate of what was closed, never in it."""
    late = of_standing(standing, "open_late")
    return Line(f"未结已超期 {late:,} 件，不在分母内", links.cases("open_late"), "late" if late else "")


def of_standing(standing: Totals, code: str) -> int:
    """How many open cases a standing number means."""
    lamps = STANDINGS[code].lamps
    return sum(standing.values()) if not lamps else sum(standing[lamp] for lamp in lamps)


def versus(now: Figure, before: Figure) -> str:
    """Against the same days before, in points of a hundred."""
    if now.value is None or before.value is None:
        return "上期没有可比的数"
    points = (now.value - before.value) * 100
    return f"较上期 {points:+.1f} 个百分点（上期 {before.text}）"


def more_or_less(now: int, before: int) -> str:
    """Against the same days before, as a number."""
    return f"较上期 {now - before:+,}（上期 {before:,}）"


def durations(timed: int, spreads: dict[str, Spread], links: Links) -> Tile:
    """How long decisions took: the mean never alone. Of cases of another system the days are not known."""
    net, elapsed = spreads["net"], spreads["elapsed"]
    known = "" if net.n == timed else f"，其中 {net.n:,} 件知道用时"
    lines = (
        Line(f"历时（日历日）{elapsed.mean_text}，{elapsed.beside}"),
        Line(f"{timed:,} 件有期限的办结{known}", links.cases("timed")),
    )
    return Tile(
        "办结用时（净工作日）", net.mean_text, links.cases("timed"), net.beside, lines,
        "受理到决定，停表的日子不计；均值旁列中位数和 90% 的办件不超过的天数。",
    )  # fmt: skip


def compression(totals: Totals) -> list[tuple[str, float]]:
    """Mean working days by law, as promised and as it was, over the same cases; nothing where there are none."""
    n = totals["compressed"]
    if not n:
        return []
    parts = (("法定", "statute_days"), ("承诺", "promise_days"), ("实际", "actual_days"))
    return [(label, totals[code] / n) for label, code in parts]


def compressed(totals: Totals) -> str:
    """How much shorter than the statute, as a share; cut off, so that almost all is not all."""
    law, actual = totals["statute_days"], totals["actual_days"]
    return f"{(law - actual) * 1000 // law / 10:.1f}%" if law else DASH
