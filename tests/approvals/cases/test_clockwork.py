"""Between rows and the pure clock: every fact read, the cache kept in step, versions, flags (laws 2 and 9)."""

from datetime import date, time, timedelta

import pytest

from approvals.cases import actions, clockwork
from approvals.cases.actions.lateness import sweep
from approvals.cases.clock import NO_REGIME, Level
from approvals.cases.enums import CaseState
from approvals.cases.models import Case, ClockRow, Flag
from approvals.catalogue.models import PauseGround
from hall.facts.models import Setting
from hall.ledger.models import Event
from hall.organisation.models import OpeningHours
from hall.workdays.calendars import calendar_for
from hall.workdays.terms import Limit
from tests.approvals.cases.ways import (
    FRIDAY,
    LATER,
    TUESDAY,
    WEDNESDAY,
    delivered,
    granted,
    noticed,
    own_regime,
    paused,
    with_promise,
)
from tests.builders import MONDAY, Hall, accepted_case, make_case, make_item_version, moment

pytestmark = pytest.mark.django_db


def facts(case: Case):
    fresh = Case.objects.get(pk=case.pk)
    return clockwork.facts_of(fresh, calendar_for(fresh.region_code))


def clock(case: Case, name: str = "decision") -> ClockRow:
    return ClockRow.objects.get(case=case, clock=name)


def refresh(case: Case, at) -> list[clockwork.Moved]:
    return clockwork.refresh(Case.objects.get(pk=case.pk), at=at)


# --- every fact ------------------------------------------------------------------------------------------------------


def test_a_new_case_knows_only_its_receipt_and_its_limits(house):
    known = facts(make_case(house))
    assert (known.received_at, known.promise, known.statute) == (MONDAY, Limit(20, "workday"), Limit(20, "workday"))
    assert (known.noticed_at, known.accepted_at, known.decided_at, known.delivered_at, known.closed_at) == (None,) * 5


def test_moments_are_read_in_beijing_time(house):
    assert facts(make_case(house)).received_at.tzinfo.key == "Asia/Shanghai"


@pytest.mark.parametrize(
    ("way", "field", "moment_"),
    [
        (noticed, "noticed_at", TUESDAY),
        (accepted_case, "accepted_at", MONDAY),
        (granted, "decided_at", FRIDAY),
        (delivered, "delivered_at", FRIDAY),
        (delivered, "closed_at", FRIDAY),
    ],
)
def test_each_act_leaves_its_moment(house, way, field, moment_):
    assert getattr(facts(way(house)), field) == moment_


@pytest.mark.parametrize(("way", "outcome"), [(accepted_case, None), (granted, True)])
def test_the_outcome_is_known_once_decided(house, way, outcome):
    assert facts(way(house)).granted is outcome


def test_the_second_notice_does_not_restart_the_notice_clock(house):
    case = actions.notify_supplement(
        noticed(house), by=house.clerk, at=FRIDAY, items=[{"name": "图纸", "requirement": "补交"}], reason="新发现"
    )
    assert facts(case).noticed_at == TUESDAY


def test_a_pause_brings_ground_span_article_and_the_day_told(house):
    [pause] = facts(paused(house)).pauses
    assert (pause.ground, pause.label, pause.start_on, pause.end_on) == (
        "expert_review",
        "专家评审",
        FRIDAY.date(),
        None,
    )
    assert (pause.stops_statute, pause.article) == (True, "《中华人民共和国行政许可法》第四十五条")
    assert pause.notified_until == date(2026, 4, 22)


def test_an_ended_pause_keeps_its_end(house):
    case = actions.resume(paused(house), by=house.approver, at=moment("2026-04-22 11:00"), ground=house.ground())
    assert facts(case).pauses[0].end_on == date(2026, 4, 22)


def test_an_extension_brings_amount_day_paper_and_approver(house):
    case = actions.extend(accepted_case(house), by=house.chief, at=FRIDAY, reason="案情复杂")
    [extension] = facts(case).extensions
    assert (extension.count, extension.unit, extension.approved_on) == (10, "workday", FRIDAY.date())
    assert extension.document_no == case.extension.document_no
    assert (extension.moves_promise, extension.approver) == (False, "本行政机关负责人")


