"""The evidence on candidates for honours, asked once for a whole center and period."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count

from hall.appraisal import parameters
from hall.appraisal.eligibility import Condition, Evidence, conditions, eligible
from hall.appraisal.enums import AwardKind, SubjectKind
from hall.appraisal.models import AppraisalPeriod, Attendance, Score
from hall.facts import parameters as settings
from hall.facts import sources
from hall.facts.periods import Period
from hall.facts.slices import Slice
from hall.organisation.models import Center, Staff, Window

RED, UPHELD, CLOSED = "supervision.red", "complaints.upheld", "cases.closed"
AWAY = ("attendance.absent", "attendance.late")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One line of the list: the sheet, its place among all, whether others share it, and the conditions."""

    subject: Staff | Window
    score: Score
    found: list[Condition]
    tied: bool

    @property
    def ok(self) -> bool:
        """Whether every condition is fulfilled."""
        return eligible(self.found)

    @property
    def total(self) -> Decimal:
        return self.score.total


def evidence_for(
    model: type[Staff] | type[Window], center: int, period: Period, *, only: int | None = None
) -> Mapping[int, Evidence]:
    """The counts of everybody of a center, or of one. Subjects without any fact have an Evidence all the same."""
    part = Slice(period, centers=frozenset({center}))
    name = "staff" if model is Staff else "window"
    if only is not None:
        part = part.but(**{name: only})
    counts = {code: _counted(code, part, name) for code in (RED, UPHELD, CLOSED, *AWAY)}
    recorded = _recorded(name, center, period)
    rows = model._default_manager.filter(center_id=center)
    pks = [only] if only is not None else rows.values_list("pk", flat=True)
    came = _came(center, period) if model is Staff else {}

    def of(code: str, pk: int) -> int | None:
        counted = counts[code]
        return None if counted is None else counted[pk]

    return {
        pk: Evidence(
            of(CLOSED, pk), of(RED, pk), of(UPHELD, pk), sum(of(code, pk) or 0 for code in AWAY), recorded[pk],
            **came.get(pk, {}),
        )
        for pk in pks
    }  # fmt: skip


def _came(center: int, period: Period) -> dict[int, dict[str, Any]]:
    """Who came after the first day of the period, and how many of its days are left from then on."""
    rows = Staff.objects.filter(center_id=center, joined_on__gt=period.first).values_list("pk", "joined_on")
    return {
        pk: {"joined": day, "days": max(0, (period.last - day).days + 1), "of": period.days}
        for pk, day in rows
        if day is not None
    }


def asked_for(center: int, on: date) -> dict[str, int]:
    """The settings of a center the conditions are judged by, as `conditions` takes them."""
    names = {"least": parameters.MIN_CASES, "presence": parameters.MIN_PRESENCE}
    return {word: settings.whole_number(name, center=center, on=on) for word, name in names.items()}


def _counted(code: str, part: Slice, name: str) -> Counter[int] | None:
    """How many facts fall to each subject; None where nobody announced the source."""
    if not sources.known(code):
        return None
    found = sources.source_of(code).find(part)
    return Counter(place for fact in found if (place := getattr(fact, name)) is not None)


def _recorded(name: str, center: int, period: Period) -> Counter[int]:
    """How many half days were recorded for each person, or for the people of each window."""
    field = "staff_id" if name == "staff" else "staff__window_id"
    rows = Attendance.objects.filter(center_id=center, day__gte=period.first, day__lte=period.last).order_by()
    return Counter(dict(rows.exclude(**{field: None}).values_list(field).annotate(n=Count("pk"))))


def sheets_for(kind: str, center: Center, period: Period) -> AppraisalPeriod | None:
    """The period of the scheme that feeds this honour; the newest version where there are two."""
    subject = SubjectKind.WINDOW if kind == AwardKind.BANNER else SubjectKind.PERSON
    rows = AppraisalPeriod.objects.filter(center=center, code=period.code, version__subject=subject)
    return rows.select_related("version").order_by("-pk").first()


def drawn_up(kind: str, center: Center, period: Period, on: date, *, most: int = 30) -> list[Candidate]:
    """The first sheets of the period, best first, each with its conditions; equal totals are marked as ties."""
    run = sheets_for(kind, center, period)
    if run is None:
        return []
    scores = list(run.scores.select_related("staff__center", "window__center", "department").order_by("rank", "pk"))
    model: type[Staff] | type[Window] = Window if kind == AwardKind.BANNER else Staff
    found = evidence_for(model, center.pk, period)
    asked = asked_for(center.pk, on)
    places = Counter(score.rank for score in scores)
    made = []
    for score in scores[:most]:
        subject = score.window or score.staff
        if subject is not None:
            judged = conditions(found.get(subject.pk, Evidence()), **asked)
            made.append(Candidate(subject, score, judged, places[score.rank] > 1))
    return made
