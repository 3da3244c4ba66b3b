"""The evidence on candidates for honours, asked once for a whole center and period."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

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
    pks = [only] if only is not None else model._default_manager.filter(center_id=center).values_list("pk", flat=True)

    def of(code: str, pk: int) -> int | None:
        counted = counts[code]
        return None if counted is None else counted[pk]

    return {
        pk: Evidence(of(CLOSED, pk), of(RED, pk), of(UPHELD, pk), sum(of(code, pk) or 0 for code in AWAY), recorded[pk])
        for pk in pks
    }


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
    least = settings.whole_number(parameters.MIN_CASES, center=center.pk, on=on)
    places = Counter(score.rank for score in scores)
    made = []
    for score in scores[:most]:
        subject = score.window or score.staff
        if subject is not None:
            judged = conditions(found.get(subject.pk, Evidence()), least=least)
            made.append(Candidate(subject, score, judged, places[score.rank] > 1))
    return made
