"""The truth table of rights: every right against every role, readable by the person who assigns roles."""

import pytest

from hall.access.enums import Role
from hall.access.models import User
from hall.access.roles import BY_NAME, RIGHTS, TABLE, rights_of
from hall.access.rules import has_right, may, needs_second_factor

C, A, H, S, M, U = Role.CLERK, Role.APPROVER, Role.CHIEF, Role.SUPERVISOR, Role.ADMIN, Role.AUDITOR
EVERYBODY = {C, A, H, S, M, U}

TRUTH: dict[str, set[Role]] = {
    "cases.register": {C, H},
    "cases.accept": {C, H},
    "cases.notify": {C, H},
    "cases.refuse": {C, A, H},
    "cases.pause": {C, A, H},
    "cases.pause.approve": {A, H},
    "cases.extend": {C, A, H},
    "cases.extend.approve": {A, H},
    "cases.hearing": {A, H},
    "cases.inspect": {C, A, H},
    "cases.decide": {A, H},
    "cases.deliver": {C, H},
    "cases.correct": {C, A, H},
    "cases.correct.second": {A, H},
    "cases.return": {C, A, H},
    "cases.return.review": {A, H},
    "cases.withdraw": {C, H},
    "cases.void": {H},
    "cases.archive": {C, H},
    "cases.handover": {C, A, H},
    "cases.handover.department": {H},
    "cases.import": {H},
    "cases.export": {H, S},
    "cases.view.department": {C, A, H},
    "cases.view.center": {S, U},
    "unmask": {C, A, H},
    "catalogue.view": EVERYBODY,
    "catalogue.edit": {H, M},
    "catalogue.publish": {H},
    "catalogue.import": {M},
    "organisation.view": EVERYBODY,
    "organisation.edit": {M},
    "organisation.history": {M, U},
    "staff.import": {M},
    "accounts.edit": {M},
    "absence.own": {C, A, H, S},
    "absence.department": {H},
    "calendar.view": EVERYBODY,
    "calendar.import": {M},
    "settings.edit": {M},
    "retention.view": {S, U},
    "retention.hold": {S},
    "retention.copy": {S},
    "exports.approve": {H, S},
    "ledger.read": {U},
    "supervision.view": {S, U},
    "health.view": {S, M, U},
    "evaluation.collect": {C, H},
    "evaluation.paper": {S},
    "evaluation.view": {C, A, H, S, U},
    "evaluation.rectify": {H},
    "evaluation.revisit": {S},
    "evaluation.close": {S},
    "evaluation.appeal": {C, A, H},
    "evaluation.appeal.decide": {S},
    "devices.edit": {S},
    "pledges.view": {C, A, H, S, U},
    "supervision.rules": {S},
    "supervision.raise": {S},
    "supervision.answer": {C, A, H},
    "supervision.decide": {S},
    "supervision.check": {S},
    "patrol.record": {S},
    "patrol.answer": {H},
    "bulletins.write": {S},
    "bulletins.read": {C, A, H, S, U},
    "complaints.handle": {S},
    "complaints.answer": {H},
    "accountability.view": {S, U},
    "accountability.write": {S},
    "appraisal.view": {C, A, H, S, U},
    "appraisal.scheme": {S},
    "appraisal.score": {S},
    "appraisal.object": {C, A, H},
    "awards.nominate": {H, S},
    "awards.decide": {S},
    "attendance.record": {H, S},
    "duty.roster": {S},
    "duty.log": {C, A, H, S},
    "dashboard.view": {H, S, U},
    "dashboard.export": {H, S},
    "dashboard.report": {S},
}


def test_the_table_names_every_right() -> None:
    assert set(TRUTH) == set(BY_NAME)


@pytest.mark.parametrize("right", sorted(BY_NAME))
@pytest.mark.parametrize("role", list(Role))
def test_a_role_holds_exactly_the_rights_of_the_table(role: Role, right: str) -> None:
    assert has_right(User(role=role, is_active=True), right) is (role in TRUTH[right])


def test_the_administrator_sees_no_case() -> None:
    assert not [right for right in rights_of(M) if right.startswith("cases.") or right in ("unmask", "ledger.read")]


def test_the_auditor_changes_nothing() -> None:
    assert all(BY_NAME[right].reads for right in rights_of(U))


def test_the_supervisor_handles_no_case() -> None:
    assert not [
        right for right in rights_of(S) if right.startswith(("cases.", "catalogue.")) and not BY_NAME[right].reads
    ]


def test_nobody_both_keeps_accounts_and_audits_them() -> None:
    assert not any({"accounts.edit", "ledger.read"} <= rights_of(role) for role in Role)


def test_every_role_has_a_line_and_a_description() -> None:
    assert set(TABLE) == set(Role)
    assert all(line.description.endswith("。") for line in TABLE.values())


def test_rights_have_labels_of_their_own() -> None:
    assert len({right.label for right in RIGHTS}) == len(RIGHTS)


def test_a_disabled_account_holds_nothing() -> None:
    assert not has_right(User(role=M, is_active=False), "accounts.edit")


def test_an_unknown_role_holds_nothing() -> None:
    assert not has_right(User(role="root", is_active=True), "accounts.edit")


def test_a_misspelt_right_is_an_error_not_a_pass() -> None:
    with pytest.raises(KeyError):
        has_right(User(role=M), "account.edit")
    with pytest.raises(KeyError):
        may("case.decide")


def test_predicates_combine() -> None:
    both = may("cases.decide") & may("cases.register")
    assert (both.test(User(role=H, is_active=True)), both.test(User(role=A, is_active=True))) == (True, False)


@pytest.mark.parametrize(("role", "needs"), [(C, False), (A, True), (H, True), (S, True), (M, True), (U, True)])
def test_who_needs_a_second_factor(role: Role, needs: bool) -> None:
    assert needs_second_factor(User(role=role), for_all=False) is needs


@pytest.mark.parametrize("role", list(Role))
def test_the_switch_is_for_all_but_demonstration_accounts(role: Role) -> None:
    assert needs_second_factor(User(role=role), for_all=True)
    assert not needs_second_factor(User(role=role, demonstration=True), for_all=True)
