"""A case read for the citizen's page: in few statements, because this is the page the whole city may open at once."""

from typing import Any, Final, NamedTuple

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Subquery, prefetch_related_objects

from approvals.cases.enums import PartyRole
from approvals.cases.models import Case, DeferredMaterial, Party, Pause, StepRecord, SupplementNotice
from hall.workdays.arithmetic import Calendar
from hall.workdays.calendars import under
from hall.workdays.models import CalendarVersion


class Read(NamedTuple):
    """The case with its parts at hand, whose it is, and the calendar that counts its days."""

    case: Case
    applicant: Party
    calendar: Calendar


# Most cases have none of these: whether there are any is asked together with the case.
_PARTS: Final[dict[str, QuerySet[Any]]] = {
    "notices": SupplementNotice.objects.all(),
    "pauses": Pause.objects.select_related("ground"),
    "deferred": DeferredMaterial.objects.select_related("material"),
}


def read(docket: str) -> Read | None:
    """Everything `public_page.build` looks at, or None where there is no such case."""
    there = {f"has_{name}": Exists(rows.filter(case=OuterRef("case"))) for name, rows in _PARTS.items()}
    found = (
        Party.objects.filter(case__docket=docket, role=PartyRole.APPLICANT)
        .select_related(
            "case__center", "case__department", "case__window", "case__extension", "case__version_filed__regime"
        )
        .annotate(**there, calendar_token=Subquery(CalendarVersion.objects.values("token")[:1]))
        .first()
    )
    if found is None:
        return None
    case, row = found.case, vars(found)
    parts = [Prefetch(name, rows if row[f"has_{name}"] else rows.none()) for name, rows in _PARTS.items()]
    # No clock of a single step is shown to citizens.
    prefetch_related_objects([case], *parts, Prefetch("steps", StepRecord.objects.none()))
    return Read(case, found, under(row["calendar_token"], case.region_code))