def test_an_extension_moves_the_promise_where_the_version_says_so(house):
    own_regime(
        extension_count=10, extension_unit="workday", extension_approver="organ_head", extension_moves_promise=True
    )
    version = make_item_version(house.department, regime="local-rule")
    case = actions.extend(accepted_case(house, version), by=house.chief, at=FRIDAY, reason="案情复杂")
    assert facts(case).extensions[0].moves_promise
    assert clock(case).due == date(2026, 5, 27)


def test_steps_begin_one_after_the_other(house):
    case = actions.complete_step(accepted_case(house), by=house.approver, at=FRIDAY, opinion="符合")
    first, second = facts(case).steps
    assert (first.label, first.limit, first.ended_at) == ("审查", Limit(15, "workday"), FRIDAY)
    assert (second.label, second.limit, second.ended_at) == ("决定", Limit(5, "workday"), None)


def test_the_regime_brings_limits_and_articles(house):
    regime = facts(make_case(house)).regime
    assert (regime.notice, regime.deemed_acceptance, regime.delivery) == (
        Limit(5, "workday"),
        True,
        Limit(10, "workday"),
    )
    assert (regime.notice_article, regime.delivery_article) == ("第三十二条第一款第（四）项", "第四十四条")


def test_without_a_regime_nothing_is_attached_to_time(house):
    assert facts(make_case(house, make_item_version(house.department, regime=None))).regime == NO_REGIME


def test_a_correction_asked_for_has_its_day(house):
    known = facts(noticed(house))
    assert (known.supplement_due_on, known.supplement_start_on) == (date(2026, 4, 28), TUESDAY.date())
    assert known.supplement_label == "补正"


def test_a_promised_material_has_its_day(house):
    known = facts(with_promise(house))
    assert (known.supplement_due_on, known.supplement_start_on) == (date(2026, 4, 20), MONDAY.date())
    assert known.supplement_label == "容缺材料补齐"


def test_the_earliest_of_several_promises_counts(house):
    case = with_promise(house)
    other = case.version_filed.materials.get(name="申请书")
    case.deferred.create(material=other, due_on=date(2026, 4, 16), promised_at=MONDAY)
    assert facts(case).supplement_due_on == date(2026, 4, 16)


def test_what_has_come_is_no_longer_awaited(house):
    case = with_promise(house)
    case.deferred.update(received_at=TUESDAY)
    assert facts(case).supplement_due_on is None


def test_a_fulfilled_notice_is_no_longer_awaited(house):
    case = noticed(house)
    case.notices.update(fulfilled_at=WEDNESDAY)
    assert facts(case).supplement_due_on is None


def test_opening_hours_are_those_of_a_usual_week(house):
    for weekday, opens, closes in ((1, time(13, 30), time(17)), (1, time(8, 30), time(12)), (6, time(9), time(12))):
        OpeningHours.objects.create(center=house.center, weekday=weekday, opens=opens, closes=closes)
    opening = clockwork.opening_times(house.center)
    assert opening.weekly[0] == ((time(8, 30), time(12)), (time(13, 30), time(17)))
    assert opening.weekly[5] == ((time(9), time(12)),)
    assert 1 not in opening.weekly


@pytest.mark.parametrize(
    ("count", "unit", "result"),
    [(5, "workday", Limit(5, "workday")), (None, "", None), (5, "", None), (None, "day", None)],
)
def test_a_limit_needs_number_and_unit(count, unit, result):
    assert clockwork.limit(count, unit) == result


def test_zero_is_a_limit(house):
    assert clockwork.limit(0, "workday") == Limit(0, "workday")


# --- the cached rows -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("way", "running"),
    [
        (make_case, {"notice"}),
        (noticed, {"supplement"}),
        (accepted_case, {"decision", "step"}),
        (paused, {"decision", "step"}),
        (with_promise, {"decision", "step", "supplement"}),
        (granted, {"delivery"}),
        (delivered, set()),
    ],
)
def test_which_clocks_run(house, way, running):
    case = way(house)
    assert set(case.clocks.filter(ended_on__isnull=True).values_list("clock", flat=True)) == running


