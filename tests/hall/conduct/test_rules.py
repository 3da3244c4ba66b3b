"""Who may do what in conduct: every state over everybody, and every act tried by everybody in every state."""

from collections.abc import Callable
from typing import Any, Final

import pytest
from django.db import transaction
from django.utils import timezone

from hall.access.enums import Role
from hall.access.models import User
from hall.conduct import rules
from hall.conduct.actions import bulletins, complaints, patrols
from hall.conduct.enums import BulletinState, ComplaintState, RectificationState
from hall.conduct.models import Bulletin, Complaint, Patrol, Rectification
from hall.conduct.transitions import BULLETIN, COMPLAINT, RECTIFICATION, allowed
from hall.facts.errors import NotPermitted, Refused
from tests.builders import Hall, make_department, make_staff, make_user
from tests.hall.conduct.builders import (
    DAY,
    MONDAY,
    answered,
    begun,
    complaint_in,
    decided,
    drafted,
    published,
    second_supervisor,
    submitted,
    to_rectify,
)

pytestmark = pytest.mark.django_db
LATER = MONDAY + 3 * DAY
# The hall's supervisor accepts and decides, its chief looks into it and answers, its clerk is complained about.
WATCH: Final = {"supervisor", "colleague"}


class Cast:
    """Everybody who might try, by name."""

    def __init__(self) -> None:
        self.hall, far = Hall(), Hall()
        names = ("clerk", "other_clerk", "approver", "chief", "supervisor", "auditor", "admin")
        self.people: dict[str, User] = {name: getattr(self.hall, name) for name in names}
        self.people["colleague"] = second_supervisor(self.hall)
        self.people["neighbour"] = make_user(Role.CHIEF, make_staff(make_department(self.hall.center, "税务局")))
        self.people["far_supervisor"], self.people["far_chief"] = far.supervisor, far.chief

    def who(self, rule: Callable[[User, Any], bool], row: Any) -> set[str]:
        """Everybody whom a rule lets pass."""
        return {name for name, user in self.people.items() if rule(user, row)}

    def done_by(self, act: Callable[[User], object]) -> set[str]:
        """Everybody who gets an act done; what they did is taken back each time."""
        return {name for name, user in self.people.items() if self._done(act, user)}

    def _done(self, act: Callable[[User], object], user: User) -> bool:
        try:
            with transaction.atomic():
                act(user)
                transaction.set_rollback(True)
        except Refused:
            return False
        return True


@pytest.fixture
def cast() -> Cast:
    return Cast()


COMPLAINT_RULES: Final = {
    "handles": rules.handles, "take": rules.may_take, "reassign": rules.may_reassign,
    "investigate": rules.may_investigate, "decide": rules.may_decide, "object": rules.may_object,
    "review": rules.may_review, "name": rules.sees_complainant, "text": rules.sees_what_was_said,
}  # fmt: skip
# Beside the handling, the name and the text, which watchers have in every state.
COMPLAINTS: Final[dict[str, dict[str, set[str]]]] = {
    "received": {"take": WATCH},
    "declined": {},
    "assigned": {"reassign": WATCH, "investigate": {"chief"}, "text": WATCH | {"chief"}},
    "reported": {"decide": WATCH, "text": WATCH | {"chief"}},
    "decided": {"object": {"clerk"}, "text": WATCH | {"chief"}},
    "objected": {"review": {"colleague"}, "text": WATCH | {"chief"}},
    "reviewed": {"text": WATCH | {"chief"}},
    "unfounded": {"text": WATCH | {"chief"}},
}


def complaint(stage: str, cast: Cast) -> Complaint:
    hall = cast.hall
    if stage == "unfounded":
        return decided(hall, verdict="not_upheld")
    if stage not in ("objected", "reviewed"):
        return complaint_in(stage, hall)
    row = complaints.object_to(complaint=decided(hall), text="录像不是那天的。", by=hall.clerk, at=MONDAY)
    if stage == "objected":
        return row
    return complaints.review(
        complaint=row, verdict="upheld", reason="是那天的", answer="", by=cast.people["colleague"], at=MONDAY
    )


@pytest.mark.parametrize("stage", COMPLAINTS)
def test_everybody_over_a_complaint(cast: Cast, stage: str) -> None:
    row = complaint(stage, cast)
    none: dict[str, set[str]] = {name: set() for name in COMPLAINT_RULES}
    expected = {**none, "handles": WATCH, "name": WATCH, "text": WATCH, **COMPLAINTS[stage]}
    assert {name: cast.who(rule, row) for name, rule in COMPLAINT_RULES.items()} == expected


