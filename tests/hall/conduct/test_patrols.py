"""Patrols: the draw, the lines, the end, and how a problem is put right by two people."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from hall.conduct import queries, rules
from hall.conduct.actions import patrols
from hall.conduct.actions.patrols import LineFacts, Seen, draw
from hall.conduct.enums import Outcome, Place, RectificationState
from hall.conduct.models import Finding, Patrol, PatrolLine, PatrolList, Rectification
from hall.facts.errors import NotPermitted, Refused
from hall.facts.periods import parse
from hall.facts.slices import Slice
from hall.facts.sources import source_of
from hall.ledger.models import Event
from hall.outbox.models import Message
from tests.builders import Hall, identity_number, make_window, moment
from tests.hall.conduct.builders import (
    DAY,
    MONDAY,
    a_line,
    answered,
    begun,
    found,
    png,
    problem,
    second_supervisor,
    to_rectify,
    window_stop,
)

pytestmark = pytest.mark.django_db


@given(st.sets(st.integers(0, 500), max_size=60), st.integers(0, 80), st.text(max_size=8), st.randoms())
def test_the_draw_is_the_same_for_the_same_windows_in_any_order(
    windows: set[int], count: int, seed: str, shuffler: object
) -> None:
    mixed = list(windows)
    shuffler.shuffle(mixed)  # type: ignore[attr-defined]
    drawn = draw(mixed, count, seed)
    assert drawn == draw(sorted(windows), count, seed)
    assert set(drawn) <= windows
    assert len(drawn) == len(set(drawn)) == min(count, len(windows))


def test_a_round_begins_with_the_hall_and_keeps_the_seed(hall: Hall) -> None:
    windows = [make_window(hall.center) for _ in range(6)]
    patrol = begun(hall, drawn=3, seed="abc")
    stops = list(patrol.stops.all())
    assert stops[0].window is None
    assert stops[0].place == Place.HALL
    assert {stop.window_id for stop in stops[1:]} == {hall.window.pk, *draw([w.pk for w in windows], 3, "abc")}
    assert patrol.windows_open == 7
    event = Event.objects.get(kind="patrol.started")
    assert (event.data["seed"], event.data["drawn"]) == ("abc", 3)


def test_a_seed_is_made_where_none_is_given(hall: Hall) -> None:
    assert len(begun(hall).seed) == 16


def test_closed_windows_are_not_drawn(hall: Hall) -> None:
    make_window(hall.center, closed_on=date(2026, 1, 1))
    assert begun(hall, windows=(), drawn=50).stops.count() == 2


def test_one_round_at_a_time(hall: Hall) -> None:
    begun(hall)
    with pytest.raises(Refused, match="没有结束"):
        begun(hall)


def test_a_window_of_another_center_is_refused(hall: Hall) -> None:
    with pytest.raises(Refused) as refusal:
        begun(hall, windows=(Hall().window,))
    assert refusal.value.field == "windows"


def test_only_supervisors_of_the_place_begin_a_round(hall: Hall) -> None:
    elsewhere = Hall()
    for user in (hall.clerk, hall.approver, hall.chief, hall.admin, hall.auditor, elsewhere.supervisor):
        with pytest.raises(NotPermitted):
            patrols.start(center=hall.center, drawn=1, by=user, at=MONDAY)


def test_every_line_of_the_shipped_list_names_its_rule() -> None:
    lines = list(queries.list_in_force().lines.all())
    assert {"四声服务", "四心服务", "着装", "挂牌", "在岗", "纪律", "六公开", "收费", "一次告知", "设施", "卫生"} <= {
        line.group for line in lines
    }
    assert all(line.source for line in lines)
    assert {line.place for line in lines} == set(Place.values)


def test_each_line_is_kept_as_it_is_looked_at(hall: Hall) -> None:
    patrol = begun(hall)
    stop, line = window_stop(patrol), a_line(patrol)
    row = patrols.record(stop=stop, line=line, seen=Seen(Outcome.FINE), by=hall.supervisor, at=MONDAY)
    assert (row.outcome, row.text, row.severity, row.points) == ("fine", "", "", 0)
    assert row.window == hall.window


def test_a_problem_goes_to_the_department_of_the_window(hall: Hall) -> None:
    row = found(hall)
    assert row.department == hall.department
    assert row.points == 2


def test_a_problem_of_a_person_goes_to_the_persons_department(hall: Hall) -> None:
    window = make_window(hall.center)  # a comprehensive window of no department
    patrol = begun(hall, windows=(window,))
    row = patrols.record(
        stop=window_stop(patrol),
        line=a_line(patrol),
        seen=problem(staff=hall.clerk.staff),
        by=hall.supervisor,
        at=MONDAY,
    )
    assert (row.department, row.staff) == (hall.department, hall.clerk.staff)


def test_looking_again_corrects_the_line_while_the_round_is_open(hall: Hall) -> None:
    patrol = begun(hall)
    stop, line = window_stop(patrol), a_line(patrol)
    patrols.record(stop=stop, line=line, seen=problem(photo=png()), by=hall.supervisor, at=MONDAY)
    kept = patrols.record(stop=stop, line=line, seen=problem(text="看错了人"), by=hall.supervisor, at=MONDAY)
    assert kept.photo is not None, "the photo stays while the text is corrected"
    row = patrols.record(stop=stop, line=line, seen=Seen(Outcome.FINE), by=hall.supervisor, at=MONDAY)
    assert Finding.objects.get() == row
    assert (row.outcome, row.photo, row.department) == ("fine", None, None)


@pytest.mark.parametrize(("facts", "field"), [({"text": " "}, "text"), ({"severity": ""}, "severity")])
def test_a_problem_is_told_and_weighed(hall: Hall, facts: dict[str, str], field: str) -> None:
    patrol = begun(hall)
    with pytest.raises(Refused) as refusal:
        patrols.record(
            stop=window_stop(patrol), line=a_line(patrol), seen=problem(**facts), by=hall.supervisor, at=MONDAY
        )
    assert refusal.value.field == field


@pytest.mark.parametrize("secret", ["13912345678", identity_number(7)])
def test_no_number_of_a_citizen_stands_in_a_finding(hall: Hall, secret: str) -> None:
    patrol = begun(hall)
    with pytest.raises(Refused, match="不能写办事人的"):
        patrols.record(
            stop=window_stop(patrol), line=a_line(patrol), seen=problem(text=f"办事人 {secret} 投诉"),
            by=hall.supervisor, at=MONDAY,
        )  # fmt: skip
    assert not Finding.objects.exists()


def test_a_line_of_the_hall_is_not_looked_at_at_a_window(hall: Hall) -> None:
    patrol = begun(hall)
    with pytest.raises(Refused, match="清单"):
        patrols.record(
            stop=window_stop(patrol),
            line=a_line(patrol, Place.HALL),
            seen=Seen(Outcome.FINE),
            by=hall.supervisor,
            at=MONDAY,
        )


def test_only_who_began_the_round_writes_in_it(hall: Hall) -> None:
    patrol = begun(hall)
    with pytest.raises(NotPermitted):
        patrols.record(
            stop=window_stop(patrol),
            line=a_line(patrol),
            seen=Seen(Outcome.FINE),
            by=second_supervisor(hall),
            at=MONDAY,
        )


def test_an_empty_round_does_not_end(hall: Hall) -> None:
    with pytest.raises(Refused, match="还没有记下"):
        patrols.finish(patrol=begun(hall), by=hall.supervisor, at=MONDAY)


def test_the_end_sends_every_problem_to_its_chief_with_a_day(hall: Hall) -> None:
    row = to_rectify(hall)
    # Three working days after Monday 12 October.
    assert row.due_on == date(2026, 10, 15)
    assert timezone.localtime(row.late_from) == moment("2026-10-16 00:00")
    message = Message.objects.get(template="staff_patrol_finding")
    assert message.recipient_ref == str(hall.chief.staff_id)
    assert message.context["due"] == "2026-10-15"
    assert Event.objects.get(kind="patrol.finished").data["problems"] == 1


def test_a_finished_round_ends_once_and_changes_no_more(hall: Hall) -> None:
    row = found(hall)
    with pytest.raises(Refused, match="已经结束"):
        patrols.finish(patrol=row.patrol, by=hall.supervisor, at=MONDAY)
    with pytest.raises(Refused, match="已经结束"):
        patrols.record(stop=row.stop, line=row.line, seen=Seen(Outcome.FINE), by=hall.supervisor, at=MONDAY)
    assert Rectification.objects.count() == 1


def test_the_database_keeps_counted_findings_as_they_are(hall: Hall) -> None:
    row = found(hall)
    row.text = "改口"
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        PatrolLine.objects.filter(pk=row.line_id).update(text="改清单")


def test_the_department_answers_and_another_patroller_closes(hall: Hall) -> None:
    row = answered(hall)
    assert row.state == RectificationState.ANSWERED
    closed = patrols.recheck(rectification=row, passed=True, text="看过", by=hall.supervisor, at=MONDAY + 2 * DAY)
    assert (closed.state, closed.closed_by) == (RectificationState.CLOSED, hall.supervisor)
    assert [step.deed for step in closed.steps.all()] == ["close", "answer"]


def test_what_is_not_right_goes_back_with_a_new_day(hall: Hall) -> None:
    row = patrols.recheck(
        rectification=answered(hall), passed=False, text="没摆", by=hall.supervisor, at=moment("2026-10-14 10:00")
    )
    assert (row.state, row.answered_at, row.answered_by) == (RectificationState.OPEN, None, None)
    assert row.due_on == date(2026, 10, 19)
    assert timezone.localtime(row.late_from) == moment("2026-10-20 00:00")
    assert Message.objects.filter(template="staff_patrol_reopened").exists()


def test_what_was_late_stays_late_after_a_new_day(hall: Hall) -> None:
    row = answered(hall, at=moment("2026-10-16 08:00"))
    before = row.late_from
    row = patrols.recheck(
        rectification=row, passed=False, text="没摆", by=hall.supervisor, at=moment("2026-10-16 10:00")
    )
    assert row.late_from == before


def test_who_answered_does_not_look_again_himself(hall: Hall) -> None:
    row = answered(hall)
    Rectification.objects.filter(pk=row.pk).update(answered_by=hall.supervisor)
    with pytest.raises(NotPermitted, match="自己复查"):
        patrols.recheck(rectification=row, passed=True, text="好", by=hall.supervisor, at=MONDAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Rectification.objects.filter(pk=row.pk).update(closed_by=hall.supervisor, closed_at=MONDAY, state="closed")


@pytest.mark.parametrize("state", RectificationState.values)
def test_who_may_answer_and_look_again_in_which_state(hall: Hall, state: str) -> None:
    row = to_rectify(hall)
    if state != "open":
        patrols.answer(rectification=row, text="已改", by=hall.chief, at=MONDAY)
    if state == "closed":
        patrols.recheck(rectification=row, passed=True, text="好", by=hall.supervisor, at=MONDAY)
    row.refresh_from_db()
    strangers = Hall().everybody()
    for user in (*hall.everybody(), *strangers):
        assert rules.may_answer(user, row) == (user == hall.chief and state == "open"), (user.role, state)
        assert rules.may_recheck(user, row) == (user == hall.supervisor and state == "answered"), (user.role, state)


def test_the_action_refuses_whom_the_rule_refuses(hall: Hall) -> None:
    row = to_rectify(hall)
    for user in (hall.clerk, hall.supervisor, Hall().chief):
        with pytest.raises(NotPermitted):
            patrols.answer(rectification=row, text="已改", by=user, at=MONDAY)
    patrols.answer(rectification=row, text="已改", by=hall.chief, at=MONDAY)
    with pytest.raises(Refused, match="不能再答复"):
        patrols.answer(rectification=row, text="已改", by=hall.chief, at=MONDAY)
    for user in (hall.chief, Hall().supervisor):
        with pytest.raises(NotPermitted):
            patrols.recheck(rectification=row, passed=True, text="好", by=user, at=MONDAY)


def test_an_answer_says_something(hall: Hall) -> None:
    row = to_rectify(hall)
    with pytest.raises(Refused) as refusal:
        patrols.answer(rectification=row, text=" ", by=hall.chief, at=MONDAY)
    assert refusal.value.field == "text"
    row.refresh_from_db()
    assert row.answered_at is None


def test_what_belongs_to_no_department_any_chief_of_the_center_answers(hall: Hall) -> None:
    patrol = begun(hall, windows=())
    stop = patrol.stops.get()
    patrols.record(stop=stop, line=a_line(patrol, Place.HALL), seen=problem(), by=hall.supervisor, at=MONDAY)
    patrols.finish(patrol=patrol, by=hall.supervisor, at=MONDAY)
    row = Rectification.objects.get()
    assert list(queries.rectifications_for(hall.chief)) == [row]
    assert not queries.rectifications_for(Hall().chief).exists()
    assert patrols.answer(rectification=row, text="已改", by=hall.chief, at=MONDAY).state == "answered"


def test_a_chief_sees_what_his_department_has_to_put_right(hall: Hall) -> None:
    row = to_rectify(hall)
    for user, sees in ((hall.chief, True), (hall.supervisor, True), (hall.auditor, True), (hall.clerk, False)):
        assert queries.rectifications_for(user).filter(pk=row.pk).exists() == sees, user.role
    assert not queries.rectifications_for(Hall().supervisor).exists()


def test_photos_are_seen_by_those_who_see_the_problem(hall: Hall) -> None:
    row = found(hall, seen=problem(photo=png()))
    patrols.answer(rectification=row.rectification, text="已改", photo=png(), by=hall.chief, at=MONDAY)
    for user, count in ((hall.chief, 2), (hall.supervisor, 2), (hall.clerk, 0), (Hall().chief, 0)):
        assert queries.photos_for(user).count() == count, user.role


def test_a_new_list_is_for_rounds_to_come(hall: Hall) -> None:
    patrol = begun(hall)
    lines = [LineFacts("着装", "戴工牌", Place.WINDOW, "本级制度", 1)]
    row = patrols.new_list(lines=lines, note="简化", by=hall.supervisor, at=MONDAY)
    assert (row.version, queries.list_in_force()) == (2, row)
    assert patrol.checklist.version == 1
    with pytest.raises(NotPermitted):
        patrols.new_list(lines=lines, note="简化", by=hall.chief, at=MONDAY)
    with pytest.raises(Refused):
        patrols.new_list(lines=[], note="空", by=hall.supervisor, at=MONDAY)
    assert PatrolList.objects.count() == 2


OCTOBER = Slice(parse("2026-10"), None)


def test_only_problems_of_finished_rounds_count(hall: Hall) -> None:
    patrol = begun(hall)
    patrols.record(stop=window_stop(patrol), line=a_line(patrol), seen=problem(), by=hall.supervisor, at=MONDAY)
    fine = a_line(patrol, number=1)
    patrols.record(stop=window_stop(patrol), line=fine, seen=Seen(Outcome.FINE), by=hall.supervisor, at=MONDAY)
    source = source_of("patrol.findings")
    assert source.count(OCTOBER) == 0
    patrols.finish(patrol=patrol, by=hall.supervisor, at=MONDAY)
    (fact,) = source.find(OCTOBER)
    assert (fact.window, fact.department, fact.center) == (hall.window.pk, hall.department.pk, hall.center.pk)
    assert str(Rectification.objects.get().pk) in fact.url
    assert source.standing([fact.key, f"patrol.findings:{patrol.pk}"]) == {fact.key}
    assert source.count(OCTOBER.but(centers=frozenset({hall.center.pk}), window=hall.window.pk)) == 1
    assert source.count(OCTOBER.but(centers=frozenset())) == 0


@pytest.mark.parametrize(("answered_at", "late"), [(None, 1), ("2026-10-15 23:59", 0), ("2026-10-16 00:00", 1)])
def test_late_is_what_was_not_answered_by_its_day(hall: Hall, answered_at: str | None, late: int) -> None:
    row = to_rectify(hall)
    if answered_at:
        patrols.answer(rectification=row, text="已改", by=hall.chief, at=moment(answered_at))
    source = source_of("patrol.rectified_late")
    assert source.count(OCTOBER) == late
    assert [timezone.localtime(fact.occurred_at) for fact in source.find(OCTOBER)] == [
        moment("2026-10-16 00:00")
    ] * late


def test_what_is_not_due_yet_is_not_late(hall: Hall) -> None:
    at = timezone.now()
    row = to_rectify(hall, at=at)
    year = Slice(parse(str(row.late_from.year)), None)
    assert source_of("patrol.rectified_late").count(year) == 0
    assert not queries.overdue(Rectification.objects.all(), timezone.localdate(at)).exists()
    assert queries.overdue(Rectification.objects.all(), row.due_on + timedelta(days=1)).exists()


def test_the_list_costs_the_same_with_more_rounds(hall: Hall, django_assert_num_queries: object) -> None:
    found(hall)
    with django_assert_num_queries(1):  # type: ignore[operator]
        [(row.center.name, row.started_by.display_name, row.problems) for row in queries.patrols_for(hall.auditor)[:50]]
    assert Patrol.objects.count() == 1
