"""In time, early, late: said once, in SQL, for every count, list and tally (law 11).

A case is measured when it was decided and its decision had a limit. It was in time when decided before the moment its
decision clock turned late: the promise, or the statute where none was given. An item decided while the applicant waits
(即办件) is in time when decided on the Beijing day of its acceptance, unless another system gave it a day of its own.
It was early when at least one working day was
left. What ended without a decision (不予受理, 撤回, 退件, 作废 …) is neither.
"""

from typing import Final

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.db.models.functions import TruncDate

from approvals.cases.clock import BEIJING, ClockKind
from approvals.cases.enums import ClosingCode
from approvals.cases.models import Case
from approvals.catalogue.enums import CaseKind

# Entered by mistake: no closing anybody answers for.
VOIDED: Final = (ClosingCode.VOIDED, ClosingCode.DELETED)
_INSTANT: Final = Q(case_kind=CaseKind.INSTANT, legacy_due_on__isnull=True)

MEASURED: Final = Q(decided_at__isnull=False) & (_INSTANT | Q(decision__late_from__isnull=False))
ON_TIME: Final = (_INSTANT & Q(decided_day=F("accepted_day"))) | (
    ~_INSTANT & Q(decided_at__lt=F("decision__late_from"))
)
LATE: Final = (_INSTANT & Q(decided_day__gt=F("accepted_day"))) | (
    ~_INSTANT & Q(decided_at__gte=F("decision__late_from"))
)
EARLY: Final = Q(decision__spare_days__gte=1)


def measurable(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Cases with what MEASURED, ON_TIME, LATE and EARLY ask: the decision clock as `decision` and the two days."""
    return cases.annotate(
        decision=FilteredRelation("clocks", condition=Q(clocks__clock=ClockKind.DECISION.value)),
        decided_day=TruncDate("decided_at", tzinfo=BEIJING),
        accepted_day=TruncDate("accepted_at", tzinfo=BEIJING),
    )


def closed(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Cases that came to an end, without those voided as entered by mistake."""
    return cases.filter(closed_at__isnull=False).exclude(closing_code__in=VOIDED)
