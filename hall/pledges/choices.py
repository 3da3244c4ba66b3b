"""What the filters of a board offer: periods, and the places within a person's scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import QuerySet

from hall.access.models import User
from hall.access.scope import centers_of, departments_of
from hall.facts import periods
from hall.facts.periods import Period, PeriodKind
from hall.organisation.enums import Level
from hall.organisation.models import Department, Window
from hall.pledges.asking import Question, own_department

# How far back, for each length people report on.
_BACK: Final = ((PeriodKind.MONTH, 13), (PeriodKind.QUARTER, 5), (PeriodKind.HALF, 3), (PeriodKind.YEAR, 2))
# A list one can still choose from; the two thousand rooms of villages are reached through the list of centers.
_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a select."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """The selects of the filters; an empty one is not shown."""

    periods: Sequence[Choice]
    centers: Sequence[Choice]
    departments: Sequence[Choice]
    windows: Sequence[Choice]


def of(user: User, question: Question, today: date) -> Choices:
    """What somebody may choose. Departments and windows are offered once it is clear whose."""
    home = question.center.pk if question.center else user.staff.center_id if user.staff else None
    return Choices(
        period_choices(question.part.period, today),
        _centers(user, question),
        _departments(user, question, home),
        _windows(user, question, home),
    )


def period_choices(chosen: Period, today: date) -> list[Choice]:
    """The last months, quarters, half-years and years, and the chosen one where it is none of them."""
    offered: list[Period] = []
    for kind, count in _BACK:
        each = periods.holding(kind, today)
        for _ in range(count):
            offered.append(each)
            each = each.previous()
    if chosen not in offered:
        offered.insert(0, chosen)
    return [Choice(each.code, each.label, each == chosen) for each in offered]


def _centers(user: User, question: Question) -> list[Choice]:
    rows = centers_of(user).exclude(level=Level.VILLAGE).order_by("region_id", "center_no")[:_MOST]
    found = list(rows.values_list("pk", "name"))
    if len(found) < 2 and question.center is None:
        return []
    chosen = question.center
    if chosen is not None and chosen.pk not in dict(found):
        found.append((chosen.pk, chosen.name))
    return [Choice(str(key), name, chosen is not None and chosen.pk == key) for key, name in found]


def _departments(user: User, question: Question, home: int | None) -> list[Choice]:
    if own_department(user) is not None or home is None:
        return []
    rows: QuerySet[Department] = departments_of(user).filter(center=home).order_by("pinyin")[:_MOST]
    return [Choice(str(row.pk), row.name, row == question.department) for row in rows]


def _windows(user: User, question: Question, home: int | None) -> list[Choice]:
    if home is None:
        return []
    rows = Window.objects.filter(center=home, center__in=centers_of(user), closed_on__isnull=True)
    own = own_department(user)
    if own is not None:
        rows = rows.filter(department=own)
    return [Choice(str(row.pk), str(row), row == question.window) for row in rows[:_MOST]]
