"""The board of the five zeros: cards with their parts, the figure of the period before, and the seven styles."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from hall.access.models import User
from hall.facts import sources
from hall.facts.indicators import DASH, Better, Figure
from hall.facts.slices import Slice
from hall.pledges import definitions, figures
from hall.pledges.enums import Counts, Pledge, Style
from hall.pledges.figures import Counted
from hall.pledges.lists import may_open
from hall.pledges.parts import parts_of

# Given a source and the slice it was counted in, the address of the list behind the number.
Link = Callable[[str, Slice], str]
_ROLES: Final = {Counts.IN: "计入", Counts.OF: "分母", Counts.BESIDE: "并列，不计入"}


@dataclass(frozen=True, slots=True)
class Row:
    """One part of a card: its number with the list behind it, or a dash with the reason."""

    label: str
    text: str
    role: str
    url: str = ""
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One pledge."""

    pledge: Pledge
    figure: Figure
    definition: str
    excludes: str
    rows: Sequence[Row]
    comparison: str
    incomplete: str = ""
    share: bool = False


def link_of(query: dict[str, str], user: User) -> Link:
    """Links to the list of facts under the same filters; the period is that of the number. None where the person may
    see the number but not the list.
    """

    def link(code: str, part: Slice) -> str:
        if sources.known(code) and not may_open(user, sources.source_of(code)):
            return ""
        return f"{reverse('pledges:facts', args=[code])}?{urlencode(query | {'period': part.period.code})}"

    return link


def cards(asked: Slice, at: datetime, link: Link) -> list[Card]:
    """The five cards: one query for each part, and one more for those compared with the period before."""
    today = timezone.localdate(at)
    return [_card(pledge, asked, today, at, link) for pledge in Pledge]


def _card(pledge: Pledge, asked: Slice, today: date, at: datetime, link: Link) -> Card:
    counted = figures.count(pledge, asked, today)
    now = figures.total(counted, at)
    words = definitions.WORDS[pledge]
    absent = [one.part for one in counted if one.number is None and one.part.counts == Counts.IN]
    return Card(
        pledge,
        now,
        words.definition,
        words.excludes,
        [_row(one, link) for one in counted],
        _comparison(pledge, now, asked, at),
        "" if now.missing or not absent else f"还缺：{'、'.join(part.label for part in absent)}，数字只含已有来源。",
        words.better == Better.MORE,
    )


def _row(one: Counted, link: Link) -> Row:
    role = _ROLES[one.part.counts]
    if one.number is None:
        return Row(one.part.label, DASH, role, missing=one.part.missing)
    return Row(one.part.label, one.text, role, url=link(one.part.source, one.part_slice))


def is_standing(pledge: Pledge) -> bool:
    """Whether the number is what stands now, which no past period can be asked for."""
    return all(part.standing for part in parts_of(pledge) if part.counts == Counts.IN)


def _comparison(pledge: Pledge, now: Figure, asked: Slice, at: datetime) -> str:
    """Against the period before, in words: 2026 年 10 月：3，好于上期."""
    if now.missing:
        return ""
    if is_standing(pledge):
        return "这是现在的数，不与上期比。"
    period = asked.period.previous()
    before = figures.figure(pledge, asked.but(period=period), at)
    return f"{period.label}：{before.text}，{compared(definitions.WORDS[pledge].better, now, before)}"


def compared(better: Better, now: Figure, before: Figure) -> str:
    """Better, worse or the same, in words."""
    if now.value is None or before.value is None:
        return "无从比较"
    if now.value == before.value:
        return "与上期相同"
    more_is_good = better == Better.MORE
    return "好于上期" if (now.value > before.value) == more_is_good else "差于上期"


@dataclass(frozen=True, slots=True)
class StyleRow:
    """One of the seven styles: how many cases showed it, or why nobody can say."""

    style: Style
    text: str
    definition: str
    url: str = ""
    missing: str = ""
    number: int | None = None


def styles(asked: Slice, link: Link) -> list[StyleRow]:
    """The seven styles, in their order: one query each."""
    return [_style(style, asked, link) for style in Style]


def _style(style: Style, asked: Slice, link: Link) -> StyleRow:
    if not sources.known(style.source):
        return StyleRow(style, DASH, "", missing=definitions.style_missing(style))
    source = sources.source_of(style.source)
    number = source.count(asked)
    return StyleRow(style, f"{number:,}", source.definition, link(style.source, asked), number=number)
