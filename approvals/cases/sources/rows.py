"""What every source over cases has in common: which columns say where, and how a row becomes a fact."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet

from approvals.cases.figures import VOIDED
from approvals.cases.models import Case
from approvals.cases.sources.shared import fact_of, needed
from hall.facts.slices import Slice
from hall.facts.sources import Fact, QuerySource

WHERE: Final = {
    "center": "center",
    "department": "department",
    "window": "window",
    "staff": "handler",
    "item": "version_filed__item__code",
}
# The same columns, one step away.
OF_CASE: Final = {name: f"case__{column}" for name, column in WHERE.items()}


def cases() -> QuerySet[Case]:
    """Cases of this hall: not those of another system, not those entered by mistake."""
    return Case.objects.filter(imported=False).exclude(closing_code__in=VOIDED)


def fact(code: str, key: object, case: Case, at: datetime, text: str, staff: int | None = None) -> Fact:
    """One fact of a case; its sentence names the item and nobody."""
    return fact_of(case, f"{code}:{key}", at, f"：{text}", staff=staff)


def of_cases(
    code: str,
    label: str,
    definition: str,
    *,
    when: str,
    rows: Callable[[Slice], QuerySet[Case]],
    text: Callable[[Case], str],
) -> QuerySource:
    """A source whose facts are cases, each at the moment `when`."""
    return QuerySource(
        code=code,
        label=label,
        definition=definition,
        rows=lambda part: rows(part).select_related(*needed("")),
        fact=lambda case: fact(code, case.pk, case, getattr(case, when), text(case)),
        when=when,
        where=WHERE,
    )


def of_parts(
    code: str,
    label: str,
    definition: str,
    *,
    when: str,
    rows: Callable[[Slice], QuerySet[Any]],
    text: Callable[[Any], str],
    staff: str = "",
) -> QuerySource:
    """A source whose facts are rows that belong to a case: corrections, documents, hand-overs.

    `staff` is the row's own column of the person it falls on, where that is not whoever handles the case.
    """

    def told(row: Any) -> Fact:
        person = getattr(row, f"{staff}_id") if staff else None
        return fact(code, row.pk, row.case, getattr(row, when), text(row), person)

    return QuerySource(
        code=code,
        label=label,
        definition=definition,
        rows=lambda part: rows(part).select_related(*needed()),
        fact=told,
        when=when,
        where=OF_CASE | {"staff": staff} if staff else OF_CASE,
    )
