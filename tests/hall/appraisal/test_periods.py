"""The run of a period: opened once, announced when over, frozen when nothing waits, and fixed for good."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import InternalError

from hall.access.models import User
from hall.appraisal import queries
from hall.appraisal.actions import periods, schemes, sheets
from hall.appraisal.models import AppraisalPeriod, Score, ScoreEntry
from hall.facts.errors import NotPermitted, Refused
from hall.ledger.models import Event
from hall.outbox.models import Message
from tests.builders import Hall, make_staff, make_user, moment
from tests.hall.appraisal.builders import (
    AFTER,
    SCORED,
    announced,
    facts_line,
    frozen,
    in_force,
    manual_line,
    run,
    second_supervisor,
    sheet_of,
)

pytestmark = pytest.mark.django_db
BLOCKED = (IntegrityError, InternalError)


def test_a_period_begins_with_its_days_and_its_sheets(hall: Hall) -> None:
    period = run(hall, manual_line(100))
    assert (period.first, period.last, period.state) == (date(2026, 10, 1), date(2026, 10, 31), "open")
    assert period.scores.exists()


def test_a_period_begins_once(hall: Hall) -> None:
    period = run(hall, manual_line(100))
    with pytest.raises(Refused, match="已经开启"):
        periods.open_period(period.version, code="2026-10", by=hall.supervisor, at=SCORED)


def test_a_new_version_of_the_rules_does_not_score_the_same_period_again(hall: Hall) -> None:
    period = run(hall, manual_line(100))
    second = schemes.draft_from(period.version, center=hall.center, by=hall.supervisor, at=SCORED)
    schemes.put_on(second, by=hall.supervisor, at=SCORED)
    with pytest.raises(Refused, match="已经开启"):
        periods.open_period(second, code="2026-10", by=hall.supervisor, at=SCORED)


def test_rules_replaced_meanwhile_score_no_new_period(hall: Hall) -> None:
    old = in_force(hall, manual_line(100))
    second = schemes.draft_from(old, center=hall.center, by=hall.supervisor, at=SCORED)
    schemes.put_on(second, by=hall.supervisor, at=SCORED)
    with pytest.raises(Refused, match="施行中"):
        periods.open_period(old, code="2026-10", by=hall.supervisor, at=SCORED)


@pytest.mark.parametrize(
    ("rhythm", "code"), [("month", "2026-10"), ("quarter", "2026-Q3"), ("half", "2026-H1"), ("year", "2025")]
)
def test_every_rhythm_has_its_periods(hall: Hall, rhythm: str, code: str) -> None:
    assert run(hall, manual_line(100), rhythm=rhythm, code=code).code == code


@pytest.mark.parametrize("code", ["2026-Q3", "2026", "2026-W40", "2026-10-08", "2026-10-01..2026-10-31"])
def test_a_period_of_another_length_is_refused(hall: Hall, code: str) -> None:
    with pytest.raises(Refused, match="按月考核"):
        run(hall, manual_line(100), code=code)


def test_the_appraised_hear_of_the_announcement_and_its_end(hall: Hall) -> None:
    period = periods.announce(run(hall, manual_line(100)), by=hall.supervisor, at=SCORED)
    assert (period.state, period.objection_until) == ("objection", date(2026, 11, 9))  # five working days after Monday
    told = Message.objects.filter(template="appraisal_announced")
    with_account = period.scores.filter(staff__user__is_active=True)
    assert {row.recipient_ref for row in told} == {str(pk) for pk in with_account.values_list("staff_id", flat=True)}
    assert told.first().context == {"period": "2026 年 10 月", "until": "2026-11-09"}


def test_who_has_no_account_in_use_gets_no_message_that_could_not_arrive(hall: Hall) -> None:
    none, switched_off = make_staff(hall.department), make_staff(hall.department)
    make_user("clerk", switched_off)
    User.objects.filter(staff=switched_off).update(is_active=False)
    period = periods.announce(run(hall, manual_line(100)), by=hall.supervisor, at=SCORED)
    told = set(Message.objects.filter(template="appraisal_announced").values_list("recipient_ref", flat=True))
    assert told
    assert told.isdisjoint({str(none.pk), str(switched_off.pk)})
    assert {none.pk, switched_off.pk} <= set(queries.out_of_reach(period).values_list("staff_id", flat=True))


def test_a_running_period_is_not_announced(hall: Hall) -> None:
    period = run(hall, manual_line(100), code="2026-11")
    with pytest.raises(Refused, match="才结束"):
        periods.announce(period, by=hall.supervisor, at=SCORED)


def test_an_announcement_too_early_is_taken_back(hall: Hall) -> None:
    period = periods.announce(run(hall, manual_line(100)), by=hall.supervisor, at=SCORED)
    period = periods.reopen(period, by=hall.supervisor, at=SCORED)
    assert (period.state, period.objection_until) == ("open", None)


@pytest.mark.parametrize(("at", "free"), [("2026-11-09 17:00", False), ("2026-11-10 00:00", True)])
def test_the_last_day_for_objections_belongs_to_those_who_object(hall: Hall, at: str, free: bool) -> None:
    period = periods.announce(run(hall, manual_line(100)), by=hall.supervisor, at=SCORED)
    if free:
        assert periods.freeze(period, by=hall.supervisor, at=moment(at)).state == "frozen"
    else:
        with pytest.raises(Refused, match="异议期到 2026-11-09 截止"):
            periods.freeze(period, by=hall.supervisor, at=moment(at))


def test_an_open_objection_holds_the_freeze_back(hall: Hall) -> None:
    with announced("test.late") as (late,):
        late.happened(hall, hall.clerk.staff)
        period = run(hall, facts_line("test.late"))
        entry = sheet_of(period, hall.clerk).entries.get(source="test.late")
        row = sheets.object_to(entry, grounds="当天停电", by=hall.clerk, at=SCORED)
        periods.announce(period, by=hall.supervisor, at=SCORED)
        with pytest.raises(Refused, match="还有 1 条异议"):
            periods.freeze(period, by=hall.supervisor, at=AFTER)
        sheets.decide_objection(row, strike=True, reason="属实", by=hall.supervisor, at=AFTER)
        periods.freeze(period, by=hall.supervisor, at=AFTER)
        assert sheet_of(period, hall.clerk).total == 100


def test_a_mark_that_waits_holds_the_freeze_back(hall: Hall) -> None:
    period = run(hall, manual_line(100))
    line = period.version.lines.get()
    sheets.mark(sheet_of(period, hall.clerk), line=line, points=-2, evidence="巡查", by=hall.supervisor, at=SCORED)
    periods.announce(period, by=hall.supervisor, at=SCORED)
    with pytest.raises(Refused, match="1 条人工记分"):
        periods.freeze(period, by=hall.supervisor, at=AFTER)


def test_the_freeze_computes_once_more_and_writes_the_totals(hall: Hall) -> None:
    with announced("test.late") as (late,):
        period = periods.announce(run(hall, facts_line("test.late")), by=hall.supervisor, at=SCORED)
        late.happened(hall, hall.clerk.staff)
        period = periods.freeze(period, by=hall.supervisor, at=AFTER)
    assert sheet_of(period, hall.clerk).total == 95
    assert (period.frozen_by, period.frozen_at, period.computed_at) == (hall.supervisor, AFTER, AFTER)


def test_every_step_is_on_the_record(hall: Hall) -> None:
    frozen(hall, manual_line(100))
    kinds = Event.objects.filter(kind__startswith="appraisal.").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["appraisal.scheme_on", "appraisal.opened", "appraisal.announced", "appraisal.frozen"]


@pytest.mark.parametrize("who", ["clerk", "approver", "chief", "admin", "auditor"])
@pytest.mark.parametrize("act", [periods.announce, periods.reopen, periods.freeze])
def test_only_supervisors_run_a_period(hall: Hall, who: str, act: Callable[..., Any]) -> None:
    period = run(hall, manual_line(100))
    with pytest.raises(NotPermitted):
        act(period, by=getattr(hall, who), at=SCORED)


def test_a_supervisor_of_another_center_runs_none_here(hall: Hall) -> None:
    with pytest.raises(NotPermitted):
        periods.announce(run(hall, manual_line(100)), by=Hall().supervisor, at=SCORED)


@pytest.mark.parametrize("act", [periods.announce, periods.reopen, periods.freeze])
def test_nothing_happens_to_a_frozen_period(hall: Hall, act: Callable[..., Any]) -> None:
    period = frozen(hall, manual_line(100))
    with pytest.raises(Refused, match="刷新页面"):
        act(period, by=hall.supervisor, at=AFTER)


def test_the_database_keeps_a_frozen_sheet(hall: Hall) -> None:
    period = frozen(hall, manual_line(100))
    sheet = sheet_of(period, hall.clerk)
    for change in (
        lambda: Score.objects.filter(pk=sheet.pk).update(total=1),
        lambda: sheet.entries.update(points=1),
        lambda: sheet.entries.all().delete(),
        lambda: ScoreEntry.objects.create(score=sheet, line=period.version.lines.get(), key="x:1", text="x", points=1),
        lambda: Score.objects.create(period=period, staff=hall.supervisor.staff),
        lambda: AppraisalPeriod.objects.filter(pk=period.pk).update(state="open", frozen_at=None, frozen_by=None),
        lambda: AppraisalPeriod.objects.filter(pk=period.pk).delete(),
    ):
        with pytest.raises(BLOCKED), transaction.atomic():
            change()


def test_the_database_refuses_a_freeze_without_an_announcement(hall: Hall) -> None:
    period = run(hall, manual_line(100))
    facts = {"state": "frozen", "frozen_at": AFTER, "frozen_by": hall.supervisor, "objection_until": "2026-11-09"}
    with pytest.raises(BLOCKED), transaction.atomic():
        AppraisalPeriod.objects.filter(pk=period.pk).update(**facts)


def test_two_supervisors_freeze_a_period_once(hall: Hall) -> None:
    period = periods.announce(run(hall, manual_line(100)), by=hall.supervisor, at=SCORED)
    periods.freeze(period, by=hall.supervisor, at=AFTER)
    with pytest.raises(Refused):
        periods.freeze(period, by=second_supervisor(hall), at=AFTER)
    assert Event.objects.filter(kind="appraisal.frozen").count() == 1