ACTS: Final[dict[str, Callable[[Cast, Complaint, User], object]]] = {
    "accept": lambda cast, row, by: complaints.accept(
        complaint=row, department=cast.hall.department, staff=cast.hall.clerk.staff,
        investigator=cast.hall.chief.staff, by=by, at=LATER,
    ),
    "decline": lambda _, row, by: complaints.decline(complaint=row, answer="请向信访部门反映。", by=by, at=LATER),
    "reassign": lambda cast, row, by: complaints.reassign(
        complaint=row, investigator=cast.hall.chief.staff, by=by, at=LATER
    ),
    "report": lambda _, row, by: complaints.report(complaint=row, text="情况属实。", by=by, at=LATER),
    "send_back": lambda _, row, by: complaints.send_back(complaint=row, note="还要问证人。", by=by, at=LATER),
    "decide": lambda _, row, by: complaints.decide(
        complaint=row, verdict="upheld", reason="录像为证", answer="已批评教育。", by=by, at=LATER
    ),
    "object": lambda _, row, by: complaints.object_to(complaint=row, text="不是我。", by=by, at=LATER),
    "review": lambda _, row, by: complaints.review(
        complaint=row, verdict="not_upheld", reason="证据不足", answer="", by=by, at=LATER
    ),
    "show": lambda _, row, by: complaints.show_contact(complaint=row, by=by, at=LATER),
}  # fmt: skip
DONE_BY: Final[dict[str, dict[str, set[str]]]] = {
    "received": {"accept": WATCH, "decline": WATCH},
    "declined": {},
    "assigned": {"reassign": WATCH, "report": {"chief"}},
    "reported": {"send_back": WATCH, "decide": WATCH},
    "decided": {"object": {"clerk"}},
    "objected": {"review": {"colleague"}},
    "reviewed": {},
    "unfounded": {},
}


@pytest.mark.parametrize("stage", DONE_BY)
def test_every_act_on_a_complaint_by_everybody(cast: Cast, stage: str) -> None:
    row = complaint(stage, cast)
    none: dict[str, set[str]] = {act: set() for act in ACTS}
    done = {act: cast.done_by(lambda user, do=do: do(cast, row, user)) for act, do in ACTS.items()}  # type: ignore[misc]
    assert done == {**none, "show": WATCH, **DONE_BY[stage]}


def test_a_supervisor_has_no_part_in_a_complaint_about_himself(cast: Cast) -> None:
    row = complaint_in("received", cast.hall)
    row.staff = cast.hall.supervisor.staff
    for rule in (rules.handles, rules.may_take, rules.sees_complainant, rules.sees_what_was_said):
        assert cast.who(rule, row) == {"colleague"}, rule.__name__


def test_who_is_complained_about_neither_looks_into_it_nor_reads_it(cast: Cast) -> None:
    row = complaint_in("assigned", cast.hall)
    row.staff = cast.hall.chief.staff
    assert cast.who(rules.may_investigate, row) == set()
    assert "chief" not in cast.who(rules.sees_what_was_said, row)


@pytest.mark.parametrize(
    ("column", "rule"), [("reported_by", "decide"), ("reported_by", "review"), ("decided_by", "review")]
)
def test_the_second_and_third_person_are_others(cast: Cast, column: str, rule: str) -> None:
    row = complaint("reported" if rule == "decide" else "objected", cast)
    setattr(row, column, cast.people["colleague"])
    assert "colleague" not in cast.who(COMPLAINT_RULES[rule], row)


def test_only_who_was_given_it_looks_into_it_and_only_with_the_right(cast: Cast) -> None:
    row = complaint_in("assigned", cast.hall)
    row.investigator = cast.hall.other_clerk.staff
    assert cast.who(rules.may_investigate, row) == set()


def test_nobody_in_particular_is_nobody(cast: Cast) -> None:
    nobody = make_user(Role.ADMIN)
    nobody.staff = None
    assert not rules.is_person(nobody, None)
    assert not rules.is_person(cast.hall.clerk, None)
    assert rules.is_person(cast.hall.clerk, cast.hall.clerk.staff_id)


@pytest.mark.parametrize(("verdict", "may"), [("upheld", True), ("partly", True), ("not_upheld", False)])
def test_one_objects_to_blame_alone(cast: Cast, verdict: str, may: bool) -> None:
    assert rules.may_object(cast.hall.clerk, decided(cast.hall, verdict=verdict)) is may


def bulletin(state: str, hall: Hall) -> Bulletin:
    if state == BulletinState.WITHDRAWN:
        return bulletins.withdraw(bulletin=published(hall), reason="数字有误", by=hall.supervisor, at=MONDAY)
    return {"draft": drafted, "submitted": submitted, "published": published}[state](hall)


