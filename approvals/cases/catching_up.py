"""A case that still waits to follow a new calendar is brought up to date before anything else is done with it.

Its move is then told as the calendar's and not as a side effect of the act, and nothing is flagged by a day that has
moved away. The work list is only read here: whoever works through it finds nothing left to move, which harms nothing.

An act reads the calendar and whether one is being followed in the statement that reads its case, and counts by that to
its end: a notice that comes in between moves the case afterwards, with an event of its own.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, QuerySet, Subquery

from approvals.cases.alike import open_cases
from approvals.cases.models import Case, Waiting
from approvals.cases.recalculation import refreshed
from hall.ledger import actions as ledger
from hall.workdays import queries
from hall.workdays.models import CalendarChange, CalendarVersion


def read(cases: QuerySet[Case], pk: UUID) -> Case:
    """One case with the token of the calendar, and whether open deadlines are following a change of it just now."""
    found = cases.annotate(
        token_now=Subquery(CalendarVersion.objects.values("token")[:1]),
        changing_now=Exists(queries.changes_under_way()),
    ).get(pk=pk)
    found.calendar_token, found.calendar_changing = found.token_now, found.changing_now
    return found


def catch_up(cases: Collection[str | UUID], *, at: datetime, token: UUID | None = None) -> int:
    """Recompute those of these cases, locked by the caller, that wait; returns how many. One small query otherwise.

    By the calendar with this token, if the caller counts by it.
    """
    changes = {change.pk: change for change in queries.changes_under_way()}
    behind = _behind(cases, changes) if changes else {}
    if not behind:
        return 0
    for case in open_cases().filter(pk__in=behind):
        case.calendar_token = token
        change = behind[str(case.pk)]
        ledger.append_many(refreshed(case, by=change.notice.imported_by, at=at, reason=change.reason))
    return len(behind)


def _behind(cases: Collection[str | UUID], changes: dict[int, CalendarChange]) -> dict[str, CalendarChange]:
    """Those on the list, and all of them while a notice has not been listed for yet."""
    asked = [UUID(str(case)) for case in cases]
    listed = Waiting.objects.filter(case__in=asked, change__in=changes).values_list("case_id", "change_id")
    found = {str(case): changes[change] for case, change in listed}
    unlisted = next((change for change in changes.values() if change.begun_at is None), None)
    if unlisted is not None:
        found = {str(case): unlisted for case in cases} | found
    return found
