"""What other rooms count, as small figures: the five zeros, evaluations, cards."""

from collections.abc import Iterable
from dataclasses import dataclass

from hall.dashboard import fact_counting, queries
from hall.dashboard.addresses import Links
from hall.dashboard.queries import Totals
from hall.dashboard.tiles import Line, Tile
from hall.facts import sources
from hall.facts.indicators import DASH, Figure, Indicator, UnknownIndicator, indicator_of
from hall.facts.slices import Slice
from hall.pledges.enums import Counts, Pledge
from hall.pledges.parts import Part, parts_of

# Shown to the public from ten on only (country-wide practice of 好差评); inside, the fraction tells how few there were.
NO_RATES = "评价还没有接入。"


@dataclass(frozen=True, slots=True)
class Counted:
    """The numbers of the sources, and the figure of the rates made of them."""

    totals: Totals

    def figure(self, up: Iterable[str], down: Iterable[str] = ()) -> Figure:
        """The sum of some sources over the sum of others."""
        below = list(down)
        return Figure(self._sum(up), self._sum(below) if below else None)

    def _sum(self, codes: Iterable[str]) -> int:
        return sum(self.totals[code] for code in codes)


def counted(part: Slice) -> Counted:
    """Every source of the strip in one query."""
    return Counted(queries.facts(part, fact_counting.happened(), fact_counting.standing()))


def pledges(found: Counted, links: Links) -> list[Tile]:
    """The five zeros, each a link to the facts that count most."""
    return [_pledge(pledge, found, links) for pledge in Pledge]


def _pledge(pledge: Pledge, found: Counted, links: Links) -> Tile:
    parts = parts_of(pledge)
    inside = [part for part in parts if part.counts == Counts.IN]
    under = [part for part in parts if part.counts == Counts.OF]
    known = [part.source for part in inside if part.known]
    if not known:
        return Tile(str(pledge.label), DASH, lines=(Line(inside[0].missing if inside else "还没有来源。"),))
    figure = found.figure(known, [part.source for part in under])
    lines = [_part(part, found, links) for part in inside]
    return Tile(str(pledge.label), figure.text, fraction=figure.fraction, lines=lines)


def _part(part: Part, found: Counted, links: Links) -> Line:
    if not part.known:
        return Line(f"{part.label} {DASH}（{part.missing}）")
    return Line(f"{part.label} {found.totals[part.source]:,}", links.facts(part.source))


def satisfaction(found: Counted, links: Links) -> Tile:
    """How many were content, never without how many spoke at all."""
    good, active = _rate("evaluation.good_rate"), _rate("evaluation.active_rate")
    if good is None or active is None:
        return Tile("好评率", DASH, lines=(Line(NO_RATES),))
    share = found.figure(good.numerator, good.denominator)
    response = found.figure(active.numerator, active.denominator)
    bad = found.totals["evaluation.bad"]
    return Tile(
        "好评率", share.text, links.facts(good.denominator[0]), share.fraction,
        (
            Line(f"主动评价率 {response.text}（{response.fraction}）", links.facts(active.denominator[0])),
            Line(f"差评 {bad:,} 件", links.facts("evaluation.bad"), "late" if bad else ""),
        ),
        f"{good.definition}不计：{good.excludes}",
    )  # fmt: skip


def cards(found: Counted, links: Links) -> list[Line]:
    """Yellow and red cards, complaints."""
    known = [sources.source_of(code) for code in fact_counting.CARDS if sources.known(code)]
    return [Line(f"{source.label} {found.totals[source.code]:,}", links.facts(source.code)) for source in known]


def _rate(code: str) -> Indicator | None:
    try:
        found = indicator_of(code)
    except UnknownIndicator:
        return None
    return found if not found.missing else None