BULLETINS: Final[dict[str, dict[str, set[str]]]] = {
    "draft": {"edit": {"supervisor"}},
    "submitted": {"review": {"colleague"}},
    "published": {"withdraw": WATCH},
    "withdrawn": {},
}
BULLETIN_ACTS: Final[dict[str, tuple[str, Callable[[Bulletin, User], object]]]] = {
    "edit": ("edit", lambda row, by: bulletins.edit(
        bulletin=row, title="改题", body="改文", audience="internal", by=by, at=LATER)),
    "submit": ("edit", lambda row, by: bulletins.submit(bulletin=row, by=by, at=LATER)),
    "send_back": ("review", lambda row, by: bulletins.send_back(bulletin=row, note="改第二段", by=by, at=LATER)),
    "publish": ("review", lambda row, by: bulletins.publish(bulletin=row, by=by, at=LATER)),
    "withdraw": ("withdraw", lambda row, by: bulletins.withdraw(bulletin=row, reason="有误", by=by, at=LATER)),
}  # fmt: skip


@pytest.mark.parametrize("state", BulletinState.values)
def test_everybody_over_a_bulletin(cast: Cast, state: str) -> None:
    row, expected = bulletin(state, cast.hall), BULLETINS[state]
    assert cast.who(rules.may_edit_bulletin, row) == expected.get("edit", set())
    assert cast.who(rules.may_review_bulletin, row) == expected.get("review", set())
    assert cast.who(rules.may_withdraw_bulletin, row) == expected.get("withdraw", set())


@pytest.mark.parametrize("state", BulletinState.values)
def test_every_act_on_a_bulletin_by_everybody(cast: Cast, state: str) -> None:
    row = bulletin(state, cast.hall)
    for act, (rule, do) in BULLETIN_ACTS.items():
        assert cast.done_by(lambda user, do=do: do(row, user)) == BULLETINS[state].get(rule, set()), act  # type: ignore[misc]


def rectification(state: str, cast: Cast) -> Rectification:
    if state == RectificationState.OPEN:
        return to_rectify(cast.hall)
    row = answered(cast.hall)
    if state == RectificationState.ANSWERED:
        return row
    return patrols.recheck(rectification=row, passed=True, text="看过了", by=cast.people["colleague"], at=LATER)


PUT_RIGHT: Final[dict[str, dict[str, set[str]]]] = {
    "open": {"answer": {"chief"}},
    "answered": {"recheck": WATCH},
    "closed": {},
}


@pytest.mark.parametrize("state", RectificationState.values)
def test_everybody_over_what_is_to_be_put_right(cast: Cast, state: str) -> None:
    row, expected = rectification(state, cast), PUT_RIGHT[state]
    assert cast.who(rules.answers_for, row) == {"chief"}
    assert cast.who(rules.may_answer, row) == expected.get("answer", set())
    assert cast.who(rules.may_recheck, row) == expected.get("recheck", set())


@pytest.mark.parametrize("state", RectificationState.values)
def test_every_act_of_putting_right_by_everybody_in_every_state(cast: Cast, state: str) -> None:
    row, expected = rectification(state, cast), PUT_RIGHT[state]
    acts: dict[str, Callable[[User], object]] = {
        "answer": lambda by: patrols.answer(rectification=row, text="已整改", by=by, at=LATER),
        "recheck": lambda by: patrols.recheck(rectification=row, passed=True, text="看过了", by=by, at=LATER),
    }
    assert {act: cast.done_by(do) for act, do in acts.items()} == {act: expected.get(act, set()) for act in acts}


def test_what_belongs_to_no_department_is_answered_by_any_chief_of_the_place(cast: Cast) -> None:
    row = to_rectify(cast.hall)
    row.finding.department = None
    assert cast.who(rules.answers_for, row) == {"chief", "neighbour"}
    assert cast.who(rules.may_answer, row) == {"chief", "neighbour"}


def test_who_answered_does_not_look_again(cast: Cast) -> None:
    row = answered(cast.hall)
    row.answered_by = cast.hall.supervisor
    assert cast.who(rules.may_recheck, row) == {"colleague"}


def test_who_began_a_round_walks_it_to_its_end(cast: Cast) -> None:
    patrol = begun(cast.hall)
    assert cast.who(rules.may_patrol, patrol) == {"supervisor"}
    patrol.finished_at = timezone.now()
    assert cast.who(rules.may_patrol, patrol) == set()
    demoted = Patrol(started_by=cast.hall.clerk)
    assert cast.who(rules.may_patrol, demoted) == set()


@pytest.mark.parametrize("table", [BULLETIN, COMPLAINT, RECTIFICATION])
def test_what_the_table_does_not_know_is_allowed_nowhere(table: dict[str, tuple[frozenset[str], str]]) -> None:
    states = {*BulletinState.values, *ComplaintState.values, *RectificationState.values}
    assert not [state for state in states if allowed(table, "nonsense", state)]
    for deed, (sources, _) in table.items():
        assert {state for state in states if allowed(table, deed, state)} == set(sources)


def test_a_stranger_is_told_it_is_not_permitted_and_not_that_it_is_late(cast: Cast) -> None:
    row = complaint_in("decided", cast.hall)
    with pytest.raises(NotPermitted):
        complaints.decline(complaint=row, answer="x", by=cast.hall.clerk, at=LATER)
