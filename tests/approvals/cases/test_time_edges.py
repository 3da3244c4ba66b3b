"""Midnight, year's end, other time zones, units of every kind, items of no regime (T01, T12, T14, T15, N02, law 6)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from approvals.cases import actions, door
from approvals.cases.actions.lateness import sweep
from approvals.cases.clock import Level
from approvals.cases.enums import CaseState
from approvals.cases.models import Case, ClockRow, Flag
from approvals.catalogue.enums import CaseKind
from hall.facts.errors import NotPermitted, Refused
from hall.ledger.queries import events_of
from hall.organisation.models import OpeningHours
from tests.approvals.cases.ways import FRIDAY, LATER, TUESDAY, delivered, granted, own_regime
from tests.builders import MONDAY, Hall, accepted_case, make_case, make_item_version, moment

pytestmark = pytest.mark.django_db
PLAIN = {"regime": None, "statute": None, "steps": ()}


def decision(case: Case) -> ClockRow:
    return ClockRow.objects.get(case=case, clock="decision")


def item(house: Hall, **facts):
    return make_item_version(house.department, **{"steps": (), **facts})


# --- the day is Beijing's --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("2026-04-13 23:59:59", "20260413"),
        ("2026-04-14 00:00:00", "20260414"),
        ("2026-04-14 00:00:01", "20260414"),
        ("2025-12-31 23:59:59", "20251231"),
        ("2026-01-01 00:00:01", "20260101"),
        ("2026-01-01 07:59:59", "20260101"),
    ],
)
def test_n02_the_number_names_the_beijing_day_of_filing(house, at, day):
    assert make_case(house, at=moment(at)).docket[10:18] == day


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Auckland"])
def test_t15_a_moment_of_another_zone_is_the_same_beijing_day(house, zone):
    at = moment("2026-01-01 00:00:01").astimezone(ZoneInfo(zone))
    case = make_case(house, at=at)
    assert case.docket[10:18] == "20260101"
    assert case.documents.get().number.startswith("130302-收-2026-")


@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_t15_a_database_session_of_another_zone_counts_the_same_days(house, zone):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE %s", [zone])
    case = accepted_case(house, at=moment("2026-04-13 00:30"))
    assert (case.docket[10:18], decision(case).due) == ("20260413", date(2026, 5, 13))


@pytest.mark.parametrize("at", ["2026-04-13 00:00", "2026-04-13 08:29", "2026-04-13 17:01", "2026-04-13 23:59:59"])
def test_t01_filing_after_closing_does_not_move_the_start_day(house, at):
    OpeningHours.objects.create(center=house.center, weekday=1, opens=time(8, 30), closes=time(17))
    assert decision(accepted_case(house, at=moment(at))).due == date(2026, 5, 13)


def test_filing_on_a_saturday_half_day_burns_no_statutory_day(house):
    """Friday evening, Saturday and Sunday all have Monday as their first counted day."""
    dues = {decision(accepted_case(house, at=moment(f"2026-04-{day} 10:00"))).due for day in (10, 11, 12)}
    assert dues == {date(2026, 5, 12)}


@pytest.mark.parametrize("at", ["2026-04-17 16:59", "2026-04-17 17:00", "2026-04-17 17:01"])
def test_t01_five_working_days_from_a_friday_end_on_the_next_friday(house, at):
    """The day of acceptance is not counted, and closing time does not make it the next day."""
    OpeningHours.objects.create(center=house.center, weekday=5, opens=time(8, 30), closes=time(17))
    case = accepted_case(house, item(house, promise=(5, "workday")), at=moment(at))
    assert decision(case).due == date(2026, 4, 24)


@pytest.mark.parametrize(
    ("at", "due"),
    [
        ("2025-12-31 10:00", "2026-01-04"),  # Sunday after 元旦
        ("2026-05-08 10:00", "2026-05-09"),  # Saturday after 劳动节
        ("2026-09-18 10:00", "2026-09-20"),  # Sunday before 国庆节
    ],
)
def test_t03_a_weekend_day_that_is_worked_counts(house, at, due):
    assert str(decision(accepted_case(house, item(house, promise=(1, "workday")), at=moment(at))).due) == due


@pytest.mark.parametrize(
    ("at", "late"),
    [
        ("2026-05-13T00:00:00+08:00", False),
        ("2026-05-13T08:00:00+08:00", False),
        ("2026-05-13T23:59:59+08:00", False),
        ("2026-05-13T00:00:00+00:00", False),
        ("2026-05-13T08:00:00+00:00", False),
        ("2026-05-13T15:59:59+00:00", False),
        ("2026-05-14T00:00:00+08:00", True),
        ("2026-05-13T16:00:00+00:00", True),
        ("2026-05-13T23:59:59+00:00", True),  # already the next morning in Beijing
    ],
)
def test_t14_the_last_day_lasts_to_its_end_in_beijing(house, at, late):
    case = accepted_case(house)
    sweep(at=datetime.fromisoformat(at))
    assert Flag.objects.filter(case=case, level=Level.OVER_STATUTE).exists() is late


@pytest.mark.parametrize("zone", [UTC, ZoneInfo("America/New_York"), ZoneInfo("Asia/Shanghai")])
@pytest.mark.parametrize(("at", "late"), [("2026-05-13 23:59:59", False), ("2026-05-14 00:00:00", True)])
def test_t14_late_begins_at_the_same_instant_everywhere(house, at, late, zone):
    case = accepted_case(house)
    sweep(at=moment(at).astimezone(zone))
    assert Flag.objects.filter(case=case, level=Level.OVER_STATUTE).exists() is late


# --- back-dating -----------------------------------------------------------------------------------------------------


def filed(house: Hall, received: datetime, *, reason: str = "昨天停电", at: datetime = FRIDAY) -> Case:
    return make_case(house, at=at, received_at=received, backdate_reason=reason)


@pytest.mark.parametrize("days", [0, 1, 2, 3])
def test_t12_a_late_entry_counts_from_the_true_receipt(house, days):
    case = filed(house, FRIDAY - timedelta(days=days, hours=1))
    assert case.docket[10:18] == f"202604{17 - days}"


def test_t12_more_than_three_days_back_is_refused(house):
    with pytest.raises(Refused, match="最多提前 3 天"):
        filed(house, FRIDAY - timedelta(days=4))


def test_the_limit_counts_beijing_days_not_hours(house):
    filed(house, moment("2026-04-14 00:00"), at=moment("2026-04-17 23:59"))
    with pytest.raises(Refused):
        filed(house, moment("2026-04-13 23:59"), at=moment("2026-04-17 00:30"))


@pytest.mark.parametrize(("minutes", "asks"), [(0, False), (30, False), (31, True)])
def test_half_an_hour_at_the_window_needs_no_reason(house, minutes, asks):
    try:
        filed(house, FRIDAY - timedelta(minutes=minutes), reason="")
        asked = False
    except Refused as refusal:
        asked = refusal.field == "backdate_reason"
    assert asked is asks


@pytest.mark.parametrize(("ahead", "refused"), [(timedelta(minutes=1), False), (timedelta(days=1), True)])
def test_t13_a_receipt_of_the_future_is_refused_beyond_the_skew(house, ahead, refused):
    try:
        filed(house, FRIDAY + ahead)
        outcome = False
    except Refused as refusal:
        outcome = refusal.field == "received_at"
    assert outcome is refused


def test_who_may_not_file_may_not_file_back_either(house):
    with pytest.raises(NotPermitted):
        actions.register(
            actions.Application(version=item(house), applicant=None),
            by=house.approver,
            at=FRIDAY,  # type: ignore[arg-type]
        )


# --- every unit, end to end ------------------------------------------------------------------------------------------

UNITS = [
    ((1, "workday"), "2026-04-13 10:08", "2026-04-14"),
    ((20, "workday"), "2026-04-13 10:08", "2026-05-13"),
    ((10, "day"), "2026-04-13 10:08", "2026-04-23"),
    # The tenth day is the Labour Day holiday; the end moves to the first working day.
    ((18, "day"), "2026-04-13 10:08", "2026-05-06"),
    ((5, "day"), "2026-04-13 10:08", "2026-04-20"),
    ((1, "month"), "2026-04-13 10:08", "2026-05-13"),
    # No 31st in a shorter month: its last day, here Saturday 28 February, a make-up working day in 2026.
    ((1, "month"), "2026-01-30 10:08", "2026-02-28"),
    ((24, "hour"), "2026-04-13 10:08", "2026-04-14"),
    ((48, "hour"), "2026-04-17 10:08", "2026-04-19"),
]


@pytest.mark.parametrize(("promise", "at", "due"), UNITS)
def test_the_last_day_of_each_unit(house, promise, at, due):
    version = item(house, promise=promise, statute=None, regime=None)
    assert str(decision(accepted_case(house, version, at=moment(at))).due) == due


def test_hours_end_at_their_minute_and_are_late_from_it(house):
    case = accepted_case(house, item(house, **PLAIN, promise=(24, "hour")))
    assert decision(case).due_at == moment("2026-04-14 10:08")
    sweep(at=moment("2026-04-14 10:07:59"))
    assert not Flag.objects.filter(case=case, level=Level.OVER_PROMISE).exists()
    sweep(at=moment("2026-04-14 10:08"))
    assert Flag.objects.filter(case=case, level=Level.OVER_PROMISE).exists()


def test_opening_hours_pass_only_while_the_hall_is_open(house):
    for weekday in range(1, 6):
        OpeningHours.objects.create(center=house.center, weekday=weekday, opens=time(9), closes=time(17))
    version = item(house, **PLAIN, promise=(10, "opening_hour"))
    assert decision(accepted_case(house, version)).due_at == moment("2026-04-14 12:08")


def test_a_center_without_opening_hours_still_takes_the_case(house):
    """No opening hour would ever come: the hours run on, which is the stricter reading."""
    version = item(house, **PLAIN, promise=(4, "opening_hour"))
    assert decision(accepted_case(house, version)).due_at == moment("2026-04-13 14:08")


def test_t19_an_instant_item_is_due_on_its_day(house):
    version = item(house, case_kind=CaseKind.INSTANT, promise=(0, "workday"), statute=None, regime=None)
    case = accepted_case(house, version)
    assert (case.case_kind, decision(case).due) == ("instant", MONDAY.date())


def test_an_instant_item_is_decided_by_who_accepted_it(house):
    version = item(house, case_kind=CaseKind.INSTANT, promise=(0, "workday"), statute=None, regime=None)
    case = actions.accept(make_case(house, version), by=house.chief, at=MONDAY)
    assert actions.grant(case, by=house.chief, at=MONDAY).state == CaseState.GRANTED


# --- the regime decides every consequence ----------------------------------------------------------------------------


def clocks(case: Case) -> set[str]:
    return set(case.clocks.values_list("clock", flat=True))


def test_without_a_regime_no_notice_clock_runs(house):
    assert clocks(make_case(house, item(house, **PLAIN))) == set()


def test_without_a_regime_nothing_is_deemed_accepted(house):
    case = make_case(house, item(house, **PLAIN))
    sweep(at=LATER)
    assert actions.deem_accepted(case, at=LATER) is None
    assert Case.objects.get(pk=case.pk).state == CaseState.RECEIVED


def test_without_a_regime_no_delivery_clock_runs(house):
    case = actions.grant(accepted_case(house, item(house, **PLAIN)), by=house.approver, at=FRIDAY)
    assert "delivery" not in clocks(case)


def test_without_a_regime_there_is_no_extension(house):
    case = accepted_case(house, item(house, **PLAIN))
    with pytest.raises(Refused, match="没有延期"):
        actions.extend(case, by=house.chief, at=FRIDAY, reason="复杂")


def test_without_a_regime_there_is_no_hearing(house):
    case = accepted_case(house, item(house, **PLAIN))
    with pytest.raises(Refused, match="没有听证"):
        actions.give_hearing_notice(case, by=house.approver, at=FRIDAY, matter="利益")


def test_a_notice_limit_without_deemed_acceptance_is_only_late(house):
    own_regime(notice_limit_count=3, notice_limit_unit="workday")
    case = make_case(house, item(house, regime="local-rule"))
    sweep(at=moment("2026-04-17 00:00"))
    assert Flag.objects.filter(case=case, clock="notice", level=Level.OVER_STATUTE).exists()
    assert Case.objects.get(pk=case.pk).state == CaseState.RECEIVED


def test_an_extension_of_the_government_is_not_given_by_the_organ(house):
    own_regime(extension_count=15, extension_unit="workday", extension_approver="government_head")
    case = accepted_case(house, item(house, regime="local-rule"))
    with pytest.raises(Refused, match=r"须由.*批准，请线下报批"):
        actions.extend(case, by=house.chief, at=FRIDAY, reason="复杂")


@pytest.mark.parametrize(("at", "allowed"), [("2026-05-12 23:59:59", True), ("2026-05-13 00:00", False)])
def test_an_extension_comes_before_the_statutory_day_or_not_at_all(house, at, allowed):
    case = accepted_case(house)
    try:
        actions.extend(case, by=house.chief, at=moment(at), reason="复杂")
        given = True
    except Refused:
        given = False
    assert given is allowed


def test_a_delivery_clock_runs_for_grants_alone(house):
    denied = actions.deny(accepted_case(house), by=house.approver, at=FRIDAY, reason="不符合")
    assert "delivery" in clocks(granted(house))
    assert "delivery" not in clocks(denied)


def test_delivery_in_time_ends_the_last_clock(house):
    case = delivered(house)
    assert not case.clocks.filter(ended_on__isnull=True).exists()


def test_t18_old_cases_keep_the_limit_of_their_version(house):
    """A shorter limit from today on leaves what was filed yesterday (T18)."""
    version = item(house)
    old = accepted_case(house, version)
    newer = accepted_case(house, item(house, promise=(5, "workday")), at=TUESDAY)
    assert (old.promise_count, newer.promise_count) == (20, 5)
    assert (decision(old).due, decision(newer).due) == (date(2026, 5, 13), date(2026, 4, 21))


# --- a clock that is set back ----------------------------------------------------------------------------------------


def test_t23_events_keep_their_order_when_the_clock_steps_back(house):
    """NTP takes five seconds away between each two deeds: what came later stands later, by number and by time."""
    step = timedelta(seconds=5)
    case = make_case(house, at=MONDAY)
    actions.accept(case, by=house.clerk, at=MONDAY - step)
    actions.pause(case, by=house.approver, at=MONDAY - 2 * step, ground=house.ground(), notified_days=3, reason="评审")
    actions.resume(case, by=house.approver, at=MONDAY - 3 * step, ground=house.ground())
    told = list(events_of(case.docket))
    assert [event.pk for event in told] == sorted(event.pk for event in told)
    assert [event.kind for event in told] == ["case.register", "case.accept", "case.pause", "case.resume"]
    assert [event.pk for event in door.events_since(case, 1)] == [event.pk for event in told[1:]]