def test_an_ended_clock_keeps_its_day_and_is_not_looked_at(house):
    case = accepted_case(house)
    row = clock(case, "notice")
    assert (row.due, row.ended_on, row.next_look_at) == (date(2026, 4, 20), MONDAY.date(), None)


def test_a_stopped_clock_that_ends_is_no_longer_stopped(house):
    case = actions.withdraw(paused(house), by=house.clerk, at=WEDNESDAY + timedelta(days=7))
    assert (clock(case).stopped, clock(case).statute_stopped) == (False, False)


def test_the_row_answers_like_the_computation(house):
    case = accepted_case(house)
    computed = {d.clock: d for d in clockwork.running(case, at=MONDAY)}
    for row in case.clocks.filter(ended_on__isnull=True):
        cached, fresh = row.as_deadline(), computed[row.clock]
        assert (cached.due, cached.statute_due, cached.warn_from, cached.late_from) == (
            fresh.due, fresh.statute_due, fresh.warn_from, fresh.late_from,
        )  # fmt: skip


def test_refreshing_twice_changes_nothing(house):
    case = accepted_case(house)
    before = list(ClockRow.objects.filter(case=case).order_by("pk").values())
    assert refresh(case, MONDAY) == []
    assert list(ClockRow.objects.filter(case=case).order_by("pk").values()) == before


def test_a_first_version_is_one(house):
    assert set(accepted_case(house).clocks.values_list("version", flat=True)) == {1}


def test_an_act_that_moves_no_day_raises_no_version(house):
    case = actions.hand_over(
        accepted_case(house), by=house.chief, at=TUESDAY, to=house.other_clerk.staff, reason="调班"
    )
    assert clock(case).version == 1


def test_a_pause_ended_the_same_day_raises_no_version(house):
    """It moves nothing (law 5), and the version rises only when the date moves (law 9)."""
    case = actions.resume(paused(house), by=house.approver, at=FRIDAY + timedelta(hours=1), ground=house.ground())
    assert (clock(case).due, clock(case).version) == (date(2026, 5, 13), 1)


def test_a_pause_over_working_days_raises_the_version_once(house):
    case = actions.resume(paused(house), by=house.approver, at=moment("2026-04-22 11:00"), ground=house.ground())
    assert (clock(case).due, clock(case).version) == (date(2026, 5, 18), 2)


def test_an_act_during_the_pause_does_not_swallow_the_move(house):
    """While stopped the day shown is a guess that grows with the pause; the version counts from the day before it."""
    case = paused(house)
    at = moment("2026-04-22 11:00")
    case = actions.hand_over(case, by=house.chief, at=at, to=house.other_clerk.staff, reason="调班")
    case = actions.resume(case, by=house.approver, at=at, ground=house.ground())
    assert (clock(case).due, clock(case).version) == (date(2026, 5, 18), 2)


def test_a_pause_over_a_weekend_moves_nothing(house):
    """Friday to Sunday covers no working day."""
    case = actions.resume(paused(house), by=house.approver, at=moment("2026-04-19 11:00"), ground=house.ground())
    assert (clock(case).due, clock(case).version) == (date(2026, 5, 13), 1)


def test_a_legacy_case_keeps_the_day_its_own_system_gave(house):
    case = accepted_case(house)
    Case.objects.filter(pk=case.pk).update(imported=True, legacy_due_on=date(2026, 4, 30))
    ClockRow.objects.filter(case=case, clock="decision").update(due=date(2026, 4, 30))
    assert refresh(case, TUESDAY) == []
    assert clock(case).due == date(2026, 4, 30)


def test_a_promise_stopped_without_a_statute_is_not_swallowed_either(house):
    """An act during the pause sees the guess of that day; the move is told when the clock runs again."""
    ground = PauseGround.objects.create(regime=own_regime(), code="redesign", name="方案修改", stops_statute=False)
    version = make_item_version(house.department, regime="local-rule", statute=None, steps=())
    case = actions.pause(
        accepted_case(house, version), by=house.approver, at=FRIDAY, ground=ground, notified_days=3, reason="修改方案"
    )
    at = moment("2026-04-22 11:00")
    case = actions.hand_over(case, by=house.chief, at=at, to=house.other_clerk.staff, reason="调班")
    case = actions.resume(case, by=house.approver, at=at, ground=ground)
    assert (clock(case).due, clock(case).version) == (date(2026, 5, 18), 2)


