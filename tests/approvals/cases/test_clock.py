"""Three clocks and two smaller ones: from facts to due days, levels, and the next moment to look."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from approvals.cases.clock import (
    ClockKind,
    Deadline,
    Level,
    Limit,
    RegimeFacts,
    WarnRule,
    beijing_day,
    deadlines,
    deemed_accepted_on,
    midnight,
    reaches,
)
from hall.workdays.opening import OpeningTimes
from tests.approvals.cases.clock_builders import (
    CALENDAR,
    NO_CONSEQUENCE,
    accepted,
    at,
    d,
    extension,
    local_pause,
    pause,
    received,
    step,
)

TODAY = d("2026-05-13")


def clocks(facts, today: date = TODAY, **more) -> dict[ClockKind, Deadline]:
    return {deadline.clock: deadline for deadline in deadlines(facts, CALENDAR, today=today, **more)}


def decision(facts, today: date = TODAY, **more) -> Deadline:
    return clocks(facts, today, **more)[ClockKind.DECISION]


def levels(deadline: Deadline) -> list[tuple[str, str]]:
    return [(change.level.value, f"{change.at:%m-%d %H:%M}") for change in deadline.changes]


# Which clocks run


@pytest.mark.parametrize(
    ("facts", "running"),
    [
        (received(), {"notice"}),
        (received(noticed_at=at("2026-04-15 09:00")), set()),
        (accepted(), {"decision"}),
        (accepted(steps=[step()]), {"decision", "step"}),
        (accepted(steps=[step(None), step(ended_at=at("2026-04-14 10:00"))]), {"decision"}),
        (accepted(supplement_due_on=d("2026-04-20")), {"decision", "supplement"}),
        (accepted(decided_at=at("2026-05-01 10:00"), granted=True), {"delivery"}),
        (accepted(decided_at=at("2026-05-01 10:00"), granted=False), set()),
        (accepted(decided_at=at("2026-05-01 10:00"), granted=True, delivered_at=at("2026-05-06 10:00")), set()),
        (accepted(closed_at=at("2026-05-01 10:00"), steps=[step()], supplement_due_on=TODAY), set()),
        (received(regime=RegimeFacts()), set()),
        (accepted(regime=RegimeFacts(), decided_at=at("2026-05-01 10:00"), granted=True), set()),
        (accepted(promise=None, statute=None), set()),
        (accepted(promise=None), {"decision"}),
        (accepted(statute=None), {"decision"}),
    ],
)
def test_clocks_run_only_where_facts_and_regime_have_them(facts, running):
    assert {kind.value for kind in clocks(facts)} == running


# The worked example


def test_twenty_working_days_from_monday_13_april():
    assert decision(accepted()).due == d("2026-05-13")


def test_the_same_paused_for_expert_review():
    assert decision(accepted(pauses=[pause("2026-04-17", "2026-04-22")])).due == d("2026-05-18")


# Starts: closing time and holidays move nothing (laws 4 and 5)


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        ("2026-04-17 16:59", "2026-04-24"),  # Friday
        ("2026-04-17 17:00", "2026-04-24"),
        ("2026-04-17 17:01", "2026-04-24"),
        ("2026-04-17 23:59", "2026-04-24"),
        ("2026-04-18 00:00", "2026-04-24"),  # Saturday: Monday is the first day as well
        ("2026-04-18 10:00", "2026-04-24"),
        ("2026-04-20 08:30", "2026-04-27"),  # Monday
    ],
)
def test_the_hour_of_acceptance_does_not_move_the_start(moment, due):
    assert decision(accepted(accepted_at=at(moment), promise=Limit(5, "workday"))).due == d(due)


@pytest.mark.parametrize(
    "moment", ["2026-04-12T16:00:00+00:00", "2026-04-13T15:59:59+00:00", "2026-04-12T12:00:00-04:00"]
)
def test_the_day_is_beijings_whatever_the_zone_of_the_moment(moment):
    facts = accepted(accepted_at=datetime.fromisoformat(moment))
    assert (decision(facts).start_on, decision(facts).due) == (d("2026-04-13"), d("2026-05-13"))


def test_a_case_done_at_once_is_due_the_same_day():
    deadline = decision(accepted(promise=Limit(0, "workday")), d("2026-04-13"))
    assert (deadline.due, deadline.late_from) == (d("2026-04-13"), at("2026-04-14 00:00"))


# Promise and statute


@pytest.mark.parametrize(
    ("promise", "statute", "due"),
    [
        (Limit(20, "workday"), Limit(30, "workday"), "2026-05-13"),
        (Limit(30, "workday"), Limit(20, "workday"), "2026-05-13"),  # the earlier of the two holds
        (Limit(20, "workday"), Limit(20, "day"), "2026-05-06"),  # 3 May rolls to the 6th
        (None, Limit(20, "workday"), "2026-05-13"),
        (Limit(1, "month"), Limit(60, "day"), "2026-05-13"),
    ],
)
def test_the_earlier_of_promise_and_statute_holds(promise, statute, due):
    assert decision(accepted(promise=promise, statute=statute)).due == d(due)


def test_both_days_are_named():
    deadline = decision(accepted())
    assert (deadline.promise_due, deadline.statute_due) == (d("2026-05-13"), d("2026-05-27"))


def test_a_promise_missed_and_a_statute_missed_are_two_moments():
    assert levels(decision(accepted())) == [
        ("due_soon", "05-08 00:00"),
        ("over_promise", "05-14 00:00"),
        ("over_statute", "05-28 00:00"),
    ]


def test_a_promise_that_is_not_earlier_is_no_level_of_its_own():
    deadline = decision(accepted(statute=Limit(20, "workday")))
    assert [level for level, _ in levels(deadline)] == ["due_soon", "over_statute"]


def test_a_legacy_case_keeps_the_day_it_came_with():
    deadline = decision(accepted(fixed_due_on=d("2026-05-02"), statute=None))
    assert (deadline.due, deadline.late_from) == (d("2026-05-02"), at("2026-05-03 00:00"))


# Extension (20 + 10)


def test_an_extension_moves_the_statute():
    assert decision(accepted(extensions=[extension()])).statute_due == d("2026-06-10")


def test_an_extension_leaves_the_promise_where_it_was():
    assert decision(accepted(extensions=[extension()])).promise_due == d("2026-05-13")


def test_an_extension_moves_the_promise_where_the_version_says_so():
    assert decision(accepted(extensions=[extension(moves_promise=True)])).promise_due == d("2026-05-27")


def test_an_extension_in_another_unit_follows_the_term():
    deadline = decision(accepted(promise=None, statute=Limit(1, "month"), extensions=[extension(10)]))
    assert deadline.statute_due == d("2026-05-27")  # Wednesday 13 May, then ten working days


# Pauses


def test_a_ground_without_law_stops_the_promise_only():
    deadline = decision(accepted(pauses=[local_pause("2026-04-17", "2026-04-22")]))
    assert (deadline.promise_due, deadline.statute_due) == (d("2026-05-18"), d("2026-05-27"))


def test_the_statute_holds_once_the_promise_was_paused_past_it():
    facts = accepted(statute=Limit(20, "workday"), pauses=[local_pause("2026-04-17", "2026-04-22")])
    assert decision(facts).due == d("2026-05-13")


def test_pauses_on_different_grounds_are_united():
    both = [pause("2026-04-17", "2026-04-22"), pause("2026-04-20", "2026-04-24", "testing")]
    assert decision(accepted(pauses=both)).due == d("2026-05-20")


def test_an_open_pause_stops_the_clock():
    deadline = decision(accepted(pauses=[pause("2026-05-08")]))
    assert deadline.stopped
    assert deadline.statute_stopped
    assert (deadline.stop_label, deadline.stop_since) == ("专家评审", d("2026-05-08"))


def test_an_open_pause_counts_to_today():
    assert decision(accepted(pauses=[pause("2026-05-08")])).due == d("2026-05-19")  # 9, 11, 12, 13 May covered


def test_a_stopped_clock_turns_into_nothing():
    deadline = decision(accepted(pauses=[pause("2026-05-08")]))
    assert (deadline.changes, deadline.next_look_at) == ((), None)
    assert (deadline.promise_due, deadline.statute_due) == (None, None)


def test_the_statute_runs_on_while_only_the_promise_is_stopped():
    deadline = decision(accepted(pauses=[local_pause("2026-05-08")]))
    assert (deadline.stopped, deadline.statute_stopped) == (True, False)
    assert [level for level, _ in levels(deadline)] == ["due_soon", "over_statute"]


def test_a_promise_broken_before_the_pause_stays_broken():
    deadline = decision(accepted(pauses=[pause("2026-05-20")]), d("2026-05-25"))
    assert (deadline.stopped, deadline.statute_stopped) == (False, True)
    assert (deadline.promise_due, deadline.statute_due) == (d("2026-05-13"), None)


def test_a_pause_told_to_end_is_looked_at_when_it_has_not():
    deadline = decision(accepted(pauses=[pause("2026-05-08", notified_until=d("2026-05-12"))]))
    assert levels(deadline) == [("pause_overrun", "05-13 00:00")]
    assert deadline.stop_overrun


def test_a_pause_within_the_time_told_is_not_overrun():
    assert not decision(accepted(pauses=[pause("2026-05-08", notified_until=TODAY)])).stop_overrun


@given(st.integers(1, 40), st.integers(0, 60), st.integers(0, 30))
@settings(max_examples=100)
def test_resuming_gives_the_day_that_the_stopped_clock_showed(count, after, length):
    begin = d("2026-03-02") + timedelta(days=after)
    end = begin + timedelta(days=length)
    base = {"accepted_at": at("2026-03-02 09:00"), "promise": Limit(count, "workday")}
    assume(begin < decision(accepted(**base)).due)
    open_then = decision(accepted(**base, pauses=[pause(begin.isoformat())]), end)
    closed = decision(accepted(**base, pauses=[pause(begin.isoformat(), end.isoformat())]), end)
    assert (open_then.due, open_then.stopped, closed.stopped) == (closed.due, True, False)


# The notice clock


def test_a_notice_is_due_on_the_fifth_working_day():
    assert clocks(received())[ClockKind.NOTICE].due == d("2026-04-20")


def test_no_notice_means_accepted_from_the_day_of_receipt():
    notice = clocks(received())[ClockKind.NOTICE]
    assert levels(notice)[-1] == ("deemed_accepted", "04-21 00:00")


@pytest.mark.parametrize(
    ("facts", "today", "day"),
    [
        (received(), "2026-04-20", None),  # the fifth day is not over
        (received(), "2026-04-21", "2026-04-13"),
        (received(noticed_at=at("2026-04-20 17:00")), "2026-04-21", None),
        (accepted(), "2026-04-21", None),
        (received(closed_at=at("2026-04-15 10:00")), "2026-04-21", None),
        (received(regime=NO_CONSEQUENCE), "2026-04-21", None),
        (received(regime=RegimeFacts()), "2026-04-21", None),
    ],
)
def test_deemed_acceptance(facts, today, day):
    assert deemed_accepted_on(facts, CALENDAR, today=d(today)) == (d(day) if day else None)


def test_a_statute_without_that_consequence_is_only_late():
    assert levels(clocks(received(regime=NO_CONSEQUENCE))[ClockKind.NOTICE])[-1][0] == "over_statute"


# Delivery, steps, supplement


def test_a_licence_is_delivered_within_ten_working_days():
    facts = accepted(decided_at=at("2026-04-24 16:00"), granted=True)
    assert clocks(facts)[ClockKind.DELIVERY].due == d("2026-05-12")


def test_a_step_has_its_own_limit():
    deadline = clocks(accepted(steps=[step(3)]))[ClockKind.STEP]
    assert (deadline.due, deadline.key, deadline.label) == (d("2026-04-16"), "7", "审查")


def test_a_step_is_stopped_with_its_case():
    deadline = clocks(accepted(steps=[step(3)], pauses=[pause("2026-04-14", "2026-04-16")]))[ClockKind.STEP]
    assert deadline.due == d("2026-04-20")


def test_a_promised_supplement_lapses_the_day_after():
    facts = accepted(supplement_due_on=d("2026-04-20"))
    assert levels(clocks(facts)[ClockKind.SUPPLEMENT])[-1] == ("lapsed", "04-21 00:00")


# Hours


def test_running_hours_end_at_the_minute():
    deadline = decision(accepted(promise=Limit(48, "hour")))
    assert (deadline.due_at, deadline.late_from) == (at("2026-04-15 10:21"), at("2026-04-15 10:21"))


def test_hours_warn_in_their_last_fifth():
    assert decision(accepted(promise=Limit(10, "hour"))).warn_from == at("2026-04-13 18:21")


def test_opening_hours_run_while_the_doors_are_open():
    day = ((at("2026-04-13 08:30").time(), at("2026-04-13 12:00").time()),)
    opening = OpeningTimes(dict.fromkeys(range(5), day))
    deadline = decision(accepted(promise=Limit(4, "opening_hour"), opening=opening))
    assert deadline.due_at == at("2026-04-14 10:51")  # 1 h 39 min on Monday, the rest on Tuesday


def test_opening_hours_of_an_unknown_center_run_on():
    assert decision(accepted(promise=Limit(4, "opening_hour"))).due_at == at("2026-04-13 14:21")


# Warning and looking


@pytest.mark.parametrize(
    ("limit", "warn_on"),
    [
        (Limit(20, "workday"), "2026-05-08"),  # four working days left: 9, 11, 12, 13
        (Limit(5, "workday"), "2026-04-17"),  # one left
        (Limit(1, "workday"), "2026-04-13"),  # from the start
        (Limit(0, "workday"), "2026-04-13"),
        (Limit(30, "day"), "2026-05-07"),  # six of thirty days left
        (Limit(3, "day"), "2026-04-15"),  # the last working day before
        (Limit(1, "month"), "2026-05-07"),
    ],
)
def test_a_clock_warns_from_the_last_working_day_or_the_last_fifth(limit, warn_on):
    assert decision(accepted(promise=limit, statute=None)).warn_on == d(warn_on)


def test_a_center_may_warn_earlier():
    deadline = decision(accepted(), warn=WarnRule(last_days=3, percent=50))
    assert deadline.warn_on == d("2026-04-27")  # ten working days left: 28 April to 13 May


def test_a_pause_does_not_lengthen_the_last_fifth():
    facts = accepted(promise=Limit(30, "day"), statute=None, pauses=[pause("2026-04-17", "2026-05-07")])
    assert decision(facts).warn_on == d("2026-05-27")  # due 2 June, six days before it


@pytest.mark.parametrize(
    ("looked_at", "next_look"),
    [
        (None, "2026-05-08 00:00"),
        ("2026-05-07 23:59", "2026-05-08 00:00"),
        ("2026-05-08 00:00", "2026-05-14 00:00"),
        ("2026-05-14 00:00", "2026-05-28 00:00"),
        ("2026-05-28 00:00", None),
    ],
)
def test_the_next_look_is_the_next_change_not_yet_looked_at(looked_at, next_look):
    deadline = decision(accepted(), looked_at=at(looked_at) if looked_at else None)
    assert deadline.next_look_at == (at(next_look) if next_look else None)


@given(st.integers(0, 60), st.integers(0, 60), st.dates(d("2026-01-01"), d("2026-06-30")))
@settings(max_examples=100)
def test_changes_come_in_order_and_never_before_the_warning(promise, statute, on):
    facts = accepted(accepted_at=midnight(on), promise=Limit(promise, "workday"), statute=Limit(statute, "workday"))
    moments = [change.at for change in decision(facts, on).changes]
    assert moments == sorted(moments)
    assert decision(facts, on).changes[0].level == Level.DUE_SOON


@given(st.integers(1, 60), st.integers(0, 40), st.integers(0, 20), st.booleans())
@settings(max_examples=100)
def test_the_statute_is_never_moved_by_what_has_no_law(count, after, length, lawful):
    begin = (d("2026-03-02") + timedelta(days=after)).isoformat()
    end = (d("2026-03-02") + timedelta(days=after + length)).isoformat()
    made = pause(begin, end) if lawful else local_pause(begin, end)
    base = {"accepted_at": at("2026-03-02 09:00"), "promise": None, "statute": Limit(count, "workday")}
    plain, paused = decision(accepted(**base)).due, decision(accepted(**base, pauses=[made])).due
    assert paused >= plain
    assert lawful or paused == plain


# Provisional


@pytest.mark.parametrize(("moment", "provisional"), [("2026-12-01 09:00", False), ("2026-12-20 09:00", True)])
def test_t04_a_day_in_an_unpublished_year_is_provisional(moment, provisional):
    facts = accepted(received_at=at(moment), accepted_at=at(moment), statute=None)
    assert decision(facts, d("2026-12-20")).provisional is provisional


def test_reaches_answer_for_decided_cases_too():
    promise, statute = reaches(accepted(decided_at=at("2026-05-01 10:00"), granted=True), CALENDAR, today=TODAY)
    assert (promise.due, statute.due) == (d("2026-05-13"), d("2026-05-27"))


def test_a_moment_of_another_zone_is_its_beijing_day():
    assert beijing_day(datetime(2026, 12, 31, 16, 0, tzinfo=UTC)) == d("2027-01-01")
