"""How a bulletin reads: its figures as rows, with small groups hidden where everybody may read it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hall.conduct import parameters
from hall.conduct.enums import Audience
from hall.conduct.models import Bulletin
from hall.facts.indicators import DASH
from hall.facts.periods import InvalidPeriod, parse
from hall.organisation.models import Center


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One line of the table and its note."""

    label: str
    text: str
    fraction: str
    note: str
    value: float | None


def rows_of(bulletin: Bulletin) -> list[FigureRow]:
    """The frozen figures. In a public one a share of fewer cases than the setting of its day shows a dash."""
    return list(_rows(bulletin.figures, smallest_group(bulletin.audience, bulletin.center, bulletin.frozen_at)))


def smallest_group(audience: str, center: Center, at: datetime) -> int:
    """How many cases must stand behind a share that everybody may read; nought inside the house."""
    return parameters.number(parameters.SMALLEST_GROUP, center=center, at=at) if audience == Audience.PUBLIC else 0


def _rows(figures: Sequence[dict[str, Any]], least: int) -> Iterator[FigureRow]:
    for figure in figures:
        hidden = is_small(figure, least)
        note = figure["definition"]
        if figure["excludes"]:
            note += f"不计入：{figure['excludes']}"
        if figure["source"]:
            note += f"（依据：{figure['source']}）"
        if figure["missing"]:
            note += f"暂无数据：{figure['missing']}"
        if hidden:
            note += f"样本不足 {least} 件，不公开比例。"
        fraction = (
            "" if figure["denominator"] is None or hidden else f"{figure['numerator']:,} / {figure['denominator']:,}"
        )
        shown = DASH if hidden else figure["text"]
        yield FigureRow(figure["label"], shown, fraction, note, None if hidden else figure["value"])


def is_small(figure: dict[str, Any], least: int) -> bool:
    """Whether so few stand behind a share that one could be recognised."""
    return figure["denominator"] is not None and figure["denominator"] < least


def period_label(bulletin: Bulletin) -> str:
    """2026 年 10 月."""
    try:
        return parse(bulletin.period).label
    except InvalidPeriod:
        return bulletin.period
