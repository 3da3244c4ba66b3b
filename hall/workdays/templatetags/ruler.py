"""The week form of the deadline ruler as HTML.

Seven values a day by the template engine are most of the work of a citizen's page, and half a city may ask for it.
"""

from collections.abc import Iterable, Iterator

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString

from hall.workdays.ruler import Cell, Fold, Week

register = template.Library()


@register.simple_tag
def ruler_weeks(weeks: Iterable[Week]) -> SafeString:
    """The rows of `Explanation.weeks`, one list item a day or fold."""
    return SafeString("".join(item for week in weeks for item in _items(week)))


def _items(week: Week) -> Iterator[str]:
    if week.fold:
        yield _fold(week.fold)
    for place, cell in enumerate(week.cells):
        yield _day(cell, f" on-{cell.weekday}" if place == 0 else "")


def _day(cell: Cell, column: str) -> str:
    return (
        f'<li class="{cell.css}{column}" title="{escape(cell.label)}">'
        f'<span class="d">{cell.short}</span><span class="n">{escape(cell.number)}</span></li>'
    )


def _fold(fold: Fold) -> str:
    span = f"{fold.first.month}/{fold.first.day}—{fold.last.month}/{fold.last.day}"
    return (
        f'<li class="{fold.css}"><span class="d">{span}　{fold.weeks} 周</span>'
        f'<span class="n">第 {escape(fold.numbers)} 日</span></li>'
    )
