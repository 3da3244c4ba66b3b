"""Who may, as tables: every predicate against every role, own and other, here and elsewhere."""

from collections.abc import Callable
from typing import Any

import pytest

from hall.access.models import User
from hall.appraisal import rules
from hall.appraisal.actions import duty, periods, schemes, sheets
from hall.appraisal.models import DutySwap, ManualMark, Objection, Score
from hall.facts.errors import NotPermitted
from tests.builders import Hall, make_center, make_staff, make_user, moment
from tests.hall.appraisal.builders import (
    SCORED,
    attended,
    draft,
    honoured,
    manual_line,
    nominated,
    run,
    sheet_of,
    turn,
)

pytestmark = pytest.mark.django_db
ROLES = ("clerk", "other_clerk", "approver", "second", "chief", "supervisor", "admin", "auditor")
NOBODY: frozenset[str] = frozenset()
WATCHER, LEADERS = frozenset({"supervisor"}), frozenset({"chief", "supervisor"})
Asked = Callable[[Hall, User], bool]


def person_sheet(hall: Hall) -> Score:
    return sheet_of(run(hall, manual_line(100)), hall.clerk)


def a_mark(hall: Hall) -> ManualMark:
    sheet = person_sheet(hall)
    who = {"marked_by": hall.chief, "marked_at": SCORED}
    return ManualMark.objects.create(
        score=sheet, line=sheet.period.version.lines.get(), points=-1, evidence="巡查", **who
    )  # fmt: skip


def an_objection(hall: Hall) -> Objection:
    sheet = person_sheet(hall)
    facts = {"line": sheet.period.version.lines.get(), "key": "x:1", "text": "记分", "points": -1, "grounds": "不对"}
    return Objection.objects.create(score=sheet, raised_by=hall.clerk, raised_at=SCORED, **facts)


def a_swap(hall: Hall) -> DutySwap:
    row = turn(hall, hall.clerk.staff)
    return DutySwap.objects.create(
        turn=row, to=hall.approver.staff, reason="事", asked_by=hall.clerk, asked_at=SCORED
    )  # fmt: skip


TABLE: tuple[tuple[str, Callable[[Hall], Any], Callable[[User, Any], bool], frozenset[str]], ...] = (
    ("score", person_sheet, rules.may_score, WATCHER),
    ("speak", person_sheet, rules.speaks_for, frozenset({"clerk"})),
    ("object", person_sheet, rules.may_object, frozenset({"clerk"})),
    ("decide a mark", a_mark, rules.may_decide_mark, WATCHER),
    ("decide an objection", an_objection, lambda user, row: rules.may_decide_objection(user, row, None), WATCHER),
    ("run", lambda hall: hall.center.pk, rules.may_run, WATCHER),
    ("write rules", lambda hall: hall.center.pk, rules.may_write_scheme, WATCHER),
    ("write a model", lambda _: None, rules.may_write_scheme, NOBODY),
    ("nominate a person", lambda hall: hall.clerk.staff, rules.may_nominate, LEADERS),
    ("nominate a window", lambda hall: hall.window, rules.may_nominate, LEADERS),
    ("decide an honour", lambda hall: nominated(hall, by=hall.chief), rules.may_decide_award, WATCHER),
    ("take an honour back", honoured, rules.may_withdraw_award, WATCHER),
    ("keep attendance", lambda hall: hall.clerk.staff, rules.may_record, LEADERS),
    ("correct", lambda hall: attended(hall, hall.clerk.staff), rules.may_correct, LEADERS),
    ("sign", lambda hall: attended(hall, hall.clerk.staff), rules.may_sign_return, LEADERS | {"clerk"}),
    ("arrange", lambda hall: hall.center.pk, rules.may_arrange, WATCHER),
    ("log", lambda hall: turn(hall, hall.clerk.staff), rules.may_log, frozenset({"clerk"})),
    ("answer", a_swap, rules.may_answer_swap, frozenset({"approver"})),
)


@pytest.mark.parametrize(("make", "rule", "who"), [line[1:] for line in TABLE], ids=[line[0] for line in TABLE])
def test_only_these_roles_may(hall: Hall, make: Callable[[Hall], Any], rule: Any, who: frozenset[str]) -> None:
    row = make(hall)
    assert {role for role in ROLES if rule(getattr(hall, role), row)} == who


@pytest.mark.parametrize(("make", "rule", "who"), [line[1:] for line in TABLE], ids=[line[0] for line in TABLE])
def test_nobody_of_another_house_may(hall: Hall, make: Callable[[Hall], Any], rule: Any, who: frozenset[str]) -> None:
    row, other = make(hall), Hall()
    assert who | NOBODY == who
    assert [role for role in ROLES if rule(getattr(other, role), row)] == []


def test_a_supervisor_above_may_what_one_here_may(hall: Hall) -> None:
    city = make_center("市政务服务中心")
    hall.center.parent = city
    hall.center.save()
    above = make_user("supervisor", make_staff(center=city))
    may = [rule(above, make(hall)) for _, make, rule, who in TABLE[5:7] for _ in (0,) if who]
    assert may == [True, True]
    assert rules.may_score(above, person_sheet(hall))


def test_who_is_appraised_twice_speaks_for_neither_as_another(hall: Hall) -> None:
    """A chief speaks for the department and the own sheet, not for the people in it."""
    period = run(hall, manual_line(100))
    assert rules.speaks_for(hall.chief, sheet_of(period, hall.chief))
    assert not rules.speaks_for(hall.chief, sheet_of(period, hall.approver))


@pytest.mark.parametrize("column", ["raised_by", "scorer"])
def test_who_took_part_is_no_second_reader(hall: Hall, column: str) -> None:
    row = an_objection(hall)
    scorer = hall.supervisor.pk if column == "scorer" else None
    if column == "raised_by":
        row.raised_by = hall.supervisor
    assert not rules.may_decide_objection(hall.supervisor, row, scorer)


@pytest.mark.parametrize("key", ["manual:", "manual:x", "manual:0", "test.late:1", "manual"])
def test_points_nobody_gave_have_no_scorer(hall: Hall, key: str) -> None:
    row = an_objection(hall)
    row.key = key
    assert sheets.scorer_of(row) is None


def test_a_chief_without_a_department_leads_none(hall: Hall) -> None:
    chief = make_user("chief", make_staff(center=hall.center))
    assert not rules.leads(chief, None)
    assert not rules.leads(chief, hall.department.pk)


@pytest.mark.parametrize("who", [role for role in ROLES if role != "supervisor"])
def test_the_actions_ask_again(hall: Hall, who: str) -> None:
    user, version = getattr(hall, who), draft(hall, manual_line(100))
    acts: tuple[Callable[[], object], ...] = (
        lambda: schemes.put_on(version, by=user, at=SCORED),
        lambda: schemes.discard(version, by=user),
        lambda: schemes.save_draft(version, head={}, lines=[], by=user),
        lambda: schemes.draft_from(version, center=hall.center, by=user, at=SCORED),
        lambda: periods.open_period(version, code="2026-10", by=user, at=SCORED),
        lambda: duty.remove(turn(hall, hall.clerk.staff, "2027-01-04"), by=user, at=moment("2026-10-12 09:00")),
    )
    for act in acts:
        with pytest.raises(NotPermitted):
            act()
    assert version.lines.count() == 1
