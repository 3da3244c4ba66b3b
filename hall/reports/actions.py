"""Asking for a report and writing it: one chapter a transaction, so that a worker killed half-way loses one at most."""

import logging
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from hall.access.models import User
from hall.access.rules import has_right
from hall.access.scope import centers_of
from hall.facts.errors import Refused
from hall.facts.periods import Period, PeriodKind, holding
from hall.ledger import actions as ledger
from hall.organisation.enums import Level
from hall.organisation.models import Center
from hall.reports.chapters import CHAPTERS, subject
from hall.reports.enums import REPORT_KINDS, ReportState
from hall.reports.models import Report

logger = logging.getLogger(__name__)
# Who gets a report without asking: the halls of a city and its counties.
SCHEDULED_LEVELS = (Level.CITY, Level.COUNTY)


@transaction.atomic
def ask(*, center: Center, period: Period, by: User, at: datetime) -> Report:
    """Ask for a report by hand; a worker writes it. Raises Refused for a period that has not begun, a foreign center,
    or one being written already.
    """
    if not has_right(by, "dashboard.report") or not centers_of(by).filter(pk=center.pk).exists():
        raise Refused("您不能要求这个中心的报告。", field="center")
    if period.kind not in dict(REPORT_KINDS):
        raise Refused("只有周报和月报。", field="kind")
    if period.first > timezone.localdate(at):
        raise Refused("这段时间还没有开始。", field="day")
    try:
        with transaction.atomic():
            report = _new(center, period, by=by, at=at)
    except IntegrityError:
        raise Refused("这份报告正在写，不用再要求一次。") from None
    _note("report.asked", report, by=by, at=at)
    return report


def schedule(*, at: datetime) -> int:
    """Have the week and the month that are over written for every hall that has none yet; returns how many.

    By state, not by the hour: a missed Monday catches up (law 9).
    """
    today = timezone.localdate(at)
    made = 0
    for center in Center.objects.filter(level__in=SCHEDULED_LEVELS, stub=False, closed_on__isnull=True):
        for kind in (PeriodKind.WEEK, PeriodKind.MONTH):
            period = holding(kind, today).previous()
            known = Report.objects.filter(center=center, period_code=period.code, requested_by__isnull=True)
            if not known.exists() and center.departments.exists():
                made += _scheduled(center, period, at=at)
    return made


def _scheduled(center: Center, period: Period, *, at: datetime) -> int:
    try:
        with transaction.atomic():
            _new(center, period, by=None, at=at)
    except IntegrityError:
        return 0  # another scheduler was there first
    return 1


def _new(center: Center, period: Period, *, by: User | None, at: datetime) -> Report:
    return Report.objects.create(
        center=center,
        kind=period.kind.value,
        period_code=period.code,
        first_on=period.first,
        last_on=period.last,
        steps=len(CHAPTERS),
        requested_by=by,
        requested_at=at,
    )


def write_waiting(*, at: datetime) -> int:
    """Write every report that waits, oldest first; returns how many were finished. Two workers share the work."""
    finished = 0
    for pk in Report.objects.filter(state=ReportState.WRITING).order_by("requested_at").values_list("pk", flat=True):
        try:
            while _write_next(pk, at=at):
                finished += not Report.objects.filter(pk=pk, state=ReportState.WRITING).exists()
        except Exception as error:
            logger.exception("a report could not be written")
            _fail(pk, error, at=at)
    return finished


@transaction.atomic
def _write_next(pk: UUID, *, at: datetime) -> bool:
    """One chapter. False when it is done, or somebody else is at it."""
    held = Report.objects.select_for_update(skip_locked=True, of=("self",)).select_related("center")
    report = held.filter(pk=pk, state=ReportState.WRITING).first()
    if report is None:
        return False
    about = subject(report.center, report.period, at)
    report.chapters.append(CHAPTERS[report.step](about))
    report.step += 1
    if report.step == report.steps:
        report.state, report.finished_at = ReportState.DONE, at
        _note("report.written", report, by=None, at=at)
    report.save(update_fields=["chapters", "step", "state", "finished_at"])
    return True


@transaction.atomic
def _fail(pk: UUID, error: Exception, *, at: datetime) -> None:
    report = Report.objects.select_for_update().get(pk=pk)
    report.state, report.finished_at, report.error = ReportState.FAILED, at, type(error).__name__[:100]
    report.save(update_fields=["state", "finished_at", "error"])
    _note("report.failed", report, by=None, at=at)


def _note(kind: str, report: Report, *, by: User | None, at: datetime) -> None:
    ledger.append(
        docket="",
        kind=kind,
        center_code=report.center.code,
        actor=by,
        occurred_at=at,
        data={"report": str(report.pk), "period": report.period_code},
    )
