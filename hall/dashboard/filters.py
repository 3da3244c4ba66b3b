"""What stands above every page: the period and the ones around it, what was narrowed and how to widen it again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from hall.access.models import User
from hall.dashboard.addresses import Links
from hall.dashboard.enums import Split
from hall.facts.periods import Period, PeriodKind, holding
from hall.pledges import asking
from hall.pledges.asking import Question


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing the page is narrowed to, and the address without it."""

    text: str
    url: str


def frame(user: User, question: Question, shown: Split | None, today: date) -> dict[str, Any]:
    """Tabs, periods and chips."""
    links = Links(question)
    return {
        "tabs": _tabs(links, shown),
        "periods": list(_periods(question.part.period, links, today)),
        "chips": list(_chips(user, question, links)),
        "hidden": {name: value for name, value in question.query.items() if name != "period"},
    }


def _tabs(links: Links, shown: Split | None) -> list[dict[str, Any]]:
    tabs: list[dict[str, Any]] = [{"url": links.home(), "label": "总览", "active": shown is None}]
    return tabs + [{"url": links.split(one), "label": one.label, "active": one == shown} for one in Split]


def _periods(period: Period, links: Links, today: date) -> Iterator[dict[str, Any]]:
    """The current month, quarter and year, and the neighbours of the one shown."""
    month = holding(PeriodKind.MONTH, today)
    offered = [
        ("本月", month), ("上月", month.previous()), ("本季", holding(PeriodKind.QUARTER, today)),
        ("本年", holding(PeriodKind.YEAR, today)), ("‹ 前一期", period.previous()),
    ]  # fmt: skip
    following = period.following()
    if following.first <= today:
        offered.append(("后一期 ›", following))
    for label, one in offered:
        yield {"label": label, "url": links.on(one), "active": one == period, "code": one.code}


def _chips(user: User, question: Question, links: Links) -> Iterator[Chip]:
    held = asking.own_department(user) is not None
    if question.center is not None:
        text = f"{question.center.name}{'及下级' if question.below else ''}"
        yield Chip(text, f"?{links.query(center='', below='', department='', window='')}")
    if question.department is not None:
        yield Chip(question.department.name, "" if held else f"?{links.query(department='', window='')}")
    if question.window is not None:
        yield Chip(str(question.window), f"?{links.query(window='')}")
    if question.staff is not None:
        yield Chip(question.staff.name, f"?{links.query(staff='')}")
    if question.item:
        yield Chip(f"事项 {question.item}", links.home(item=""))