def test_a_stopped_row_shows_no_day_it_does_not_know(house):
    row = clock(paused(house))
    shown = row.as_deadline()
    assert (shown.promise_due, shown.statute_due) == (None, None)
    assert row.due == date(2026, 5, 13)


# --- flags when a day moves ------------------------------------------------------------------------------------------


@pytest.fixture
def flagged(house: Hall) -> Case:
    """Under review and already flagged 临期 on its first deadline."""
    case = accepted_case(house)
    sweep(at=moment("2026-05-08 09:00"))
    assert Flag.objects.get(case=case, clock="decision").level == Level.DUE_SOON
    return case


def shift(case: Case, days: int, at) -> None:
    """A corrected acceptance moves every day of the decision clock."""
    Case.objects.filter(pk=case.pk).update(accepted_at=MONDAY + timedelta(days=days))
    refresh(case, at)


def flags(case: Case) -> list[tuple[int, bool, bool]]:
    found = Flag.objects.filter(case=case, clock="decision").order_by("version")
    return [(flag.version, flag.carried, flag.withdrawn_at is not None) for flag in found]


def test_a_flag_still_true_is_carried_over_with_its_own_moment(flagged):
    first = Flag.objects.get(case=flagged, clock="decision")
    shift(flagged, 1, moment("2026-05-12 09:00"))
    assert flags(flagged) == [(1, False, False), (2, True, False)]
    assert Flag.objects.get(case=flagged, clock="decision", version=2).true_at == first.true_at


def test_a_flag_no_longer_true_is_withdrawn_with_reason_and_event(flagged):
    shift(flagged, 28, moment("2026-05-12 09:00"))
    assert flags(flagged) == [(1, False, True)]
    assert Flag.objects.get(case=flagged, clock="decision").withdrawn_reason == "办件经过变化，期限重新计算"
    event = Event.objects.get(docket=flagged.docket, kind="case.flag_withdrawn", data__clock="decision")
    assert (event.data["level"], event.actor) == ("due_soon", None)


def test_a_carried_flag_is_not_raised_again(flagged):
    shift(flagged, 1, moment("2026-05-12 09:00"))
    assert sweep(at=moment("2026-05-12 10:00")).raised == 0


def test_a_withdrawn_flag_is_raised_anew_under_the_new_day(flagged):
    shift(flagged, 28, moment("2026-05-12 09:00"))
    sweep(at=moment("2026-06-05 09:00"))
    assert flags(flagged) == [(1, False, True), (2, False, False)]


# --- settings --------------------------------------------------------------------------------------------------------


def test_the_warning_follows_the_centers_own_rule(house):
    Setting.objects.create(
        key="cases.warn_share", center=house.center, value=50, source="中心规定", effective_from=date(2026, 1, 1)
    )
    assert clock(accepted_case(house)).warn_from == moment("2026-04-27 00:00")


def test_the_general_rule_is_the_last_fifth(house):
    assert clock(accepted_case(house)).warn_from == moment("2026-05-08 00:00")


def test_a_ground_without_law_stops_the_promise_only(house):
    ground = PauseGround.objects.create(regime=own_regime(), code="redesign", name="方案修改", stops_statute=False)
    version = make_item_version(house.department, regime="local-rule", promise=(10, "workday"), steps=())
    case = actions.pause(
        accepted_case(house, version), by=house.approver, at=FRIDAY, ground=ground, notified_days=3, reason="修改方案"
    )
    row = clock(case)
    assert (row.stopped, row.statute_stopped) == (True, False)
    assert (row.as_deadline().promise_due, row.as_deadline().statute_due) == (None, date(2026, 5, 13))


def test_states_with_running_clocks_are_open(house):
    """What is closed never shows a clock, whatever the way there."""
    closed = delivered(house)
    assert clockwork.running(closed, at=LATER) == ()
    assert closed.state == CaseState.DELIVERED
