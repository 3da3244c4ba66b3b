"""What a chart draws and what the table under it says: the same numbers, made once on the server."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hall.dashboard import tiles
from hall.dashboard.addresses import Links
from hall.dashboard.queries import Totals
from hall.dashboard.spread import Spread
from hall.facts.indicators import DASH
from hall.facts.periods import Period

# Beyond this the bars of days are too thin to be told apart; the table keeps them all.
LONGEST_TAIL = 30


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart: its identity, what it draws, and the table with the same numbers."""

    id: str
    title: str
    draw: dict[str, Any]
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""
    url: str = ""

    @property
    def json_id(self) -> str:
        """The element that carries what is drawn."""
        return f"chart-{self.id}"

    @property
    def empty(self) -> bool:
        return not self.rows


def trend(series: Sequence[tuple[date, Totals]], period: Period) -> Chart:
    """Filed and closed, day by day or month by month."""
    months = period.days > 92
    labels = [f"{day.year}年{day.month}月" if months else f"{day.month}/{day.day}" for day, _ in series]
    lines = [
        {"name": name, "values": [totals[code] for _, totals in series]}
        for name, code in (("收件", "filed"), ("办结", "closed"))
    ]
    rows = [
        (label, *(f"{totals[code]:,}" for code in ("filed", "closed", "late")))
        for label, (_, totals) in zip(labels, series, strict=True)
        if totals.total()
    ]
    draw = {"kind": "lines", "labels": labels, "lines": lines}
    return Chart("trend", "收件和办结", draw, ("月份" if months else "日期", "收件", "办结", "超期办结"), rows)


def compression(totals: Totals, links: Links) -> Chart:
    """法定 → 承诺 → 实际, mean working days over the same cases."""
    parts = tiles.compression(totals)
    draw = {
        "kind": "bars",
        "labels": [p[0] for p in parts],
        "values": [round(p[1], 2) for p in parts],
        "unit": "个工作日",
    }
    note = f"{totals['compressed']:,} 件承诺件平均，比法定缩短 {tiles.compressed(totals)}" if parts else ""
    rows = [(label, f"{days:.2f}") for label, days in parts]
    return Chart("compression", "时限压缩", draw, ("时限", "平均工作日"), rows, note, links.cases("compressed"))


def durations(spreads: dict[str, Spread]) -> Chart:
    """How many decisions took how many working days."""
    counts = spreads["net"].counts
    days = sorted(counts)
    shown = list(range(min(max(days, default=0), LONGEST_TAIL) + 1)) if days else []
    tail = sum(n for day, n in counts.items() if day > LONGEST_TAIL)
    labels = [str(day) for day in shown] + ([f"{LONGEST_TAIL} 以上"] if tail else [])
    values = [counts.get(day, 0) for day in shown] + ([tail] if tail else [])
    rows = [(label, f"{n:,}") for label, n in zip(labels, values, strict=True) if n]
    spread = spreads["net"]
    marks = {"中位": spread.median, "P90": spread.p90}
    draw = {"kind": "columns", "labels": labels, "values": values, "unit": "件", "marks": marks}
    note = f"均值 {spread.mean_text}，{spread.beside}" if spread.n else DASH
    return Chart("durations", "用时分布（净工作日）", draw, ("净工作日", "件数"), rows, note)
