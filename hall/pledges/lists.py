"""The facts behind a number: page by page, with the names of the places they happened at."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet

from hall.access.models import User
from hall.access.navigation import docket_url
from hall.access.rules import has_right
from hall.facts.sources import Fact, Source, right_of
from hall.organisation.models import Center, Department, Staff, Window

PAGE_SIZE: Final = 50
Names = dict[int, str]


def may_open(user: User, source: Source) -> bool:
    """Whether this person may open the list; a source may ask for a right of its own."""
    right = right_of(source)
    return not right or has_right(user, right)


@dataclass(frozen=True, slots=True)
class Line:
    """One fact as a page shows it."""

    fact: Fact
    url: str
    center: str
    department: str
    window: str
    staff: str


def lines(facts: Iterable[Fact]) -> list[Line]:
    """The facts with the names of their places: four queries, however many facts."""
    found = list(facts)
    centers = _names(Center.objects.all(), {fact.center for fact in found})
    departments = _names(Department.objects.all(), {fact.department for fact in found})
    windows = _names(Window.objects.all(), {fact.window for fact in found}, field="number")
    people = _names(Staff.objects.all(), {fact.staff for fact in found})
    return [
        Line(
            fact,
            docket_url(fact.docket) or fact.url,
            centers.get(fact.center or 0, ""),
            departments.get(fact.department or 0, ""),
            windows.get(fact.window or 0, ""),
            people.get(fact.staff or 0, ""),
        )
        for fact in found
    ]


def _names(
    rows: "QuerySet[Center] | QuerySet[Department] | QuerySet[Window] | QuerySet[Staff]",
    keys: set[int | None],
    field: str = "name",
) -> Names:
    return dict(rows.filter(pk__in=[key for key in keys if key is not None]).order_by().values_list("pk", field))
