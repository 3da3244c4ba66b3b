"""Keeping the tallies in step with the ledger: only the days that cases touched since the last time are counted anew.

What was touched is told by the events of finished transactions, as the sealer reads them: one that commits late has a
transaction number at or above the horizon and is found the next time. The days of a touched case are those of all its
events, of its facts as they are now, and of facts that were corrected; counting a day too many changes nothing.
"""

import logging
from datetime import date, datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from approvals.cases.enums import CorrectableField
from approvals.cases.models import Correction
from hall.dashboard import counting, standing
from hall.dashboard.counting import Since, Stale
from hall.dashboard.models import StaleDay, Watermark
from hall.facts.periods import PeriodKind, holding, midnight
from hall.ledger import sealing
from hall.ledger.models import Event
from hall.organisation.models import Center

logger = logging.getLogger(__name__)
CASES: Final = "cases"
_TIMES: Final = (CorrectableField.RECEIVED_AT, CorrectableField.ACCEPTED_AT)
_DAYS = """
WITH touched AS MATERIALIZED (
    SELECT docket, center_id, received_at, accepted_at, decided_at, closed_at FROM cases_case
    WHERE docket IN ({dockets})
)
SELECT DISTINCT center_id, CAST(moment AT TIME ZONE 'Asia/Shanghai' AS date) FROM (
    SELECT center_id, unnest(ARRAY[received_at, accepted_at, decided_at, closed_at]) AS moment FROM touched
    UNION ALL
    SELECT center_id, occurred_at FROM touched JOIN ledger_event USING (docket)
) AS moments WHERE moment IS NOT NULL
"""
Days = set[tuple[int, date]]


def refresh(at: datetime) -> int | None:
    """Count what was touched since the last time; returns how many days of centers, None where somebody else is at it.

    The first time everything is counted.
    """
    with transaction.atomic():
        if not _taken():
            return None
        mark = Watermark.objects.filter(pk=CASES).first()
        horizon, last = _reach()
        stale = None if mark is None else _touched(mark, horizon)
        if stale is None:
            counting.recount(Since())
        elif stale:
            _recount(stale)
        _remember(horizon, last, at)
        standing.recount(at)
    return 0 if stale is None else len(stale)


def rebuild(at: datetime, *, since: date | None = None) -> None:
    """Count everything anew from the facts, or the months from `since` on. Waits for a refresh under way."""
    with transaction.atomic():
        _wait()
        horizon, last = _reach()
        counting.recount(Since(None if since is None else since.replace(day=1)))
        if since is None or not Watermark.objects.filter(pk=CASES).exists():
            _remember(horizon, last, at)
        standing.recount(at)


def _recount(stale: Days) -> None:
    StaleDay.objects.all().delete()
    StaleDay.objects.bulk_create((_stale(center, day) for center, day in sorted(stale)), batch_size=2000)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {StaleDay._meta.db_table}")  # a few rows today, thousands after an import
    counting.recount(Stale())
    StaleDay.objects.all().delete()


def _stale(center: int, day: date) -> StaleDay:
    month = holding(PeriodKind.MONTH, day)
    return StaleDay(
        center_id=center,
        day=day,
        starts=midnight(day),
        ends=midnight(day + timedelta(days=1)),
        month=month.first,
        next_month=month.last + timedelta(days=1),
    )


def _touched(mark: Watermark, horizon: int) -> Days:
    dockets = _dockets(mark, horizon)
    sql, params = dockets.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_DAYS.replace("{dockets}", sql), params)
        days: Days = set(cursor.fetchall())
    return days | _corrected(dockets)


def _dockets(mark: Watermark, horizon: int) -> QuerySet[Event, str]:
    """The numbers whose events were written by transactions that ended since. By center: that is how the index goes."""
    codes = [center.code for center in Center.objects.only("region6", "center_no")]
    new = Q(recorded_xid__gte=mark.through_xid, recorded_xid__lt=horizon)
    if horizon < mark.through_xid:
        logger.warning("transaction numbers began anew: the tallies go on by event numbers")
        new = Q(recorded_xid__gte=mark.through_xid) | Q(pk__gt=mark.last_id)
    events = Event.objects.filter(new, center_code__in=codes).exclude(docket="").order_by()
    return events.values_list("docket", flat=True)


def _corrected(dockets: QuerySet[Event, str]) -> Days:
    """The days a fact was said to be of before it was put right; nothing else may remember them."""
    rows = Correction.objects.filter(case__docket__in=dockets, field__in=_TIMES, agreed=True).select_related("case")
    known = ((row.case.center_id, _day(value)) for row in rows for value in (row.before, row.after))
    return {(center, day) for center, day in known if day is not None}


def _day(text: str) -> date | None:
    moment = parse_datetime(text)
    return None if moment is None else timezone.localdate(_aware(moment))


def _aware(moment: datetime) -> datetime:
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


def _reach() -> tuple[int, int]:
    """Up to where the ledger is settled, and its last number. Read before anything is counted."""
    horizon = sealing.horizon()
    return horizon, Event.objects.aggregate(top=Max("pk"))["top"] or 0


def _remember(horizon: int, last: int, at: datetime) -> None:
    Watermark.objects.update_or_create(pk=CASES, defaults={"through_xid": horizon, "last_id": last, "as_of": at})


_LOCK: Final = "hashtext('dashboard.rolling'), 0"


def _taken() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_xact_lock({_LOCK})")
        return bool(cursor.fetchone()[0])


def _wait() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock({_LOCK})")
