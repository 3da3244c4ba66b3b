"""Addresses of reports."""

from typing import Any, Final

from django.utils import timezone

from hall.access.models import User
from hall.facts.periods import PeriodKind, holding
from hall.reports import actions
from hall.reports.models import Report
from tests.guards.route import AUDITOR, CHIEF, SUPERVISOR, Route, form, get
from tests.guards.world import Place

READERS: Final = frozenset({CHIEF, SUPERVISOR, AUDITOR})


def _report(place: Place, _: User) -> dict[str, Any]:
    """A finished report of the place."""
    at = timezone.now()
    period = holding(PeriodKind.MONTH, timezone.localdate(at)).previous()
    report = Report.objects.filter(center=place.center, state="done").first()
    if report is None:
        report = actions.ask(center=place.center, period=period, by=place.supervisor, at=at)
        actions.write_waiting(at=at)
    return {"pk": report.pk}


ROUTES: Final[dict[str, Route]] = {
    "reports:list": get(READERS),
    "reports:list_export": form(frozenset({CHIEF, SUPERVISOR})),
    "reports:ask": form(frozenset({SUPERVISOR})),
    "reports:report": get(READERS, _report),
    "reports:export": form(frozenset({CHIEF, SUPERVISOR}), lambda p, u: {**_report(p, u), "number": 1}),
}
