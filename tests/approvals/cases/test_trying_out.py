"""What a notice would move among the open cases: the same as each computed alone, a portion at a time (T21)."""

from collections.abc import Iterator
from datetime import timedelta
from functools import cache

import pytest
from django.utils import timezone

from approvals.cases import clock, clockwork, recalculation
from approvals.cases.actions.lateness import sweep
from approvals.cases.alike import open_cases
from approvals.cases.models import Case, ClockRow, Flag, Waiting
from approvals.cases.recalculation import to_look_at, try_out
from hall.ledger.models import Event
from hall.workdays.actions import planned
from hall.workdays.arithmetic import Calendar
from hall.workdays.models import CalendarTrial
from hall.workdays.recalculation import CalendarOf, Moved, Tried
from hall.workdays.trial_actions import ask, count_waiting
from tests.approvals.cases.histories import KINDS, Histories
from tests.approvals.cases.test_following import HEAD, MORE_OFF, NOTICES, NOW
from tests.builders import Hall, accepted_case, make_item_version, moment

pytestmark = pytest.mark.django_db


def calendars(text: str) -> tuple[CalendarOf, CalendarOf]:
    plan = planned(text=text, title="", region="", region_name="")
    return plan.before.for_region, plan.after.for_region


def tried(text: str) -> list[Tried]:
    return list(try_out(*calendars(text), ""))


def told(portions: list[Tried]) -> list[Moved]:
    return sorted((one for portion in portions for one in portion.moved), key=lambda one: (one.docket, one.clock))


def one_by_one(text: str) -> list[Moved]:
    """Each open case computed alone under both calendars."""
    before, after = map(cache, calendars(text))
    found = (one for case in open_cases() for one in _moved(case, before(case.region_code), after(case.region_code)))
    return sorted(found, key=lambda one: (one.docket, one.clock))


def _moved(case: Case, before: Calendar, after: Calendar) -> Iterator[Moved]:
    was = {(d.clock, d.key): d.due for d in _deadlines(case, before)}
    for deadline in _deadlines(case, after):
        if was.get((deadline.clock, deadline.key), deadline.due) != deadline.due:
            yield Moved(case.docket, str(deadline.clock.label), was[deadline.clock, deadline.key], deadline.due)


def _deadlines(case: Case, calendar: Calendar) -> tuple[clock.Deadline, ...]:
    today = timezone.localdate()
    facts = clockwork.facts_of(case, calendar)
    return clock.deadlines(facts, calendar, today=today, warn=clockwork.warn_rule(case, today))


@pytest.mark.parametrize("seed", [1, 2])
def test_t21_portions_name_what_one_case_after_the_other_would(
    hall: Hall, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    Histories(hall, seed).make(2 * len(KINDS))
    sweep(at=NOW - timedelta(minutes=1))
    monkeypatch.setattr(recalculation, "BATCH", 7)
    number = 0
    for name, notice in NOTICES.items():
        found = told(tried(HEAD + notice))
        assert found == one_by_one(HEAD + notice), name
        number += len(found)
    assert number > 10


def test_a_trial_changes_nothing(hall: Hall) -> None:
    accepted_case(hall)
    before = (list(ClockRow.objects.order_by("pk").values()), Event.objects.count(), Flag.objects.count())
    assert told(tried(MORE_OFF))
    assert (list(ClockRow.objects.order_by("pk").values()), Event.objects.count(), Flag.objects.count()) == before
    assert not Waiting.objects.exists()


def test_every_open_case_is_looked_at_once(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        accepted_case(hall)
    Case.objects.filter(pk=Case.objects.latest("pk").pk).update(legacy_due_on="2026-05-13")
    monkeypatch.setattr(recalculation, "BATCH", 2)
    portions = tried(MORE_OFF)
    assert [portion.looked_at for portion in portions] == [2, 2, 0]
    assert sum(portion.looked_at for portion in portions) == to_look_at() == 4
    assert len({one.docket for one in told(portions)}) == 4


def test_it_goes_on_from_a_mark(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        accepted_case(hall)
    monkeypatch.setattr(recalculation, "BATCH", 2)
    whole = tried(MORE_OFF)
    rest = list(try_out(*calendars(MORE_OFF), whole[0].mark))
    assert told([whole[0], *rest]) == told(whole)
    assert len(rest) == len(whole) - 1


def test_a_case_that_cannot_be_computed_is_counted_and_the_rest_is_named(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = accepted_case(hall, at=moment("2026-04-14 09:00")), accepted_case(hall)
    real = clockwork.facts_of

    def facts_of(case: Case, calendar: Calendar) -> clock.CaseFacts:
        if case.pk == bad.pk:
            raise ValueError("a fact nobody foresaw")
        return real(case, calendar)

    monkeypatch.setattr(clockwork, "facts_of", facts_of)
    [portion] = tried(MORE_OFF)
    assert (portion.looked_at, portion.unknown) == (2, 1)
    assert {one.docket for one in portion.moved} == {good.docket}


def test_cases_of_equal_facts_are_computed_once(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    version = make_item_version(hall.department, steps=())
    for _ in range(4):
        accepted_case(hall, version)
    computed: list[str] = []
    real = clockwork.facts_of
    monkeypatch.setattr(clockwork, "facts_of", lambda case, c: computed.append(case.docket) or real(case, c))
    assert len({one.docket for one in told(tried(MORE_OFF))}) == 4
    assert len(computed) == 2  # under the one calendar and under the other


def test_a_portion_takes_as_many_statements_as_a_small_one(hall: Hall, django_assert_max_num_queries) -> None:
    version = make_item_version(hall.department, steps=())

    def asked() -> int:
        with django_assert_max_num_queries(60) as counted:
            tried(MORE_OFF)
        return len(counted)

    accepted_case(hall, version)
    one = asked()
    for _ in range(6):
        accepted_case(hall, version)
    assert asked() == one


def test_asking_looks_at_no_case_and_the_worker_finds_what_moves(hall: Hall, django_assert_max_num_queries) -> None:
    case = accepted_case(hall)
    with django_assert_max_num_queries(20) as counted:
        ask(text=MORE_OFF, title="", url="", region="", region_name="", by=hall.admin, at=NOW)
    assert not [query for query in counted.captured_queries if "cases_" in query["sql"]]
    assert count_waiting(at=NOW)
    trial = CalendarTrial.objects.get().trial
    assert trial is not None
    assert (trial.cases, {one.docket for one in trial.first}) == (1, {case.docket})
