"""Cost against scale as a picture: one small chart a job, both axes logarithmic, ours and its floor. Pure.

Small multiples rather than one crowded chart (Tufte 1990, Envisioning Information, ch. 4): each job has its own unit.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from hall.bench.measuring import number

SCALES: Final = {"1k": 1_000, "10k": 10_000, "100k": 100_000, "1m": 1_000_000, "10m": 10_000_000}
COLUMNS: Final = 3
WIDTH, HEIGHT, PAD = 320, 190, 44
_INK, _FAINT, _OURS, _FLOOR = "#1c2733", "#c8d0d8", "#0b5cab", "#8a94a0"
# Names of the unit in which less is better; elsewhere more is.
_COSTS: Final = frozenset({"s", "ms", "kB", "MB"})


@dataclass(frozen=True, slots=True)
class Point:
    """One measurement of a job at one scale."""

    cases: int
    ours: float
    floor: float | None
    unit: str


def points(lines: Sequence[Mapping[str, Any]]) -> dict[str, list[Point]]:
    """The measurements by job, in the order the jobs first occur; of several at one scale the last one counts."""
    found: dict[str, dict[int, Point]] = {}
    for line in lines:
        cases = SCALES[line["scale"]]
        found.setdefault(line["job"], {})[cases] = Point(cases, line["ours"], line["floor"], line["unit"])
    return {job: [by_scale[cases] for cases in sorted(by_scale)] for job, by_scale in found.items()}


def draw(jobs: Mapping[str, Sequence[Point]]) -> str:
    """The picture as SVG, readable without scripts and in print."""
    rows = math.ceil(len(jobs) / COLUMNS)
    width, height = COLUMNS * WIDTH, rows * HEIGHT + 28
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"'
        f' aria-label="Cost of each job against the number of cases" font-family="sans-serif" font-size="11">',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        f'<text x="{PAD}" y="18" fill="{_OURS}">— ours</text>',
        f'<text x="{PAD + 60}" y="18" fill="{_FLOOR}">- - floor of the same run</text>',
    ]
    for place, (job, measured) in enumerate(jobs.items()):
        x, y = place % COLUMNS * WIDTH, place // COLUMNS * HEIGHT + 24
        parts.append(f'<g transform="translate({x} {y})">{_chart(job, measured)}</g>')
    return "\n".join([*parts, "</svg>\n"])


def _chart(job: str, measured: Sequence[Point]) -> str:
    values = [value for point in measured for value in (point.ours, point.floor) if value]
    low, high = _decades(values)
    across = [point.cases for point in measured]
    left, right = math.log10(min(across)), math.log10(max(across))

    def at(cases: int, value: float) -> tuple[float, float]:
        span = (math.log10(cases) - left) / (right - left) if right > left else 0.5
        rise = (math.log10(value) - low) / (high - low)
        return PAD + span * (WIDTH - PAD - 24), HEIGHT - 34 - rise * (HEIGHT - 62)

    better = "less is better" if measured[0].unit in _COSTS else "more is better"
    title = f"{job}, {measured[0].unit} ({better})"
    parts = [f'<text x="{PAD}" y="14" fill="{_INK}" font-weight="bold">{escape(title)}</text>']
    parts += [_line(PAD, at(across[0], 10**step)[1], str(number(10.0**step))) for step in range(low, high + 1)]
    parts += [
        f'<text x="{at(point.cases, 10**low)[0]:.1f}" y="{HEIGHT - 18}" text-anchor="middle" fill="{_INK}">'
        f"{_name(point.cases)}</text>"
        for point in measured
    ]
    parts.append(_path([at(p.cases, p.floor) for p in measured if p.floor], _FLOOR, dashed=True))
    parts.append(_path([at(p.cases, p.ours) for p in measured if p.ours], _OURS))
    return "".join(parts)


def _decades(values: Sequence[float]) -> tuple[int, int]:
    """Whole powers of ten around all values."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def _line(x: int, y: float, label: str) -> str:
    return (
        f'<line x1="{x}" x2="{WIDTH - 24}" y1="{y:.1f}" y2="{y:.1f}" stroke="{_FAINT}" stroke-width="0.6"/>'
        f'<text x="{x - 5}" y="{y + 4:.1f}" text-anchor="end" fill="{_INK}">{label}</text>'
    )


def _path(places: Sequence[tuple[float, float]], colour: str, *, dashed: bool = False) -> str:
    if not places:
        return ""
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6" fill="{colour}"/>' for x, y in places)
    dash = ' stroke-dasharray="4 3"' if dashed else ""
    return f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.6"{dash}/>{dots}'


def _name(cases: int) -> str:
    return next(name for name, number_of in SCALES.items() if number_of == cases)
