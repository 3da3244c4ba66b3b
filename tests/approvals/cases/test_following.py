"""Open cases follow a new calendar in portions: as if each were computed alone, once, and none forgotten (C27)."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from approvals.cases import actions, clockwork
from approvals.cases.actions import following
from approvals.cases.actions.lateness import sweep
from approvals.cases.alike import open_cases
from approvals.cases.models import Case, ClockRow, Flag, Waiting
from approvals.cases.recalculation import refreshed
from hall.access.models import User
from hall.ledger import actions as ledger
from hall.ledger.models import Event
from hall.workdays.actions import import_notice
from hall.workdays.following_actions import follow
from hall.workdays.models import CalendarChange
from tests.approvals.cases.histories import KINDS, Histories
from tests.builders import Hall, accepted_case, make_case, make_item_version, moment

pytestmark = pytest.mark.django_db
HEAD = "date,kind,name,document_no\n"
NOW = moment("2026-05-20 10:00")
NOTICES = {
    "a working day becomes a holiday": "2026-05-06,off,劳动节,测试〔2026〕1号\n",
    "two weeks of extra days off": "".join(f"2026-05-{day},off,临时,测试〔2026〕2号\n" for day in range(18, 30)),
    "a make-up Saturday is taken back": "2026-05-09,off,劳动节,测试〔2026〕3号\n",
    "a holiday becomes a working day": "2026-05-05,work,劳动节,测试〔2026〕4号\n",
    "a Saturday is worked": "2026-05-23,work,临时,测试〔2026〕5号\n",
    "a day nobody's term runs over": "2026-02-25,off,临时,测试〔2026〕6号\n",
}
MORE_OFF = HEAD + NOTICES["a working day becomes a holiday"]


def take_in(text: str = MORE_OFF, at: datetime = NOW) -> CalendarChange:
    import_notice(text=text, by=None, at=at)
    return CalendarChange.objects.latest("pk")


def due(case: Case) -> str:
    return ClockRow.objects.get(case=case, clock="decision").due.isoformat()


def events(kind: str) -> list[tuple]:
    rows = Event.objects.filter(kind=f"case.{kind}").order_by("docket", "id")
    return [(row.docket, row.center_code, row.actor_id, row.occurred_at, row.data) for row in rows]


def everything() -> dict[str, list]:
    """All that a recalculation may touch."""
    flags = Flag.objects.order_by("case_id", "clock", "subject", "version", "level")
    return {
        "clocks": list(ClockRow.objects.order_by("pk").values()),
        "flags": [{name: value for name, value in row.items() if name != "id"} for row in flags.values()],
        "moved": events("deadline_moved"),
        "withdrawn": events("flag_withdrawn"),
    }


def one_by_one(change: CalendarChange) -> None:
    """What every portion has to equal: each open case computed alone."""
    for case in open_cases():
        ledger.append_many(refreshed(case, by=None, at=NOW, reason=change.reason))


def outcome_of(notice: str, way: Callable[[CalendarChange], object]) -> dict[str, list]:
    """What the world looks like afterwards; then it is as before."""
    with transaction.atomic():
        way(take_in(HEAD + notice))
        sweep(at=NOW + timedelta(minutes=1))
        found = everything()
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_t21_portions_do_what_one_case_after_the_other_would(hall: Hall, seed: int) -> None:
    Histories(hall, seed).make(2 * len(KINDS))
    sweep(at=NOW - timedelta(days=5))
    sweep(at=NOW - timedelta(minutes=1))
    before, moved = everything(), 0
    for name, notice in NOTICES.items():
        alone = outcome_of(notice, one_by_one)
        together = outcome_of(notice, lambda _: follow(at=NOW))
        assert together["clocks"] == alone["clocks"], name
        assert together["flags"] == alone["flags"], name
        assert together["moved"] == alone["moved"], name
        assert together["withdrawn"] == alone["withdrawn"], name
        moved += len(together["moved"])
    assert moved > 10
    assert everything() == before


def test_the_import_itself_moves_no_case(hall: Hall) -> None:
    case = accepted_case(hall, make_item_version(hall.department, steps=()))
    change = take_in()
    assert (due(case), change.begun_at, change.finished_at) == ("2026-05-13", None, None)


def test_t21_progress_is_counted_and_ends(hall: Hall) -> None:
    for _ in range(3):
        accepted_case(hall)
    make_case(hall, at=moment("2026-05-15 09:00"))  # its notice clock begins after the day that changed
    change = take_in()
    follow(at=NOW)
    change.refresh_from_db()
    assert (change.total, change.done, change.finished_at) == (3, 3, NOW)
    assert change.moved == Event.objects.filter(kind="case.deadline_moved").count() > 0
    assert not Waiting.objects.exists()


def test_only_cases_are_listed_whose_term_holds_a_day_that_changed(hall: Hall) -> None:
    version = make_item_version(hall.department, promise=(5, "workday"), statute=(5, "workday"), steps=())
    before, over, after = (
        accepted_case(hall, version, at=moment(f"2026-{day} 09:00")) for day in ("04-20", "04-28", "05-06")
    )
    far = accepted_case(hall, make_item_version(hall.department, promise=(200, "workday"), statute=None, steps=()))
    take_in()
    follow(at=NOW, seconds=0)
    assert due(before) == "2026-04-27"
    told = {event.docket for event in Event.objects.filter(kind="case.deadline_moved")}
    assert told == {over.docket, far.docket}
    assert due(after) == "2026-05-12"


def test_a_region_of_its_own_moves_its_own_cases_only(hall: Hall) -> None:
    case, other = accepted_case(hall), accepted_case(Hall())
    assert case.region_code != other.region_code
    notice = {
        "text": HEAD + "2026-05-12,off,颁金节,\n",
        "region": case.region_code,
        "region_name": "某县",
        "title": "试",
    }
    import_notice(by=None, at=NOW, **notice)
    follow(at=NOW)
    assert (due(case), due(other)) == ("2026-05-14", "2026-05-13")


def test_t21_a_walk_broken_off_goes_on_where_it_stopped(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        accepted_case(hall)
    change = take_in()
    monkeypatch.setattr(following, "PORTION", 2)
    assert not follow(at=NOW, seconds=0).finished
    change.refresh_from_db()
    assert (change.done, change.total, change.finished_at) == (2, 5, None)
    assert Waiting.objects.count() == 3
    assert follow(at=NOW).finished
    told = [event.docket for event in Event.objects.filter(kind="case.deadline_moved", data__clock="decision")]
    assert len(told) == len(set(told)) == 5


def test_doing_it_twice_does_nothing(hall: Hall) -> None:
    accepted_case(hall)
    take_in()
    follow(at=NOW)
    before = everything()
    assert follow(at=NOW).looked_at == 0
    Waiting.objects.create(case=Case.objects.get(), change=CalendarChange.objects.get())
    CalendarChange.objects.update(finished_at=None)
    assert follow(at=NOW + timedelta(minutes=1)).looked_at == 1
    assert everything() == before


def test_two_notices_at_once_are_followed_together_and_told_once(hall: Hall) -> None:
    case = accepted_case(hall, make_item_version(hall.department, steps=()))
    take_in()
    take_in(HEAD + "2026-05-07,off,劳动节,测试〔2026〕9号\n")
    assert follow(at=NOW).finished
    [event] = Event.objects.filter(kind="case.deadline_moved")
    assert (event.data["old"], event.data["new"]) == ("2026-05-13", due(case)) == ("2026-05-13", "2026-05-15")


def test_a_case_acted_on_before_its_turn_follows_first_and_says_why(hall: Hall) -> None:
    case = accepted_case(hall, make_item_version(hall.department, steps=()))
    change = take_in()
    actions.hand_over(case, by=hall.chief, at=NOW, to=hall.other_clerk.staff, reason="调班")
    kinds = list(Event.objects.filter(docket=case.docket).order_by("id").values_list("kind", flat=True))
    assert kinds[-2:] == ["case.deadline_moved", "case.hand_over"]
    assert Event.objects.get(kind="case.deadline_moved").data["reason"] == change.reason
    follow(at=NOW)
    assert Event.objects.filter(kind="case.deadline_moved").count() == 1


def test_a_case_not_listed_is_left_alone_by_the_act(hall: Hall) -> None:
    case = accepted_case(hall, at=moment("2026-05-15 09:00"))
    take_in()
    follow(at=NOW, seconds=0)
    before = ClockRow.objects.get(case=case, clock="decision").version
    actions.hand_over(case, by=hall.chief, at=NOW, to=hall.other_clerk.staff, reason="调班")
    assert ClockRow.objects.get(case=case, clock="decision").version == before


def test_an_act_looks_for_waiting_cases_only_while_a_notice_is_followed(hall: Hall) -> None:
    """Whether one is comes with the case itself, and so does the calendar."""
    case = accepted_case(hall)

    def asked(to: User) -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            actions.hand_over(case, by=hall.chief, at=NOW, to=to.staff, reason="调班")
        tables = (re.match(r'(?:SELECT "|EXECUTE )(\w+)', query["sql"]) for query in queries.captured_queries)
        asked_of = {"workdays_calendarchange", "calendar_token", "cases_waiting"}
        return [found[1] for found in tables if found and found[1] in asked_of]

    assert asked(hall.other_clerk) == []
    take_in()
    assert asked(hall.clerk) == ["workdays_calendarchange", "cases_waiting"]


def test_nothing_is_flagged_by_a_day_that_has_moved_away(hall: Hall) -> None:
    case = accepted_case(hall, make_item_version(hall.department, steps=()))
    sweep(at=moment("2026-05-13 09:00"))
    take_in(at=moment("2026-05-13 20:00"))
    sweep(at=moment("2026-05-14 00:00:05"))  # late under the old calendar, on its last day under the new one
    assert due(case) == "2026-05-14"
    assert not Flag.objects.filter(case=case, level="over_statute").exists()


def test_c27_the_flags_are_carried_and_the_sweep_has_nothing_to_tell_again(hall: Hall) -> None:
    accepted_case(hall, make_item_version(hall.department, steps=()))
    sweep(at=NOW)
    take_in()
    follow(at=NOW)
    row = ClockRow.objects.get(clock="decision")
    assert Flag.objects.filter(version=row.version, carried=True).count() == 2
    assert row.next_look_at is None or row.next_look_at > NOW
    assert sweep(at=NOW + timedelta(minutes=1)).looked_at == 0


def test_a_case_that_cannot_be_computed_is_parked_and_the_rest_follows(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = accepted_case(hall, at=moment("2026-04-14 09:00")), accepted_case(hall)
    real = clockwork.facts_of

    def facts_of(case, calendar):
        if case.pk == bad.pk:
            raise ValueError("a fact nobody foresaw")
        return real(case, calendar)

    monkeypatch.setattr(clockwork, "facts_of", facts_of)
    change = take_in()
    assert follow(at=NOW).finished
    change.refresh_from_db()
    assert (change.done, change.parked) == (2, 1)
    assert Waiting.objects.get().parked_error == "ValueError"
    assert due(good) == "2026-05-14"


def test_a_parked_case_is_tried_again_at_the_next_notice(hall: Hall) -> None:
    case = accepted_case(hall)
    change = take_in()
    CalendarChange.objects.update(begun_at=NOW, finished_at=NOW)
    Waiting.objects.create(case=case, change=change, parked_error="ValueError")
    take_in(HEAD + "2026-05-07,off,劳动节,测试〔2026〕9号\n")
    follow(at=NOW)
    assert due(case) == "2026-05-15"
    assert not Waiting.objects.exists()


def test_rows_that_say_something_else_than_the_facts_are_put_right(hall: Hall) -> None:
    """A clock is missing, one runs too many: computed alone, for nothing can be assumed of it."""
    case = accepted_case(hall)
    ClockRow.objects.filter(case=case, clock="step").delete()
    ClockRow.objects.filter(case=case, clock="notice").update(ended_on=None)
    take_in()
    follow(at=NOW)
    running = ClockRow.objects.filter(case=case, ended_on__isnull=True)
    assert set(running.values_list("clock", flat=True)) == {"decision", "step"}


def test_a_portion_takes_as_many_statements_as_a_small_one(hall: Hall, django_assert_max_num_queries) -> None:
    for _ in range(12):
        accepted_case(hall)
    take_in()
    with django_assert_max_num_queries(60) as counted:
        follow(at=NOW)
    assert len(counted) < 45


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_case_a_clerk_holds_is_followed_later_and_nobody_waits(hall: Hall) -> None:
    held, free = accepted_case(hall), accepted_case(hall)
    take_in()
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT 1 FROM cases_case WHERE id = %s FOR UPDATE", [held.pk])
            assert not follow(at=NOW).finished
            cursor.execute("ROLLBACK")
    finally:
        other.close()
    assert (due(held), due(free)) == ("2026-05-13", "2026-05-14")
    assert follow(at=timezone.now()).finished
    assert due(held) == "2026-05-14"
