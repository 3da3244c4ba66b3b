"""What an address asks for, kept inside of what the asking person may see.

`?period=2026-10&center=12&below=1&department=3&window=5&staff=7&item=…`: a word that is no number is left out, a place
outside of the person's scope does not exist for them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar
from urllib.parse import urlencode

from django.db.models import QuerySet

from hall.access.models import User
from hall.access.scope import REACHES_DOWN, centers_of, departments_of
from hall.exports.chosen import Chosen, named
from hall.facts import periods
from hall.facts.periods import InvalidPeriod, Period, PeriodKind
from hall.facts.slices import Slice
from hall.facts.sources import Source
from hall.organisation.models import Center, Department, Staff, Window
from hall.organisation.queries import subtree

# The columns of a primary key hold no more.
_DIGITS: Final = 18
_ITEM_LENGTH: Final = 64
Place = TypeVar("Place", Center, Department, Window, Staff)


class OutOfScope(LookupError):
    """The address names a place the person does not see; to them it is no page."""


@dataclass(frozen=True)
class Question:
    """One question: the slice it means, the rows behind its places, and why a word of the address was not taken."""

    part: Slice
    center: Center | None = None
    below: bool = False
    department: Department | None = None
    window: Window | None = None
    staff: Staff | None = None
    item: str = ""
    problem: str = ""

    @property
    def query(self) -> dict[str, str]:
        """The question as an address, without the page."""
        asked = {
            "period": self.part.period.code,
            "center": str(self.center.pk) if self.center else "",
            "below": "1" if self.below else "",
            "department": str(self.department.pk) if self.department else "",
            "window": str(self.window.pk) if self.window else "",
            "staff": str(self.staff.pk) if self.staff else "",
            "item": self.item,
        }
        options = {name: str(value) for name, value in self.part.options.items()}
        return {name: value for name, value in asked.items() if value} | options

    @property
    def encoded(self) -> str:
        return urlencode(self.query)

    @property
    def chosen(self) -> list[Chosen]:
        """The filters as a file of the list names them, the period first."""
        center = f"{self.center.name}{'及下级' if self.below else ''}" if self.center else None
        said = [Chosen("期间", self.part.period.label), *named("中心", center), *named("部门", self.department)]
        return [*said, *named("窗口", self.window), *named("人员", self.staff), *named("事项", self.item or None)]

    @property
    def words(self) -> list[str]:
        """The filters as people say them, the period first."""
        said = [self.part.period.label]
        if self.center is not None:
            said.append(f"{self.center.name}{'及下级' if self.below else ''}")
        said += [str(place) for place in (self.department, self.window, self.staff) if place is not None]
        return [*said, f"事项 {self.item}"] if self.item else said


def number(text: str | None) -> int | None:
    """A primary key as an address writes it; None for anything else."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= _DIGITS else None


def period(text: str, today: date) -> tuple[Period, str]:
    """The period of an address, this month where it names none, with a sentence where it cannot be read."""
    this_month = periods.holding(PeriodKind.MONTH, today)
    if not text:
        return this_month, ""
    try:
        return periods.parse(text[:30]), ""
    except InvalidPeriod as error:
        return this_month, f"地址里的时段看不懂，已改为{this_month.label}。{error}"


def own_department(user: User) -> int | None:
    """The department somebody who handles cases is held to; None for watchers and comprehensive windows."""
    if user.role in REACHES_DOWN or user.staff is None:
        return None
    return user.staff.department_id


def read(user: User, asked: Mapping[str, str], today: date, *, source: Source | None = None) -> Question:
    """The question of an address. Raises OutOfScope for a place the person does not see."""
    chosen, problem = period(asked.get("period", ""), today)
    visible = centers_of(user)
    center = _one(visible, asked.get("center"))
    below = bool(center and asked.get("below"))
    department = _department(user, asked.get("department"))
    window = _one(Window.objects.filter(center__in=visible), asked.get("window"))
    staff = _one(Staff.objects.filter(center__in=visible), asked.get("staff"))
    item = asked.get("item", "").replace("\x00", "").strip()[:_ITEM_LENGTH]
    part = Slice(
        chosen,
        centers=_centers(visible, center, below=below),
        department=department.pk if department else None,
        window=window.pk if window else None,
        staff=staff.pk if staff else None,
        item=item or None,
        options=_options(source, asked),
    )
    return Question(part, center, below, department, window, staff, item, problem)


def _centers(visible: QuerySet[Center], center: Center | None, *, below: bool) -> frozenset[int]:
    if center is None:
        return frozenset(visible.values_list("pk", flat=True))
    if not below:
        return frozenset({center.pk})
    return frozenset(subtree(center.pk).filter(pk__in=visible.values("pk")).values_list("pk", flat=True))


def _department(user: User, text: str | None) -> Department | None:
    """The department asked for; people who handle cases ask for their own, whatever the address says."""
    own = own_department(user)
    asked = number(text)
    if own is None:
        return _one(departments_of(user), text)
    if asked not in (None, own):
        raise OutOfScope("department")
    return Department.objects.get(pk=own)


def _one(rows: QuerySet[Place], text: str | None) -> Place | None:
    """The row an address names; None where it names none. Raises OutOfScope where it is not among those visible."""
    key = number(text)
    if key is None:
        return None
    found = rows.filter(pk=key).first()
    if found is None:
        raise OutOfScope(rows.model.__name__)
    return found


def _options(source: Source | None, asked: Mapping[str, str]) -> dict[str, int]:
    """Thresholds of the source, within its bounds; others are left to their defaults."""
    wanted = {option.name: (option, number(asked.get(option.name))) for option in (source.options if source else ())}
    return {
        name: value
        for name, (option, value) in wanted.items()
        if value is not None and option.least <= value <= option.most
    }


def in_period(question: Question, other: Period) -> str:
    """The same question about other days, as an address."""
    return urlencode(question.query | {"period": other.code})


def over_the_year(question: Question) -> str:
    """The same question over the whole year of its period, as an address; what to try where a list is empty."""
    return in_period(question, periods.holding(PeriodKind.YEAR, question.part.period.last))
